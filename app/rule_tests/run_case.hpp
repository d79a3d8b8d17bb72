// Runs one case of a rule-test file and judges the outcome.
// Threads: no state; as the engine's functions allow
#pragma once

#include "app/rule_tests/rule_engine.hpp"
#include "app/rule_tests/test_case.hpp"

#include <cstdint>
#include <string>

namespace baseplate::app::rule_tests {

enum class verdict : std::uint8_t { passed, failed, skipped };

struct case_result {
  verdict outcome = verdict::passed;
  /// Failed: how the outcome differs from what was expected. Skipped: why it was not run.
  std::string reason;
  /// Failed: why the outcome is as it is; may be empty.
  std::string explanation;
};

/// Never throws. A case whose expectation cannot be understood as a whole fails: what is not
/// compared does not count as right.
case_result run_case(const test_case& x, const rule_engine& engine);

} // namespace baseplate::app::rule_tests
