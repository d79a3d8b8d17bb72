// The supervisor: an actor that starts its children in order, restarts them as its policy says,
// gives up when they fail too often, and stops them in reverse order.
// Spec:       Erlang/OTP supervisor; decisions in logic/restart_policy.hpp
// Invariants: of a child there is never more than one live incarnation (but for a child that
// ignores
//             a kill, see `kill_timeout`: then the supervisor ends); a child starts only when all
//             before it are ready, one_for_one restarts aside; it stops only when all behind it
//             have.
// Protocol:   start_check → child_started once all children are ready; get_children → children;
//             an exit message (any reason but normal) stops the children, then the supervisor.
// Ends with:  the reason of that exit message; supervision_error::intensity_exceeded (escalation),
//             start_failed, or child_stuck.
// Threads:    an ordinary CAF actor.
#pragma once

#include "actors/supervision/child_spec.hpp"
#include "actors/supervision/errors.hpp"
#include "actors/supervision/report.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace baseplate::supervision {

struct supervisor_options {
  /// "node" for the root, "node/groups" for one of its children: prefix of the children's paths.
  std::string path = "node";

  restart_policy policy;

  /// Wall time of reports. @pre not empty
  wall_clock now;

  /// Takes the reports; may be empty.
  report_function report;

  /// In [0, 1), for the jitter. Empty: a generator seeded by the operating system.
  std::function<double()> random;

  /// How long a killed child may take to end; a handler that does not return cannot be killed. Then
  /// the supervisor stops the others and ends with child_stuck.
  std::chrono::milliseconds kill_timeout{10'000};

  /// Of slots that the supervisor makes.
  std::uint32_t parked_messages_max = 1024;
};

/// Starts a supervisor; it starts its children at once. Ids must be unique.
/// The caller should monitor it: the end of the root is the end of the node.
/// @throws std::invalid_argument on a spec without an id or a start function, or with an id that
///         another one has
caf::actor spawn_supervisor(caf::actor_system& system, supervisor_options options,
                            std::vector<child_spec> specs);

/// A supervisor as another one's child: permanent, awaits its start, no deadlines of its own, since
/// its children have theirs.
/// @param options its path is set to parent_path + "/" + id
child_spec supervisor_child(std::string id, const std::string& parent_path,
                            supervisor_options options, std::vector<child_spec> specs);

} // namespace baseplate::supervision
