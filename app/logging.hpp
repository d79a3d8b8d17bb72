// Where log lines go: stderr, as text or as one JSON object a line, a level per logger. Call once,
// before any actor. Log lines never hold payloads, card data or secrets: who logs keeps to that,
// this file cannot.
#pragma once

#include "app/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace baseplate::app {

/// Registers the default logger "node" and one per name, so that spdlog::get(name) finds each
/// part's own. Names in config.levels are registered too.
void start_logging(const log_config& config, const std::vector<std::string>& names);

/// The parts of the platform that log; a node adds its groups.
std::vector<std::string> platform_logger_names();

/// Sends what was buffered on its way.
void flush_logs();

} // namespace baseplate::app
