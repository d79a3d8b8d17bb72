// `baseplate serve`: configuration plus what the command line changes in it, then the node.
#pragma once

#include "app/cli/command_line.hpp"

#include <optional>
#include <string>

namespace baseplate::app {

struct serve_options {
  /// Empty: no files, a default bus and nothing else.
  std::string config;
  std::string environment;
  /// What the command line says wins over the files.
  std::optional<std::string> data;
  std::optional<std::string> host;
  std::optional<std::uint16_t> port;
  std::optional<std::string> log_level;
  std::optional<std::string> log_format;
  bool repair = false;
};

/// Runs it; returns the exit code: exit_usage with every fault on stderr when the configuration is
/// wrong.
int run_serve(const serve_options& options, const command_line_parts& parts);

} // namespace baseplate::app
