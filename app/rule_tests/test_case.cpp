#include "app/rule_tests/test_case.hpp"

#include "actors/bus/logic/transform/json_text.hpp"
#include "messages/json/utf8.hpp"

namespace baseplate::app::rule_tests {

namespace {

std::optional<std::string> string_of(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"')
    return std::nullopt;
  std::string out;
  transform::append_unescaped(raw.substr(1, raw.size() - 2), out);
  return out;
}

std::optional<case_kind> kind_of(const test_case& x) {
  if (auto named = x.text("kind")) {
    for (auto kind :
         {case_kind::pattern, case_kind::validity, case_kind::transformer, case_kind::schedule})
      if (*named == to_string(kind))
        return kind;
    return std::nullopt;
  }
  auto expect = x.raw("expect");
  bool object = !expect.empty() && expect.front() == '{';
  if (x.document("pattern"))
    return x.document("event") ? case_kind::pattern : case_kind::validity;
  if (object && x.text("expression"))
    return case_kind::schedule;
  for (std::string_view name : {"input_template", "input_paths_map", "input_path", "input"})
    if (object && !x.raw(name).empty() && x.raw("definition").empty())
      return case_kind::transformer;
  return std::nullopt;
}

} // namespace

std::string_view to_string(case_kind kind) {
  switch (kind) {
  case case_kind::pattern:
    return "pattern";
  case case_kind::validity:
    return "validity";
  case case_kind::transformer:
    return "transformer";
  case case_kind::schedule:
    return "schedule";
  }
  return "";
}

std::string_view test_case::raw(std::string_view name) const {
  auto value = transform::find_member(line, name);
  return value == "null" ? std::string_view{} : value;
}

std::optional<std::string> test_case::text(std::string_view name) const {
  return string_of(raw(name));
}

std::optional<std::string> test_case::document(std::string_view name) const {
  if (auto as_text = text(std::string(name) + "_text"))
    return as_text;
  // A member that is null counts as absent elsewhere, but null is a document, too.
  auto value = transform::find_member(line, name);
  if (value.empty())
    return std::nullopt;
  return std::string(value);
}

read_result read_case(std::string_view line, std::string_view fallback_id) {
  read_result out;
  out.value.id = fallback_id;
  auto begin = line.find_first_not_of(" \t\r");
  auto end = line.find_last_not_of(" \t\r");
  line = begin == std::string_view::npos ? std::string_view{} : line.substr(begin, end - begin + 1);
  if (!is_utf8(line)) {
    out.error = "the line is not valid UTF-8";
    return out;
  }
  if (auto fault = transform::check_json(line)) {
    out.error
        = "the line is not JSON: " + fault->text + ", at byte " + std::to_string(fault->offset);
    return out;
  }
  if (line.front() != '{') {
    out.error = "the line is no JSON object";
    return out;
  }
  out.value.line = line;
  if (auto id = out.value.text("id"))
    out.value.id = *id;
  out.value.kind = kind_of(out.value);
  return out;
}

} // namespace baseplate::app::rule_tests
