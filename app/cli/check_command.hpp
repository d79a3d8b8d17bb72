// `baseplate check`: validates a configuration directory and says all that is wrong with it.
#pragma once

#include "app/config.hpp"

#include <string>

namespace baseplate::app {

struct check_options {
  std::string directory;
  std::string environment;
  /// Validate without the secrets being there, as in a pipeline that may not have them.
  bool without_secrets = false;
  bool json = false;
};

/// Runs it with `checks`; returns the exit code.
int run_check(const check_options& options, config_checks checks);

/// What stderr gets before a node refuses to start: one fault a line.
void print_config_errors(const std::vector<config_error>& errors);

} // namespace baseplate::app
