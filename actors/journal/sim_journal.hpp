// The same journal core and protocol as an event-based actor, for CAF's test coordinator: no
// thread, no real time. Append happens when a request comes; sync is a message to itself, so that a
// crash fits between the two. What is not scheduled is drawn: when records are applied, and when a
// checkpoint is made.
#pragma once

#include "actors/journal/journal.hpp"

#include <functional>

namespace baseplate::journal {

/// A moment at which a simulated journal may do something or leave it for later.
enum class sim_choice : std::uint8_t {
  /// After a sync: apply what is appended now. Reads apply first whatever is chosen.
  apply,
  /// After applying: make a checkpoint now.
  checkpoint,
  /// After appending: give the bus the chunk before the sync. Only a simulation does.
  hand_out,
};

/// Null: apply always, checkpoint when the options' limits say so.
using sim_chooser = std::function<bool(sim_choice)>;

/// Recovers, then spawns. An exit with reason kill is a crash: nothing is synced, applied or saved
/// any more.
/// @throws journal_open_error
journal_handle spawn_sim_journal(caf::actor_system& system, const journal_options& options,
                                 std::unique_ptr<log_device> device,
                                 std::unique_ptr<state_store> store, wall_clock clock,
                                 sim_chooser choose = nullptr);

} // namespace baseplate::journal
