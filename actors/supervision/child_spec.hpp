// Child specifications: OTP's, for CAF actors. The decisions are in logic/, the actor that carries
// them out in supervisor.hpp. Spec: Erlang/OTP supervisor behaviour.
#pragma once

#include "actors/supervision/logic/restart_policy.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace baseplate::supervision {

/// One child. Children start in order and stop in reverse.
struct child_spec {
  /// Unique among its siblings; part of the path in logs, metrics and events:
  /// "node/groups/checkout".
  std::string id;

  /// Spawns one incarnation. Runs in the supervisor; may throw: that is a failed start.
  /// Others reach the child by its slot, whose address stays the same across restarts.
  std::function<caf::actor(caf::actor_system&)> start;

  restart_type restart = restart_type::permanent;

  /// How long an orderly stop may take before the child is killed.
  std::chrono::milliseconds shutdown_timeout{5000};

  /// True: the child answers `is_started` (an empty message to a `start_check` request) once it is
  /// ready, and the next sibling starts only then. False: ready as soon as it is spawned.
  bool awaits_start = false;

  std::chrono::milliseconds start_timeout{10000};
};

} // namespace baseplate::supervision
