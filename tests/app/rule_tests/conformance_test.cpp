// Every recorded case passes, and none does with a wrong expectation.
#include "app/rule_tests/rule_engine.hpp"
#include "tests/app/rule_tests/conformance_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace baseplate::app::rule_tests {
namespace {

class Conformance : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    lines_ = conformance_lines(GetParam());
    if (lines_.empty())
      GTEST_SKIP() << "conformance data absent";
  }

  case_result run(const std::string& line) {
    auto read = read_case(line, "?");
    EXPECT_EQ(read.error, "");
    return run_case(read.value, engine_);
  }

  static std::string id_of(const std::string& line) { return read_case(line, "?").value.id; }

  std::vector<std::string> lines_;
  rule_engine engine_ = make_rule_engine();
};

TEST_P(Conformance, EveryCasePasses) {
  for (auto& line : lines_) {
    auto result = run(line);
    EXPECT_EQ(result.outcome, verdict::passed) << id_of(line) << "\n"
                                               << result.reason << "\n"
                                               << result.explanation;
  }
}

TEST_P(Conformance, NoCasePassesWithAFalsifiedExpectation) {
  for (auto& line : lines_)
    EXPECT_EQ(run(falsified(line)).outcome, verdict::failed) << falsified(line);
}

TEST(RuleTestExamples, PassAsTheSpecHasThemAndFailWhenFalsified) {
  auto lines = example_lines();
  ASSERT_GE(lines.size(), 4u);
  auto engine = make_rule_engine();
  for (auto& line : lines) {
    auto right = run_case(read_case(line, "?").value, engine);
    EXPECT_EQ(right.outcome, verdict::passed) << line << "\n" << right.reason;
    EXPECT_EQ(run_case(read_case(falsified(line), "?").value, engine).outcome, verdict::failed)
        << falsified(line);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Conformance,
                         testing::Values("patterns.jsonl", "patterns_validity.jsonl",
                                         "input_transformer.jsonl", "schedule.jsonl"),
                         [](auto& info) {
                           std::string name = info.param;
                           name.resize(name.find('.'));
                           // Names of tests have no underscores.
                           name.erase(std::remove(name.begin(), name.end(), '_'), name.end());
                           return name;
                         });

} // namespace
} // namespace baseplate::app::rule_tests
