// The journal on its own threads, behind an actor handle: the one owner of the disk.
// Threads: journal (append, sync, answers), applier, checkpoint, reader. No CAF worker ever waits
// for the disk. Stop it with an exit_msg: it finishes what is appended, refuses the rest, makes a
// last checkpoint, closes device and store, and only then is seen down by its monitors. Dropping
// the handles does not stop it.
#pragma once

#include "actors/journal/journal_open_error.hpp"
#include "actors/journal/journal_options.hpp"
#include "actors/journal/journal_stats.hpp"
#include "actors/journal/log_device.hpp"
#include "actors/journal/state_store.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "messages/journal_port.hpp"

#include <caf/fwd.hpp>

#include <memory>

namespace baseplate::journal {

struct journal_handle {
  journal_actor actor;
  std::shared_ptr<journal_port> port;
  std::shared_ptr<const journal_stats> stats;
};

/// Recovers, then starts. Returns when the journal takes requests.
/// @throws journal_open_error when the log is damaged or does not fit the store
journal_handle spawn_journal(caf::actor_system& system, const journal_options& options,
                             std::unique_ptr<log_device> device, std::unique_ptr<state_store> store,
                             wall_clock clock);

} // namespace baseplate::journal
