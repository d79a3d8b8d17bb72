// The recorded cases, which lie outside the repository: in $BASEPLATE_SHARED/conformance, by
// default ../shared beside it. Absent: the test says so loudly and is skipped.
#pragma once

#include "app/rule_tests/run_case.hpp"

#include <string>
#include <vector>

namespace baseplate::app::rule_tests {

/// The lines of a file; empty: it is not there, and stderr was told.
std::vector<std::string> conformance_lines(const std::string& file);

/// The examples of docs/spec/rule-tests.md.
std::vector<std::string> example_lines();

/// The case with an expectation that is wrong.
std::string falsified(const std::string& line);

} // namespace baseplate::app::rule_tests
