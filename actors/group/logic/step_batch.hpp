// Runs steps and gathers what they decided into one commit. Pure: the actor and the test that folds
// the log share it. Invariant: the same inputs on the same records give the same commit, byte for
// byte (ids of emitted events included).
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "actors/group/logic/key_record.hpp"
#include "messages/journal.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::group {

/// What emitting needs to know of the world.
struct emit_context {
  std::string group;
  /// The group's own bus.
  bus_id bus = 0;
  /// 0 for an unknown name.
  std::function<bus_id(std::string_view)> bus_by_name;
  std::string account = "000000000000";
  std::string region = "local";
};

/// A commit in the making.
struct step_batch {
  commit out;
  std::vector<step_reply> replies;
};

/// Steps over an event. True: the record changed and must be written.
/// Throws what the step throws, and std::runtime_error when its output breaks a limit or names an
/// unknown bus.
bool run_event(const group_logic& logic, const emit_context& context, std::string_view key,
               key_record& record, const event_view& event, step_batch& batch);

/// Takes a timer row whose time has come at `limit_ms` (wall time, or the watermark of event time)
/// and steps if the timer is due. True: the record changed and must be written. Notes the row in
/// `out.fired`.
bool run_timer(const group_logic& logic, const emit_context& context, key_record& record,
               timer_row row, unix_ms limit_ms, sequence_number after_sequence, step_batch& batch);

/// "event:<sequence>" and "timer:<key>/<name>": names of inputs for the crash ledger.
std::string input_name(sequence_number sequence);
std::string input_name(const timer_row& row);

/// Order in which rows fire: by time, then key, then name.
bool fires_before(const timer_row& a, const timer_row& b);

} // namespace baseplate::group
