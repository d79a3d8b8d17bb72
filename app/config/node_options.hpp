// baseplate.json to the node's options. Pure; limits and units are those of config.hpp.
#pragma once

#include "app/config.hpp"
#include "app/config/object_reader.hpp"

namespace baseplate::app {

/// Reads the node's document; faults go to `faults`.
void read_node_options(const boost::json::value& document, node_config& out, fault_list& faults);

} // namespace baseplate::app
