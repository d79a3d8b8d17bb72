// Child specifications: OTP's, for CAF actors. The decisions are in logic/, the actor that carries
// them out in supervisor.hpp. Spec: Erlang/OTP supervisor behaviour.
#pragma once

#include "actors/supervision/logic/restart_policy.hpp"
#include "actors/supervision/report.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace baseplate::supervision {

/// As a shutdown or start time-out: wait without an end (OTP's infinity). The default for children
/// that are supervisors, whose own children have deadlines.
inline constexpr std::chrono::milliseconds no_deadline = std::chrono::milliseconds::max();

/// One child. Children start in order and stop in reverse.
struct child_spec {
  /// Unique among its siblings; part of the path in logs, metrics and events:
  /// "node/groups/checkout".
  std::string id;

  /// Spawns one incarnation. Runs in the supervisor, on a CAF worker: must not block for long. May
  /// throw or return an empty handle: that is a failed start. Others reach the child by its slot,
  /// whose address stays the same across restarts. The handle may be any monitorable actor, also
  /// one that CAF does not schedule: it is only monitored and sent exit messages, and start_check
  /// if `awaits_start`.
  std::function<caf::actor(caf::actor_system&)> start;

  restart_type restart = restart_type::permanent;

  /// How long an orderly stop may take before the child is killed. 0 kills at once.
  std::chrono::milliseconds shutdown_timeout{5000};

  /// True: the child gets a `start_check` and answers `child_started` to its sender once it is
  /// ready; the next sibling starts, and the slot forwards, only then. False: ready as soon as it
  /// is spawned.
  bool awaits_start = false;

  /// With awaits_start: how long that may take; then it is a failed start and the child is killed.
  std::chrono::milliseconds start_timeout{10000};

  child_kind kind = child_kind::worker;

  /// The child's stable address if it was made beforehand with make_slot(), so that it can be
  /// handed to siblings. Such a slot outlives the supervisor: its maker closes it. Empty: the
  /// supervisor makes one and closes it when it ends.
  caf::actor address = {};
};

} // namespace baseplate::supervision
