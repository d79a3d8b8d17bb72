#include "tests/app/rule_tests/conformance_files.hpp"

#include "actors/bus/logic/transform/json_text.hpp"
#include "app/rule_tests/comparison.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

namespace {

std::filesystem::path root_dir() {
  const std::filesystem::path here = __FILE__; // <root>/tests/app/rule_tests/x.cpp
  return here.parent_path().parent_path().parent_path().parent_path();
}

std::filesystem::path shared_dir() {
  if (const char* dir = std::getenv("BASEPLATE_SHARED"))
    return dir;
  return root_dir().parent_path() / "shared";
}

json::value changed(json::value x) {
  if (auto object = x.if_object())
    (*object)["falsified"] = true;
  else if (auto array = x.if_array())
    array->emplace_back("falsified");
  else
    x = "falsified";
  return x;
}

json::value falsified_expectation(const json::value& expect) {
  if (expect.is_bool())
    return !expect.get_bool();
  if (expect.is_string()) {
    if (expect.get_string() == "valid")
      return "error";
    return "valid";
  }
  auto out = expect.as_object();
  if (out.contains("error") && !out.contains("valid")) {
    auto& error = out["error"].as_object();
    error["message"] = std::string(error["message"].as_string()) + " falsified";
  } else if (out.contains("valid") && out["valid"].as_bool()) {
    out = {{"valid", false}};
  } else if (out.contains("valid")) {
    out["error"].as_object()["code"] = "FalsifiedException";
  } else if (out["delivered"].as_bool()) {
    out["body"] = changed(out["body"]);
  } else {
    out = {{"delivered", true}, {"body", "falsified"}};
  }
  return out;
}

} // namespace

std::vector<std::string> conformance_lines(const std::string& file) {
  auto path = shared_dir() / "conformance" / file;
  std::ifstream in(path);
  if (!in)
    std::cerr << "\n*** SKIPPED: no conformance data at " << path
              << "; set BASEPLATE_SHARED ***\n\n";
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);)
    if (!line.empty())
      lines.push_back(line);
  return lines;
}

std::vector<std::string> example_lines() {
  std::ifstream in(root_dir() / "docs" / "spec" / "rule-tests.md");
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```"))
      inside = line == "```json";
    else if (inside)
      lines.push_back(line);
  }
  return lines;
}

std::string falsified(const std::string& line) {
  // Only the expectation's text is replaced: everything else keeps its spelling.
  auto raw = transform::find_member(line, "expect");
  auto expect = parse_value(raw).value();
  bool refused = expect.is_string() && expect.get_string() == "error";
  bool has_event = !transform::find_member(line, "event").empty()
                   || !transform::find_member(line, "event_text").empty();
  // A pattern with an event that is refused is said to match, one without an event to be valid.
  auto wrong = refused && has_event ? json::value(true) : falsified_expectation(expect);
  auto out = line;
  out.replace(static_cast<std::size_t>(raw.data() - line.data()), raw.size(),
              json::serialize(wrong));
  return out;
}

} // namespace baseplate::app::rule_tests
