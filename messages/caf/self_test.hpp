// Run when a node starts: every message goes through CAF's binary form and through JSON, and must
// come back. CAF 0.17 finds a message that is not registered only when another node gets an empty
// one: this finds it here.
#pragma once

#include <caf/fwd.hpp>

#include <optional>
#include <string>

namespace baseplate {

/// Round-trips every type of the type-id block and of the registry with arbitrary values, the same
/// at every start. The first that does not come back, by name and how; nothing when all do. A few
/// milliseconds. With a system, each actor message is also sent through caf::message, which needs
/// its registration.
std::optional<std::string> round_trip_self_test(caf::actor_system* system = nullptr);

} // namespace baseplate
