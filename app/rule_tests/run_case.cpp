#include "app/rule_tests/judge.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

case_result passed() {
  return {};
}

case_result failed(std::string reason, std::string explanation) {
  return {verdict::failed, std::move(reason), std::move(explanation)};
}

case_result skipped(std::string reason) {
  return {verdict::skipped, std::move(reason), {}};
}

bool recorded_from_service(const test_case& x) {
  auto authority = x.text("authority");
  return authority && authority->starts_with("aws-");
}

comparison comparison_for(const test_case& x) {
  std::vector<std::string> words;
  auto listed = parse_value(x.raw("placeholders"));
  if (listed && listed->is_array())
    for (auto& word : listed->get_array())
      if (word.is_string())
        words.emplace_back(word.get_string());
  return comparison{listed || x.text("authority"), std::move(words)};
}

std::optional<case_result> check_members(const json::object& object,
                                         std::initializer_list<std::string_view> known) {
  for (auto& member : object)
    if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end())
      return failed("the expectation has a member that is not known: "
                    + std::string(std::string_view(member.key())));
  return std::nullopt;
}

case_result judge_error(const test_case& x, const json::value& expected,
                        const service_error& actual) {
  auto object = expected.if_object();
  if (object == nullptr)
    return failed("the expected error is no object");
  if (auto unknown = check_members(*object, {"code", "message", "message_raw", "status"}))
    return *unknown;
  auto compare = comparison_for(x);
  json::object got{
      {"code", json::string(actual.code)}, {"message", actual.message}, {"status", actual.status}};
  for (auto name : {"code", "message", "status"}) {
    auto wanted = object->if_contains(name);
    if (wanted == nullptr)
      continue;
    if (auto difference = compare.value(*wanted, got.at(name)))
      return failed("the error's " + std::string(name) + " differs: " + *difference,
                    actual.explanation);
  }
  return passed();
}

case_result run_case(const test_case& x, const rule_engine& engine) {
  if (!x.kind)
    return skipped("a kind of case that is not supported");
  if (x.raw("expect").empty())
    return failed("the case has no expectation");
  try {
    switch (*x.kind) {
    case case_kind::pattern:
      return run_pattern(x, engine);
    case case_kind::validity:
      return run_validity(x, engine);
    case case_kind::transformer:
      return run_transformer(x);
    case case_kind::schedule:
      return run_schedule(x, engine);
    }
  } catch (const std::exception& error) {
    return failed(std::string("the case could not be run: ") + error.what());
  }
  return failed("the case could not be run");
}

} // namespace baseplate::app::rule_tests
