// Runs a node until it is told to stop: the life of the process from configuration to exit code.
#pragma once

#include "app/config.hpp"
#include "app/group_registry.hpp"

namespace baseplate::app {

/// Blocks. SIGTERM or SIGINT: not ready any more, intake stops, what is in flight finishes, exit 0
/// within `drain_timeout`; a second signal ends the process at once with 130.
/// @return 0 after an orderly stop; 1 when the node could not start or its supervision gave up (the
/// log says why).
int run_node(const node_config& config, const std::vector<group_module>& modules);

} // namespace baseplate::app
