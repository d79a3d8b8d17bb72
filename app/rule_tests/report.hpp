// What a run of rule tests came to: counts, failures, skips; as text, as JSON, as JUnit XML.
// Threads: one at a time
#pragma once

#include "app/rule_tests/run_case.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace baseplate::app::rule_tests {

struct finished_case {
  std::string id;
  std::string file;
  /// From 1.
  std::uint64_t line = 0;
  /// "pattern", ...; empty: unknown.
  std::string kind;
  case_result result;
};

class report {
 public:
  void add(finished_case x);

  std::uint64_t passed() const { return passed_; }

  std::uint64_t failed() const { return failed_; }

  std::uint64_t skipped() const { return skipped_; }

  /// Failing ids and why, skips by their reason, and the line "P passed, F failed, S skipped".
  std::string to_text() const;

  /// {"passed","failed","skipped","failures":[{"id","file","line","kind","reason","explanation"}],
  /// "skips":[{"reason","count"}]} on one line.
  std::string to_json() const;

  /// JUnit XML: a testsuite per file, a testcase per case.
  std::string to_junit() const;

 private:
  std::uint64_t passed_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t skipped_ = 0;
  std::map<std::string, std::uint64_t> skips_;
  std::vector<finished_case> failures_;
  /// For JUnit: all of them, in order, without the explanations of what passed.
  std::vector<finished_case> cases_;
};

} // namespace baseplate::app::rule_tests
