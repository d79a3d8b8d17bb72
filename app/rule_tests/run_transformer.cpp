// Cases of targets' inputs: what arrives for an event, that nothing does, or why it is refused.
#include "actors/bus/logic/transform/target_input.hpp"
#include "app/rule_tests/judge.hpp"
#include "messages/json/utf8.hpp"

#include <boost/json.hpp>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

namespace {

/// A member that a request may state as text or, which is easier to write, as JSON.
std::optional<std::string> as_input(const test_case& x) {
  if (auto text = x.text("input"))
    return text;
  auto raw = x.raw("input");
  if (raw.empty())
    return std::nullopt;
  std::string out;
  transform::append_minified(raw, out);
  return out;
}

/// The spec of the case; the error says what is no text.
std::string read_spec(const test_case& x, transform::input_spec& out) {
  out.input = as_input(x);
  out.input_path = x.text("input_path");
  out.input_template = x.text("input_template");
  for (std::string_view name : {"input_path", "input_template"})
    if (!x.raw(name).empty() && !x.text(name))
      return std::string(name) + " is no text";
  auto map = x.raw("input_paths_map");
  if (map.empty())
    return {};
  out.input_paths_map.emplace();
  auto value = parse_value(map);
  if (!value || !value->is_object())
    return "input_paths_map is no object";
  for (auto& member : value->get_object()) {
    if (!member.value().is_string())
      return "input_paths_map has a path that is no text";
    out.input_paths_map->emplace_back(member.key(), member.value().get_string());
  }
  return {};
}

std::string target_id_of(const test_case& x) {
  if (auto id = x.text("target_id"))
    return *id;
  auto request = parse_value(x.raw("request"));
  boost::system::error_code error;
  if (request)
    if (auto id = request->find_pointer("/Targets/0/Id", error); id != nullptr && id->is_string())
      return std::string(id->get_string());
  return "target-1";
}

/// The values of the reserved variables: the case's, else made from its event.
struct owned_facts {
  std::string arn;
  std::string name;
  std::string time;
};

owned_facts facts_of(const test_case& x, std::string_view event) {
  auto member = [&](std::string_view name) {
    std::string out;
    auto value = transform::find_member(event, name);
    if (value.size() >= 2 && value.front() == '"')
      transform::append_unescaped(value.substr(1, value.size() - 2), out);
    return out;
  };
  owned_facts out;
  out.name = x.text("rule_name").value_or("rule-1");
  out.arn = x.text("rule_arn")
                .value_or("arn:aws:events:" + member("region") + ":" + member("account") + ":rule/"
                          + x.text("event_bus").value_or("bus-1") + "/" + out.name);
  out.time = x.text("ingestion_time").value_or(member("time"));
  return out;
}

case_result judge_body(const test_case& x, const json::value& expected, const std::string& body) {
  auto compare = comparison_for(x);
  if (expected.is_string()) {
    std::string_view wanted = expected.get_string();
    if (compare.text(wanted, body))
      return passed();
    return failed("the body differs: expected " + std::string(wanted) + ", got " + body);
  }
  auto value = parse_value(body);
  if (!value)
    return failed("the body is not JSON: " + body);
  if (auto difference = compare.value(expected, *value))
    return failed("the body differs: " + *difference);
  return passed();
}

} // namespace

case_result run_transformer(const test_case& x) {
  auto expect_value = parse_value(x.raw("expect"));
  auto expect = expect_value ? expect_value->if_object() : nullptr;
  if (expect == nullptr)
    return failed("expect must be {\"delivered\"} or {\"error\"}");
  if (auto unknown = check_members(*expect, {"delivered", "body", "error"}))
    return *unknown;
  transform::input_spec spec;
  if (auto fault = read_spec(x, spec); !fault.empty())
    return failed(fault);
  auto mode = x.text("mode").value_or("service");
  if (mode != "service" && mode != "strict")
    return failed("mode must be \"service\" or \"strict\"");
  auto compiled = transform::target_input::compile(
      spec, target_id_of(x),
      mode == "strict" ? transform::transform_mode::strict : transform::transform_mode::service);
  auto wanted_error = expect->if_contains("error");
  auto delivered = expect->if_contains("delivered");
  if ((wanted_error != nullptr) == (delivered != nullptr)
      || (delivered != nullptr && !delivered->is_bool()))
    return failed("expect must have either delivered, which is true or false, or error");
  if (!compiled) {
    const auto& error = compiled.error();
    auto place = error.pointer + ", byte " + std::to_string(error.offset);
    if (wanted_error == nullptr)
      return failed("the target is refused: " + error.message, place);
    return judge_error(x, *wanted_error, {"ValidationException", error.message, 400, place});
  }
  if (wanted_error != nullptr)
    return failed("expected an error, but the target is valid");
  auto event = x.document("event");
  if (!event || !is_utf8(*event) || transform::check_json(*event))
    return failed("the case has no event, or one that is not JSON");
  auto facts = facts_of(x, *event);
  auto body = compiled->apply(*event, {facts.arn, facts.name, facts.time});
  auto body_wanted = expect->if_contains("body");
  if (!delivered->get_bool()) {
    if (body_wanted != nullptr)
      return failed("expect has a body that is not delivered");
    return body ? failed("expected that nothing is delivered, got " + *body) : passed();
  }
  if (body_wanted == nullptr)
    return failed("expect has no body");
  if (!body)
    return failed("nothing is delivered: " + body.error().text,
                  "byte " + std::to_string(body.error().template_offset) + " of the template");
  return judge_body(x, *body_wanted, *body);
}

} // namespace baseplate::app::rule_tests
