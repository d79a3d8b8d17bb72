// Cases of schedule expressions: valid, or refused and how; and when they fire.
#include "actors/bus/logic/schedule/next_fire.hpp"
#include "actors/bus/time_zones.hpp"
#include "app/rule_tests/judge.hpp"
#include "messages/event.hpp"

#include <boost/json.hpp>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

namespace {

std::optional<schedule::unix_ms> time_of(std::string_view text) {
  auto time = from_rfc3339(text);
  return time < 0 ? std::nullopt : std::optional{time};
}

/// Compares the fires behind `after` with those that are expected, one after the other.
case_result judge_fires(const test_case& x, const schedule::schedule_expression& expression,
                        const json::value& wanted) {
  auto list = wanted.if_array();
  auto after = x.text("after");
  auto from = after ? time_of(*after) : std::nullopt;
  if (list == nullptr || !from)
    return failed("fires is a list, and after a time such as 2026-03-01T00:00:00Z");
  auto anchor = x.text("anchor") ? time_of(*x.text("anchor")) : from;
  if (!anchor)
    return failed("anchor is no time such as 2026-03-01T00:00:00Z");
  auto loaded = bus::find_time_zone(x.text("timezone").value_or("UTC"));
  auto& zone = loaded ? *loaded : schedule::utc();
  auto at = *from;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto next = schedule::next_fire(expression, zone, at, *anchor);
    std::string got = next ? to_rfc3339(*next) : "null";
    auto& expected = (*list)[i];
    bool same = expected.is_null() ? !next : expected.is_string() && expected.get_string() == got;
    if (!same)
      return failed("fire " + std::to_string(i + 1) + " differs: expected "
                    + json::serialize(expected) + ", got " + got);
    if (!next)
      return i + 1 == list->size() ? passed() : failed("fires goes on behind null");
    at = *next;
  }
  return passed();
}

} // namespace

case_result run_schedule(const test_case& x, const rule_engine& engine) {
  auto expect_value = parse_value(x.raw("expect"));
  auto expect = expect_value ? expect_value->if_object() : nullptr;
  auto valid = expect ? expect->if_contains("valid") : nullptr;
  auto expression = x.text("expression");
  if (valid == nullptr || !valid->is_bool() || !expression)
    return failed("a schedule has an expression, and expect is {\"valid\": true or false}");
  if (auto unknown = check_members(*expect, {"valid", "error", "fires"}))
    return *unknown;
  auto operation = x.text("operation").value_or("CreateSchedule");
  std::optional<schedule::schedule_refusal> refusal;
  if (operation == "PutRule")
    refusal = schedule::check_rule_schedule(*expression,
                                            x.text("event_bus").value_or("default") == "default");
  else if (operation == "CreateSchedule")
    refusal = schedule::check_schedule(*expression, x.text("timezone").value_or(""),
                                       engine.is_time_zone);
  else
    return skipped("the operation " + operation + " is not supported");
  if (valid->get_bool()) {
    if (refusal)
      return failed("the schedule is refused: " + refusal->message, refusal->reason);
    if (expect->contains("error"))
      return failed("a valid schedule has no error");
    auto fires = expect->if_contains("fires");
    if (fires == nullptr)
      return passed();
    auto parsed = schedule::parse_schedule(*expression);
    if (!parsed)
      return failed("the expression never fires: " + parsed.error().text);
    return judge_fires(x, *parsed, *fires);
  }
  if (!refusal)
    return failed("expected an error, but the schedule is valid");
  if (expect->contains("fires"))
    return failed("a refused schedule has no fires");
  auto error = expect->if_contains("error");
  if (error == nullptr)
    return passed();
  auto place = refusal->reason.empty()
                   ? std::string{}
                   : refusal->reason + ", at byte " + std::to_string(refusal->offset);
  return judge_error(x, *error, {"ValidationException", refusal->message, 400, place});
}

} // namespace baseplate::app::rule_tests
