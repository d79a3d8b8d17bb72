#include "tests/app/rule_tests/conformance_files.hpp"

#include "app/rule_tests/comparison.hpp"

#include <boost/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

namespace {

std::filesystem::path shared_dir() {
  if (const char* dir = std::getenv("BASEPLATE_SHARED"))
    return dir;
  const std::filesystem::path here = __FILE__; // <root>/tests/app/rule_tests/x.cpp
  return here.parent_path().parent_path().parent_path().parent_path().parent_path() / "shared";
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

std::string falsified(const std::string& line) {
  auto object = parse_value(line).value().as_object();
  auto expect = object.at("expect");
  bool refused = expect.is_string() && expect.get_string() == "error";
  // A pattern with an event that is refused is said to match, one without an event to be valid.
  if (refused && (object.contains("event") || object.contains("event_text")))
    object["expect"] = true;
  else
    object["expect"] = falsified_expectation(expect);
  object.erase("error");
  return json::serialize(object);
}

} // namespace baseplate::app::rule_tests
