#include "app/rule_tests/rule_engine.hpp"

#include "actors/bus/logic/rules/explain.hpp"
#include "actors/bus/logic/rules/matcher.hpp"
#include "actors/bus/time_zones.hpp"

#include <memory>

namespace baseplate::app::rule_tests {

namespace {

std::optional<bool> matches(rules::matcher& matcher, std::string_view pattern,
                            std::string_view event) {
  auto compiled = rules::compile(pattern);
  rules::rule_set set{0};
  if (!compiled || set.add(0, *compiled) != rules::add_result::added)
    return std::nullopt;
  std::string padded{event};
  padded.append(rules::event_padding, ' ');
  std::vector<rules::rule_id> found;
  auto status = matcher.match(set, std::string_view(padded).substr(0, event.size()),
                              rules::trust::validated, found);
  if (status != rules::event_status::ok)
    return std::nullopt;
  return !found.empty();
}

std::optional<pattern_refusal> refusal(std::string_view pattern) {
  auto compiled = rules::compile(pattern);
  if (compiled)
    return std::nullopt;
  const auto error = compiled.error();
  return pattern_refusal{error.service_message(),
                         "line " + std::to_string(error.line) + ", column "
                             + std::to_string(error.column)
                             + (error.pointer.empty() ? "" : ", at " + error.pointer)};
}

std::string explain(std::string_view pattern, std::string_view event) {
  auto compiled = rules::compile(pattern);
  auto explainer = rules::explainer::of(event);
  if (!compiled || !explainer)
    return {};
  auto why = explainer->explain(*compiled, true);
  return why.matched ? "every field that the pattern names has a value that it accepts"
                     : why.sentence();
}

} // namespace

rule_engine make_rule_engine() {
  rule_engine engine;
  engine.matches = [matcher = std::make_shared<rules::matcher>()](std::string_view pattern,
                                                                  std::string_view event) {
    return matches(*matcher, pattern, event);
  };
  engine.refusal = refusal;
  engine.explain = explain;
  engine.is_time_zone = [](std::string_view name) { return bus::find_time_zone(name) != nullptr; };
  return engine;
}

} // namespace baseplate::app::rule_tests
