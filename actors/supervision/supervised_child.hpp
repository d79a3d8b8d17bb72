// A supervisor's record of one child. Internal to the supervisor.
// Invariants: `current` is set from the spawn until the `down` of that incarnation.
#pragma once

#include "actors/supervision/child_spec.hpp"

#include <caf/actor.hpp>
#include <caf/actor_clock.hpp>
#include <caf/error.hpp>

#include <cstdint>
#include <string>

namespace baseplate::supervision {

struct supervised_child {
  child_spec spec;
  /// The slot was made by this supervisor.
  bool owns_address = false;
  /// The live incarnation.
  caf::actor current = {};
  /// Counts the incarnations: a timer for an earlier one is void.
  std::uint64_t incarnation = 0;
  child_state state = child_state::stopped;

  /// To be stopped, in its turn.
  bool stop_wanted = false;
  /// To be started, in its turn, once `due`.
  bool start_wanted = false;
  bool due = false;
  /// The restart that it waits for.
  std::uint64_t restart_number = 0;

  bool kill_sent = false;
  /// Why the supervisor ends this incarnation; else its own reason counts.
  caf::error verdict = {};

  /// It was ready at least once.
  bool was_ready = false;
  caf::actor_clock::time_point ready_since = {};
  std::uint64_t restarts = 0;
  /// Why the next incarnation is a restart, for its report.
  std::string restart_reason = {};
  std::int64_t restart_delay_ms = 0;
  std::uint32_t window_count = 0;
  /// Of the latest incarnation that ended.
  std::string last_reason = {};
};

} // namespace baseplate::supervision
