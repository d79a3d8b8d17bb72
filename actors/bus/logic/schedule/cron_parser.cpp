// The grammar of cron(...). A field is a list of items; an item is *, a value, a range, or one of
// them with an increment. What L, W and # say stands alone in its field.
#include "actors/bus/logic/schedule/cron.hpp"

#include <array>
#include <optional>
#include <vector>

namespace baseplate::schedule {

namespace {

using names = std::array<std::string_view, 12>;

constexpr names month_names
    = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr names weekday_names = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};
constexpr names no_names = {};

struct field_shape {
  std::string_view what;
  int low;
  int high;
  const names* by_name;
};

constexpr field_shape minutes{"minutes", 0, 59, &no_names};
constexpr field_shape hours{"hours", 0, 23, &no_names};
constexpr field_shape days{"day-of-month", 1, 31, &no_names};
constexpr field_shape months{"month", 1, 12, &month_names};
constexpr field_shape weekdays{"day-of-week", 1, 7, &weekday_names};
constexpr field_shape years{"year", year_min, year_max, &no_names};

bool same_name(std::string_view text, std::string_view name) {
  if (text.size() != name.size() || name.empty())
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
    if (c != name[i])
      return false;
  }
  return true;
}

/// Digits only, without sign; nullopt: it is no number, or a number that is too long.
std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 6)
    return std::nullopt;
  for (char c : text) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

} // namespace

class cron_parser {
 public:
  explicit cron_parser(std::string_view text) : text_(text) {}

  boost::system::result<cron, schedule_error> parse() {
    if (!split() || !all_fields())
      return *error_;
    return cron_;
  }

 private:
  struct word {
    std::string_view text;
    std::size_t offset = 0;
  };

  bool fail(std::size_t offset, std::string text) {
    if (!error_)
      error_ = schedule_error{std::move(text), offset};
    return false;
  }

  bool fail(const word& at, const field_shape& shape, std::string_view what) {
    std::string text{shape.what};
    text += ": ";
    text += what;
    return fail(at.offset, std::move(text));
  }

  bool split() {
    auto is_space = [](char c) { return c == ' ' || c == '\t'; };
    if (!text_.empty() && is_space(text_.front()))
      return fail(0, "no white space before the first field");
    if (!text_.empty() && is_space(text_.back()))
      return fail(text_.size() - 1, "no white space behind the last field");
    for (std::size_t at = 0; at < text_.size();) {
      auto end = at;
      while (end < text_.size() && !is_space(text_[end]))
        ++end;
      if (fields_.size() == 6)
        return fail(at, "more than six fields");
      fields_.push_back({text_.substr(at, end - at), at});
      at = end;
      while (at < text_.size() && is_space(text_[at]))
        ++at;
    }
    if (fields_.size() < 6)
      return fail(text_.size(),
                  "six fields are needed, apart by spaces: minutes hours day-of-month "
                  "month day-of-week year");
    return true;
  }

  bool all_fields() {
    bool any_day = fields_[2].text == "?";
    bool any_weekday = fields_[4].text == "?";
    if (!list(fields_[0], minutes, cron_.minutes_) || !list(fields_[1], hours, cron_.hours_)
        || !list(fields_[3], months, cron_.months_))
      return false;
    if (!any_day && !day_of_month(fields_[2]))
      return false;
    if (!any_weekday && !day_of_week(fields_[4]))
      return false;
    if (!any_day && !any_weekday)
      return fail(fields_[4].offset,
                  "day-of-month and day-of-week are both given; one of them must be ?");
    if (any_day && any_weekday)
      return fail(fields_[4].offset, "day-of-month and day-of-week cannot both be ?");
    std::bitset<year_max + 1> all_years;
    if (!list(fields_[5], years, all_years))
      return false;
    for (int year = year_min; year <= year_max; ++year)
      cron_.years_[static_cast<std::size_t>(year - year_min)]
          = all_years[static_cast<std::size_t>(year)];
    return true;
  }

  bool day_of_month(const word& field) {
    auto text = field.text;
    using rule = cron::day_rule;
    if (text == "L" || text == "l") {
      cron_.rule_ = rule::last;
      return true;
    }
    if (same_name(text, "LW")) {
      cron_.rule_ = rule::last_weekday;
      return true;
    }
    if (text.starts_with("L-") || text.starts_with("l-")) {
      auto back = whole_number(text.substr(2));
      if (!back || *back > 30)
        return fail(field, days, "L- is followed by 0 to 30 days");
      cron_.rule_ = rule::last;
      cron_.rule_day_ = *back;
      return true;
    }
    if (text.ends_with('W') || text.ends_with('w')) {
      auto day = whole_number(text.substr(0, text.size() - 1));
      if (!day || *day < 1 || *day > 31)
        return fail(field, days, "W stands behind one day from 1 to 31");
      cron_.rule_ = rule::nearest_weekday;
      cron_.rule_day_ = *day;
      return true;
    }
    cron_.rule_ = rule::days;
    return list(field, days, cron_.days_);
  }

  bool day_of_week(const word& field) {
    auto text = field.text;
    using rule = cron::day_rule;
    if (auto sharp = text.find('#'); sharp != std::string_view::npos) {
      auto day = value({text.substr(0, sharp), field.offset}, weekdays);
      if (!day)
        return false;
      auto nth = whole_number(text.substr(sharp + 1));
      if (!nth || *nth < 1 || *nth > 5)
        return fail({text, field.offset + sharp}, weekdays,
                    "# is followed by 1 to 5, and only one such day can be given");
      cron_.rule_ = rule::nth_weekday;
      cron_.rule_day_ = *day;
      cron_.rule_nth_ = *nth;
      return true;
    }
    cron_.rule_ = rule::weekdays;
    if (text == "L" || text == "l") {
      cron_.weekdays_.set(7);
      return true;
    }
    if (text.ends_with('L') || text.ends_with('l')) {
      auto day = value({text.substr(0, text.size() - 1), field.offset}, weekdays);
      if (!day)
        return false;
      cron_.rule_ = rule::last_of_weekday;
      cron_.rule_day_ = *day;
      return true;
    }
    return list(field, weekdays, cron_.weekdays_);
  }

  /// A value of the field by number or name.
  std::optional<int> value(const word& at, const field_shape& shape) {
    for (std::size_t i = 0; i < shape.by_name->size(); ++i)
      if (same_name(at.text, (*shape.by_name)[i]))
        return static_cast<int>(i) + 1;
    auto number = whole_number(at.text);
    if (number && *number >= shape.low && *number <= shape.high)
      return number;
    fail(at, shape,
         "\"" + std::string(at.text) + "\" is not from " + std::to_string(shape.low) + " to "
             + std::to_string(shape.high) + (shape.by_name == &no_names ? "" : " and no name"));
    return std::nullopt;
  }

  template <std::size_t N>
  bool list(const word& field, const field_shape& shape, std::bitset<N>& out) {
    for (std::size_t at = 0;;) {
      auto comma = field.text.find(',', at);
      if (!item({field.text.substr(at, comma - at), field.offset + at}, shape, out))
        return false;
      if (comma == std::string_view::npos)
        return true;
      at = comma + 1;
    }
  }

  template <std::size_t N>
  bool item(const word& at, const field_shape& shape, std::bitset<N>& out) {
    auto range = at.text;
    int step = 1;
    auto slash = at.text.find('/');
    if (slash != std::string_view::npos) {
      range = at.text.substr(0, slash);
      auto number = whole_number(at.text.substr(slash + 1));
      if (!number || *number < 1 || *number > shape.high)
        return fail({at.text, at.offset + slash}, shape,
                    "/ is followed by an increment from 1 to " + std::to_string(shape.high));
      step = *number;
    }
    int low = shape.low;
    int high = shape.high;
    if (range != "*") {
      auto dash = range.find('-');
      auto first = value({range.substr(0, dash), at.offset}, shape);
      if (!first)
        return false;
      low = *first;
      if (dash != std::string_view::npos) {
        auto last = value({range.substr(dash + 1), at.offset + dash + 1}, shape);
        if (!last)
          return false;
        high = *last;
      } else if (slash == std::string_view::npos) {
        high = low;
      }
      if (high < low)
        return fail(at, shape, "the range runs backwards; write it as two");
    }
    for (int i = low; i <= high; i += step)
      out.set(static_cast<std::size_t>(i));
    return true;
  }

  std::string_view text_;
  std::vector<word> fields_;
  std::optional<schedule_error> error_;
  cron cron_;
};

boost::system::result<cron, schedule_error> cron::parse(std::string_view fields) {
  return cron_parser{fields}.parse();
}

} // namespace baseplate::schedule
