// Time zones by name, from the system's tzdata through Abseil's time library, which knows the rules
// behind the last transition of a file, too. Why: docs/decisions/0008-time-zones.md.
// Invariant: a name is only ever looked up below the system's folder of zones
// Threads:   any
#pragma once

#include "actors/bus/logic/schedule/time_zone.hpp"

#include <memory>
#include <string_view>

namespace baseplate::bus {

/// The zone of IANA's name ("Europe/Berlin", "UTC"; exact spelling), or null: there is none, or
/// tzdata is not installed. Reads a file at the first time and keeps it for the process; a zone
/// needs a restart to see a new tzdata.
std::shared_ptr<const schedule::time_zone> find_time_zone(std::string_view name);

} // namespace baseplate::bus
