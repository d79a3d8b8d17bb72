// The recorded and asserted cases of event patterns: whether they match, and how they are refused.

#include "actors/bus/logic/rules/matcher.hpp"
#include "tests/bus/logic/rules/case_file.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace baseplate::rules {
namespace {

bool counts(const pattern_case& x) {
  return x.authority == "aws-recorded" || x.authority == "aws-marked"
         || x.authority == "event-ruler" || x.authority == "quamina";
}

TEST(PatternConformance, AgreesWithEveryRecordedMatchInBothModes) {
  const auto cases = read_cases("patterns.jsonl");
  if (cases.empty())
    GTEST_SKIP() << "conformance data absent";
  matcher finder;
  std::size_t checked = 0;
  for (const auto& x : cases) {
    if (!counts(x) || x.expect == "error")
      continue;
    const auto pattern = compile(x.pattern);
    ASSERT_TRUE(pattern.has_value()) << x.id << ": " << pattern.error().reason;
    rule_set rules(7);
    rules.add(3, *pattern);
    const padded event(x.event);
    for (const auto how : {trust::trusted, trust::validated}) {
      std::vector<rule_id> found;
      ASSERT_EQ(finder.match(rules, event.text(), how, found), event_status::ok) << x.id;
      EXPECT_EQ(found.size(), x.expect == "true" ? 1U : 0U)
          << x.id << "\n  pattern " << x.pattern << "\n  event   " << x.event;
    }
    ++checked;
  }
  std::cout << checked << " cases of patterns.jsonl matched or did not, as recorded\n";
  EXPECT_GT(checked, 700U);
}

TEST(PatternConformance, MatchesTheSameWithAllPatternsInOneSet) {
  const auto cases = read_cases("patterns.jsonl");
  if (cases.empty())
    GTEST_SKIP() << "conformance data absent";
  rule_set rules(11);
  rule_id id = 0;
  for (const auto& x : cases) {
    if (const auto pattern = compile(x.pattern); pattern.has_value())
      rules.add(id, *pattern);
    ++id;
  }
  matcher finder;
  id = 0;
  for (const auto& x : cases) {
    if (counts(x) && x.expect != "error") {
      const padded event(x.event);
      std::vector<rule_id> found;
      finder.match(rules, event.text(), trust::validated, found);
      EXPECT_EQ(std::count(found.begin(), found.end(), id), x.expect == "true" ? 1 : 0) << x.id;
    }
    ++id;
  }
}

TEST(PatternConformance, RefusesInTheServicesWords) {
  const auto cases = read_cases("patterns.jsonl");
  if (cases.empty())
    GTEST_SKIP() << "conformance data absent";
  std::size_t checked = 0;
  for (const auto& x : cases) {
    if (x.expect != "error" || x.error_code != pattern_error::service_code)
      continue;
    const auto pattern = compile(x.pattern);
    ASSERT_FALSE(pattern.has_value()) << x.id;
    EXPECT_EQ(pattern.error().service_message(), x.error_message) << x.id;
    ++checked;
  }
  std::cout << checked << " patterns refused in the recorded words\n";
  EXPECT_GT(checked, 20U);
}

TEST(PatternConformance, CompilesWhatIsValidAndRefusesTheRest) {
  const auto cases = read_cases("patterns_validity.jsonl");
  if (cases.empty())
    GTEST_SKIP() << "conformance data absent";
  for (const auto& x : cases)
    EXPECT_EQ(compile(x.pattern).has_value(), x.expect == "valid") << x.id << " " << x.pattern;
}

} // namespace
} // namespace baseplate::rules
