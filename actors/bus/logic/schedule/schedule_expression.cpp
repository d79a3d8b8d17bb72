#include "actors/bus/logic/schedule/schedule_expression.hpp"

#include <chrono>

namespace baseplate::schedule {

namespace {

using result = boost::system::result<schedule_expression, schedule_error>;

constexpr std::int64_t minute_ms = 60'000;

/// Digits of a rate's value at most: more than a million years of days.
constexpr std::size_t rate_digits_max = 9;

result parse_rate(std::string_view inside, std::size_t offset) {
  std::size_t digits = 0;
  std::int64_t value = 0;
  while (digits < inside.size() && inside[digits] >= '0' && inside[digits] <= '9') {
    if (digits == rate_digits_max)
      return schedule_error{"the value of a rate has at most 9 digits", offset};
    value = value * 10 + (inside[digits++] - '0');
  }
  if (digits == 0)
    return schedule_error{"a rate begins with a whole number: rate(5 minutes)", offset};
  if (value == 0)
    return schedule_error{"the value of a rate is at least 1", offset};
  if (digits == inside.size() || inside[digits] != ' ')
    return schedule_error{"expected one space and a unit behind the number", offset + digits};
  auto unit = inside.substr(digits + 1);
  auto at = offset + digits + 1;

  struct known_unit {
    std::string_view one;
    std::string_view many;
    std::int64_t ms;
  };

  constexpr known_unit units[] = {{"minute", "minutes", minute_ms},
                                  {"hour", "hours", 60 * minute_ms},
                                  {"day", "days", 1440 * minute_ms}};
  for (auto& x : units) {
    if (unit != x.one && unit != x.many)
      continue;
    if ((unit == x.one) != (value == 1))
      return schedule_error{"the unit is singular for 1 and plural for more: "
                                + std::string(value == 1 ? x.one : x.many),
                            at};
    return schedule_expression{rate{value * x.ms}};
  }
  return schedule_error{"the unit is minute, minutes, hour, hours, day or days", at};
}

/// yyyy-mm-ddThh:mm:ss
result parse_at(std::string_view inside, std::size_t offset) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  auto fault = [&](std::size_t at, std::string_view what) {
    return schedule_error{std::string(what), offset + at};
  };
  for (std::size_t i = 0; i < form.size(); ++i) {
    bool digit = i < inside.size() && inside[i] >= '0' && inside[i] <= '9';
    if (i >= inside.size() || (form[i] == 'd' ? !digit : inside[i] != form[i]))
      return fault(std::min(i, inside.size()), "expected yyyy-mm-ddThh:mm:ss");
  }
  if (inside.size() > form.size())
    return fault(form.size(), "expected nothing behind the seconds");
  auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    for (char c : inside.substr(at, size))
      value = value * 10 + (c - '0');
    return value;
  };
  namespace chrono = std::chrono;
  chrono::year_month_day day{chrono::year{number(0, 4)},
                             chrono::month{static_cast<unsigned>(number(5, 2))},
                             chrono::day{static_cast<unsigned>(number(8, 2))}};
  if (!day.ok())
    return fault(0, "there is no such day");
  if (number(0, 4) < year_min || number(0, 4) > year_max)
    return fault(0, "the year is not from 1970 to 2199");
  int hour = number(11, 2);
  int minute = number(14, 2);
  int second = number(17, 2);
  if (hour > 23 || minute > 59 || second > 59)
    return fault(11, "there is no such time of day");
  auto days = chrono::sys_days{day}.time_since_epoch().count();
  return schedule_expression{
      once{static_cast<seconds>(days) * 86'400 + hour * 3600 + minute * 60 + second}};
}

} // namespace

result parse_schedule(std::string_view text) {
  if (text.size() > expression_bytes_max)
    return schedule_error{"an expression has at most 256 characters", expression_bytes_max};
  for (std::string_view kind : {"rate(", "cron(", "at("}) {
    if (!text.starts_with(kind))
      continue;
    if (!text.ends_with(')'))
      return schedule_error{"expected ) at the end", text.size()};
    auto inside = text.substr(kind.size(), text.size() - kind.size() - 1);
    if (kind == "rate(")
      return parse_rate(inside, kind.size());
    if (kind == "at(")
      return parse_at(inside, kind.size());
    auto fields = cron::parse(inside);
    if (!fields) {
      auto error = fields.error();
      error.offset += kind.size();
      return error;
    }
    return schedule_expression{*fields};
  }
  return schedule_error{"an expression begins with rate(, cron( or at(", 0};
}

std::optional<schedule_refusal> check_rule_schedule(std::string_view expression, bool default_bus) {
  if (expression.empty())
    return std::nullopt;
  if (!default_bus)
    return schedule_refusal{"ScheduleExpression is supported only on the default event bus.", "",
                            0};
  constexpr std::string_view message = "Parameter ScheduleExpression is not valid.";
  auto parsed = parse_schedule(expression);
  if (!parsed)
    return schedule_refusal{std::string(message), parsed.error().text, parsed.error().offset};
  if (std::holds_alternative<once>(*parsed))
    return schedule_refusal{std::string(message), "a rule takes rate(...) and cron(...) only", 0};
  return std::nullopt;
}

std::optional<schedule_refusal>
check_schedule(std::string_view expression, std::string_view zone,
               const std::function<bool(std::string_view)>& is_zone) {
  auto parsed = parse_schedule(expression);
  if (!parsed)
    return schedule_refusal{"Invalid Schedule Expression " + std::string(expression) + ".",
                            parsed.error().text, parsed.error().offset};
  if (!zone.empty() && !is_zone(zone))
    return schedule_refusal{"Invalid Schedule Expression Timezone " + std::string(zone) + ".",
                            "there is no such time zone", 0};
  return std::nullopt;
}

} // namespace baseplate::schedule
