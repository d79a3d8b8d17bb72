// The whole program but for the groups that it can run: bin/baseplate passes the shop's, test nodes
// add their own.
#pragma once

#include "app/config.hpp"
#include "app/group_registry.hpp"

#include <vector>

namespace baseplate::app {

/// What loading a configuration asks: groups of `modules`, the transports' targets, the bus'
/// patterns.
config_checks make_config_checks(const std::vector<group_module>& modules);

/// Parses the command line, runs the command, returns the exit code.
int baseplate_main(int argc, const char* const* argv, const std::vector<group_module>& modules);

} // namespace baseplate::app
