// The command line: `baseplate serve | check | put | tail | test | transform | schema |
// psp-simulator | version`. Every command answers --help with examples; exit codes are those of
// exit_code.hpp. What a command needs of the node comes in from main.cpp, so that this knows no
// group.
#pragma once

#include "app/config.hpp"

#include <functional>

namespace baseplate::app {

struct command_line_parts {
  /// What `check` and `serve` ask about groups, targets and patterns.
  config_checks checks;
  /// Runs a node until it is told to stop; the exit code.
  std::function<int(const node_config&)> serve;
};

/// Parses and runs; returns the exit code. Throws nothing.
int run_command_line(int argc, const char* const* argv, const command_line_parts& parts);

} // namespace baseplate::app
