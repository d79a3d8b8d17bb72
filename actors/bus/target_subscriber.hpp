// The subscriber in front of a target outside (http, smtp, log): takes events from the bus, has a
// transport attempt them, tries again, gives up, and keeps its place in the journal as a cursor
// with exceptions. Invariants: at most credit_events are open; of one ordering key one is in
// flight, in order; what a durable acknowledgement
//             calls finished is never attempted again; each matching event ends delivered,
//             dead-lettered or expired
// Dies when:  the journal refuses an acknowledgement (another incarnation was opened), or it is
// told to Stops:      takes no new attempt, waits for those in flight at most stop_timeout,
// acknowledges a last time Threads:    one actor; never blocks; reads the injected wall clock and
// the system's clock only
#pragma once

#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "messages/caf/interfaces/transport.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <cstdint>

namespace baseplate::bus {

struct target_options {
  /// Attempts in flight at once. More load the target and the transport's queue.
  std::uint32_t in_flight_max = 64;
  /// Completions after which an acknowledgement is written at once.
  std::uint32_t ack_completions = 256;
  /// Longest that anything finished waits for its acknowledgement.
  std::chrono::milliseconds ack_interval{20};
  /// An attempt without an answer counts as failed after this. Longer than any transport's own
  /// timeout.
  std::chrono::milliseconds answer_timeout{90'000};
  /// Longest that an orderly stop waits for answers and for the last acknowledgement.
  std::chrono::milliseconds stop_timeout{4000};
};

/// What an incarnation is given at birth.
struct target_parts {
  /// Id and spec; the place in the log comes from the journal.
  subscriber_entry subscriber;
  journal_actor journal;
  bus_actor bus;
  transport_actor transport;
  wall_clock now;
  /// Of the jitter.
  std::uint64_t seed = 1;
  target_options options;
};

/// Spawns one incarnation. It opens itself at the journal and subscribes at the bus.
caf::actor spawn_target_subscriber(caf::actor_system& system, target_parts parts);

} // namespace baseplate::bus
