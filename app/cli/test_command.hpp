// `baseplate test`: runs rule-test files (docs/spec/rule-tests.md) and says what failed and why.
#pragma once

#include "app/rule_tests/rule_engine.hpp"

#include <string>
#include <vector>

namespace baseplate::app {

struct test_options {
  /// JSON Lines, plain or gzip; "-": stdin.
  std::vector<std::string> files;
  /// Only cases with one of these ids; empty: all.
  std::vector<std::string> only;
  /// Only cases with one of these authorities; empty: all.
  std::vector<std::string> authorities;
  /// Where JUnit XML goes; empty: nowhere.
  std::string junit;
  bool json = false;
  bool quiet = false;
};

/// Runs it; returns the exit code: 0 nothing failed, 1 a case failed, 2 a file cannot be read or
/// written or no case could be run. The summary goes to stdout, progress to stderr.
int run_test(const test_options& options, const rule_tests::rule_engine& engine);

} // namespace baseplate::app
