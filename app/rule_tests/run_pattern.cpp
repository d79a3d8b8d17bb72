// Cases of patterns: with an event (matches, does not, is refused), and alone (valid, refused).
#include "actors/bus/logic/transform/json_text.hpp"
#include "app/rule_tests/judge.hpp"
#include "messages/json/utf8.hpp"

#include <boost/json.hpp>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

namespace {

constexpr std::string_view refused_code = "InvalidEventPatternException";

service_error as_error(const pattern_refusal& refusal) {
  return {refused_code, refusal.message, 400, refusal.place};
}

/// Why TestEventPattern would refuse an event; empty: it would not. `whole`: it must have what
/// every envelope has.
std::string event_fault(std::string_view event, bool whole) {
  if (!is_utf8(event))
    return "the event is not valid UTF-8";
  if (auto fault = transform::check_json(event))
    return "the event is not JSON: " + fault->text + ", at byte " + std::to_string(fault->offset);
  auto begin = event.find_first_not_of(" \t\r\n");
  event.remove_prefix(begin);
  if (event.front() != '{')
    return "the event is no JSON object";
  if (!whole)
    return {};
  for (std::string_view name : {"id", "account", "source", "time", "region", "detail-type"})
    if (transform::find_member(event, name).empty())
      return "the event has no " + std::string(name);
  return {};
}

/// An expected error without details is a refused pattern.
json::value expected_error(const test_case& x) {
  if (auto error = parse_value(x.raw("error")))
    return *error;
  return json::object{{"code", json::string(refused_code)}};
}

std::string said(const pattern_refusal& refusal) {
  return refusal.place.empty() ? refusal.message : refusal.message + " (" + refusal.place + ")";
}

} // namespace

case_result run_pattern(const test_case& x, const rule_engine& engine) {
  if (!engine.matches || !engine.refusal)
    return skipped("no rule engine is there to ask");
  auto pattern = x.document("pattern");
  auto event = x.document("event");
  if (!pattern || !event)
    return failed("the case has no pattern or no event");
  auto expect = parse_value(x.raw("expect"));
  auto refusal = engine.refusal(*pattern);
  auto fault = event_fault(*event, recorded_from_service(x));
  if (expect && expect->is_string() && expect->get_string() == "error") {
    auto error = expected_error(x);
    if (refusal)
      return judge_error(x, error, as_error(*refusal));
    if (!fault.empty())
      return judge_error(x, error,
                         {"ValidationException", "Parameter Event is not valid.", 400, fault});
    auto matches = engine.matches(*pattern, *event);
    return failed("expected an error, but the pattern is valid and "
                      + std::string(matches.value_or(false) ? "matches" : "does not match"),
                  engine.explain ? engine.explain(*pattern, *event) : "");
  }
  if (!expect || !expect->is_bool())
    return failed("expect must be true, false or \"error\"");
  if (refusal)
    return failed("the pattern is refused: " + said(*refusal));
  if (!fault.empty())
    return failed(fault);
  auto matches = engine.matches(*pattern, *event);
  if (!matches)
    return failed("the event is too large or too deep to be matched");
  if (*matches == expect->get_bool())
    return passed();
  return failed(*matches ? "the pattern matches, expected that it does not"
                         : "the pattern does not match, expected that it does",
                engine.explain ? engine.explain(*pattern, *event) : "");
}

case_result run_validity(const test_case& x, const rule_engine& engine) {
  if (!engine.refusal)
    return skipped("no rule engine is there to ask");
  auto pattern = x.document("pattern");
  if (!pattern)
    return failed("the case has no pattern");
  auto expect = x.text("expect");
  auto refusal = engine.refusal(*pattern);
  if (expect == "valid")
    return refusal ? failed("the pattern is refused: " + said(*refusal)) : passed();
  if (expect != "error")
    return failed("expect must be \"valid\" or \"error\"");
  if (!refusal)
    return failed("expected an error, but the pattern is valid");
  return judge_error(x, expected_error(x), as_error(*refusal));
}

} // namespace baseplate::app::rule_tests
