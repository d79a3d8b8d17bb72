// Runs the recorded pattern cases whose patterns have exact values only. They lie outside the
// repository: in $BASEPLATE_SHARED/conformance, by default ../shared beside it.

#include "actors/bus/logic/event_matcher.hpp"
#include "messages/json/scan.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace baseplate::bus {
namespace {

namespace boost_json = boost::json;

std::filesystem::path shared_dir() {
  if (const char* dir = std::getenv("BASEPLATE_SHARED"))
    return dir;
  const std::filesystem::path here = __FILE__; // <root>/tests/bus/logic/x.cpp
  return here.parent_path().parent_path().parent_path().parent_path().parent_path() / "shared";
}

/// No operator and no $or anywhere; what is no valid pattern counts as exact, too.
bool exact(const boost_json::value& pattern) {
  if (!pattern.is_object())
    return true;
  for (const auto& [name, value] : pattern.get_object()) {
    if (name == "$or")
      return false;
    if (value.is_object() && !exact(value))
      return false;
    if (value.is_array())
      for (const auto& x : value.get_array())
        if (x.is_object() || x.is_array())
          return false;
  }
  return true;
}

/// The member's text as it stands in the line: numbers must keep their spelling.
std::string raw_member(const std::string& line, std::string_view name) {
  const char* end = line.data() + line.size();
  const char* p = line.data() + 1;
  while (p != nullptr && p < end && *p != '}') {
    bool escaped = false;
    const char* key = p;
    p = json_text::skip_string(p, end, escaped);
    const bool found = std::string_view(key + 1, static_cast<std::size_t>(p - key - 2)) == name;
    const char* value = json_text::skip_space(p, end) + 1; // behind the colon
    value = json_text::skip_space(value, end);
    p = json_text::skip_value(value, end);
    if (found)
      return {value, p};
    p = json_text::skip_space(p, end);
    if (*p == ',')
      p = json_text::skip_space(p + 1, end);
  }
  return {};
}

TEST(PatternConformance, AgreesWithEveryRecordedCaseOfExactValues) {
  std::ifstream file(shared_dir() / "conformance" / "patterns.jsonl");
  if (!file) {
    std::cerr << "\n*** SKIPPED: no conformance data at " << shared_dir() / "conformance"
              << "; set BASEPLATE_SHARED ***\n\n";
    GTEST_SKIP() << "conformance data absent";
  }
  std::size_t checked = 0;
  std::size_t matched = 0;
  std::size_t refused = 0;
  for (std::string line; std::getline(file, line);) {
    const auto x = boost_json::parse(line).as_object();
    const auto id = std::string(x.at("id").as_string());
    if (x.contains("event_text") || (!x.contains("pattern") && !x.contains("pattern_text")))
      continue;
    std::string pattern;
    if (x.contains("pattern")) {
      if (!exact(x.at("pattern")))
        continue;
      pattern = raw_member(line, "pattern");
    } else {
      boost::system::error_code not_json;
      pattern = std::string(x.at("pattern_text").as_string());
      if (const auto value = boost_json::parse(pattern, not_json); !not_json && !exact(value))
        continue;
    }
    const auto event = raw_member(line, "event");
    auto compiled = compile_pattern(pattern);
    ++checked;
    if (const auto& expect = x.at("expect"); expect.is_string()) {
      if (x.at("error").as_object().at("code").as_string() != "InvalidEventPatternException")
        continue;
      ++refused;
      ASSERT_FALSE(compiled) << id;
      EXPECT_EQ("Event pattern is not valid. Reason: " + compiled.error().text,
                std::string(x.at("error").as_object().at("message").as_string()))
          << id;
    } else {
      ASSERT_TRUE(compiled) << id << ": " << to_string(compiled.error());
      EXPECT_EQ(compiled->matches(event), expect.as_bool()) << id << "\n"
                                                            << pattern << "\n"
                                                            << event;
      matched += expect.as_bool();
    }
  }
  std::cout << checked << " cases: " << matched << " match, " << refused << " are refused\n";
  EXPECT_GT(checked, 150u);
  EXPECT_GT(matched, 50u);
  EXPECT_GT(refused, 2u);
}

TEST(PatternConformance, RefusesWhatTheReferenceCompilerRefusesAndTakesItsExactPatterns) {
  std::ifstream file(shared_dir() / "conformance" / "patterns_validity.jsonl");
  if (!file) {
    std::cerr << "\n*** SKIPPED: no conformance data at " << shared_dir() / "conformance"
              << "; set BASEPLATE_SHARED ***\n\n";
    GTEST_SKIP() << "conformance data absent";
  }
  for (std::string line; std::getline(file, line);) {
    const auto x = boost_json::parse(line).as_object();
    const auto id = std::string(x.at("id").as_string());
    const bool structured = x.contains("pattern");
    const auto pattern
        = structured ? raw_member(line, "pattern") : std::string(x.at("pattern_text").as_string());
    const auto compiled = parse_event_pattern(pattern);
    if (x.at("expect").as_string() == "error") {
      EXPECT_FALSE(compiled) << id << ": " << pattern;
    } else if (structured && exact(x.at("pattern"))) {
      EXPECT_TRUE(compiled) << id << ": " << pattern;
    }
  }
}

} // namespace
} // namespace baseplate::bus
