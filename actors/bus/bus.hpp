// The bus of a node: one actor for all its buses. Takes every append from the journal, matches it
// once, and hands each subscriber its events as far as its credit goes. What it decides is in
// logic/dispatcher.hpp; this file only says how to start it. Threads:  one actor; never blocks;
// reads no clock Restarts: with the journal's answer to attach_bus and a recount from the last
// tally; subscribers must subscribe again
#pragma once

#include "actors/bus/logic/dispatcher.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"

#include <caf/fwd.hpp>

#include <cstdint>

namespace baseplate::bus {

struct bus_options {
  /// Ring, readback and tally.
  dispatcher_options dispatch;
  /// Live subscribers at once; above it subscribe_live is refused. Each costs a pattern and a
  /// position.
  std::uint32_t live_subscribers_max = 4096;
  /// Credit that a live subscriber may have, in events; more is cut to this.
  std::uint32_t live_credit_max = 65536;
  /// Questions (status, pauses, subscriptions of subscribers not declared yet) that may wait;
  /// further ones are dropped with a warning, and a pause is refused.
  std::uint32_t waiting_max = 1024;
};

/// Spawns the bus, which attaches itself to the journal. Until the journal has answered,
/// subscribers wait.
bus_actor spawn_bus(caf::actor_system& system, bus_options options, journal_actor journal);

} // namespace baseplate::bus
