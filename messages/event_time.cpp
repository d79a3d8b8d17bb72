// RFC 3339 and Unix time: calendar arithmetic of the proleptic Gregorian calendar, no tz database,
// no locale.
#include "messages/event.hpp"

namespace baseplate {

namespace {

constexpr std::int64_t day_s = 86400;

/// Days since 1970-01-01. Years are counted from March, so that a leap day is the last of its year.
constexpr std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era
      = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

constexpr unix_ms time_max = (days_from_civil(10000, 1, 1) * day_s - 1) * 1000 + 999;

struct civil_date {
  int year;
  int month;
  int day;
};

/// @pre days >= 0
constexpr civil_date civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = days / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era
      = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year
      = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  const int civil_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  const int year = static_cast<int>(year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0));
  return {year, civil_month, day};
}

static_assert(days_from_civil(1970, 1, 1) == 0);
static_assert(days_from_civil(2000, 3, 1) == 11017);
static_assert(civil_from_days(11016).day == 29);

constexpr int days_in_month(std::int64_t year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/// Reads the text from the left; every step says whether it could.
class scanner {
 public:
  explicit scanner(std::string_view text) : text_(text) {}

  /// Exactly `count` digits.
  bool number(int count, int& out) {
    if (text_.size() < static_cast<std::size_t>(count))
      return false;
    out = 0;
    for (int i = 0; i < count; ++i) {
      const char c = text_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9')
        return false;
      out = out * 10 + (c - '0');
    }
    text_.remove_prefix(static_cast<std::size_t>(count));
    return true;
  }

  /// One character out of `any`.
  bool one_of(std::string_view any, char* found = nullptr) {
    if (text_.empty() || any.find(text_.front()) == std::string_view::npos)
      return false;
    if (found != nullptr)
      *found = text_.front();
    text_.remove_prefix(1);
    return true;
  }

  /// One or more digits as a fraction of a second, in whole milliseconds, rounded down.
  bool fraction(int& milliseconds) {
    int digits = 0;
    int value = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      if (digits < 3)
        value = value * 10 + (text_.front() - '0');
      ++digits;
      text_.remove_prefix(1);
    }
    for (int i = digits; i < 3; ++i)
      value *= 10;
    milliseconds = value;
    return digits > 0;
  }

  bool done() const { return text_.empty(); }

 private:
  std::string_view text_;
};

/// "Z", "z", or "+hh:mm"; seconds east of UTC.
bool scan_offset(scanner& in, std::int64_t& seconds) {
  char sign = 0;
  if (!in.one_of("Zz+-", &sign))
    return false;
  seconds = 0;
  if (sign == 'Z' || sign == 'z')
    return true;
  int hours = 0;
  int minutes = 0;
  if (!in.number(2, hours) || !in.one_of(":") || !in.number(2, minutes))
    return false;
  if (hours > 23 || minutes > 59)
    return false;
  seconds = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
  return true;
}

void append_padded(std::string& out, int value, int digits) {
  char text[8];
  for (int i = digits - 1; i >= 0; --i) {
    text[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(text, static_cast<std::size_t>(digits));
}

} // namespace

std::string to_rfc3339(unix_ms time) {
  // Outside of what four digits can say: the nearest that they can.
  time = time < 0 ? 0 : time > time_max ? time_max : time;
  const std::int64_t seconds = time / 1000;
  const auto date = civil_from_days(seconds / day_s);
  const int second_of_day = static_cast<int>(seconds % day_s);
  std::string out;
  out.reserve(20);
  append_padded(out, date.year, 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
  out += 'T';
  append_padded(out, second_of_day / 3600, 2);
  out += ':';
  append_padded(out, second_of_day / 60 % 60, 2);
  out += ':';
  append_padded(out, second_of_day % 60, 2);
  out += 'Z';
  return out;
}

unix_ms from_rfc3339(std::string_view text) noexcept {
  scanner in{text};
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int milliseconds = 0;
  std::int64_t offset_s = 0;
  // RFC 3339 section 5.6: "T" may be lower case, and applications may use a space.
  if (!in.number(4, year) || !in.one_of("-") || !in.number(2, month) || !in.one_of("-")
      || !in.number(2, day) || !in.one_of("Tt ") || !in.number(2, hour) || !in.one_of(":")
      || !in.number(2, minute) || !in.one_of(":") || !in.number(2, second))
    return -1;
  if (in.one_of(".") && !in.fraction(milliseconds))
    return -1;
  if (!scan_offset(in, offset_s) || !in.done())
    return -1;
  if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) || hour > 23
      || minute > 59 || second > 60)
    return -1;
  // A leap second has no Unix time of its own: it is the last millisecond of its minute.
  if (second == 60) {
    second = 59;
    milliseconds = 999;
  }
  const std::int64_t seconds
      = days_from_civil(year, month, day) * day_s + hour * 3600 + minute * 60 + second - offset_s;
  const std::int64_t result = seconds * 1000 + milliseconds;
  return result < 0 ? -1 : result;
}

} // namespace baseplate
