// The actor under every domain group: takes portions from the bus, loads the states of their keys,
// runs the group's pure step, and sends one commit per batch. What it promises is in
// docs/ARCHITECTURE.md ("effectively once"). Invariants: at most `commits_in_flight_max` commits
// are on their way, each on the state the one before left;
//   an event is stepped at most once per incarnation; credit goes back only for what is durable.
// Dies when: a step throws (the crash ledger remembers which input), the journal refuses a commit,
// or it is told to. Threads: one actor; no blocking call; reads only the injected wall clock.
#pragma once

#include "actors/group/crash_ledger.hpp"
#include "actors/group/logic/group_logic.hpp"
#include "actors/group/logic/step_batch.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "messages/caf/interfaces/reply_sink.hpp"
#include "messages/latency_histogram.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <atomic>
#include <memory>

namespace baseplate::group {

/// Counted by hand, since Debian's CAF has no metrics. Shared by all incarnations; the app exports
/// them.
struct group_stats {
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::uint64_t> timers{0};
  std::atomic<std::uint64_t> commits{0};
  std::atomic<std::uint64_t> emitted{0};
  std::atomic<std::uint64_t> quarantined{0};
  std::atomic<std::uint64_t> crashes{0};
  std::atomic<std::uint64_t> inbox_events_max{0};
  std::atomic<std::uint64_t> cached_keys{0};
  std::atomic<std::uint64_t> timers_pending{0};
  /// From the arrival of an event's request to its effects being durable.
  latency_histogram end_to_end;
};

struct group_options {
  /// Events out from the bus and not yet durable, 1 to 65536: bounds the inbox. More hides latency,
  /// costs memory.
  std::uint32_t credit_events = 4096;
  /// Commits on their way, 1 to 16. Two take the sync out of the path; more bring nothing.
  std::uint32_t commits_in_flight_max = 2;
  /// Events in one commit at most, 1 to 65536.
  std::uint32_t batch_events_max = 2048;
  /// Key states kept in memory, 16 to 10 million.
  std::uint32_t cached_keys_max = 200'000;
  /// Event time without new events, in wall time, after which the watermark moves to now, so that
  /// imported sessions end too.
  std::int64_t watermark_idle_ms = 30 * 60 * 1000;
  /// False only in the simulator's own tests: a group that steps again what came in two portions.
  bool skips_processed = true;
};

/// What an incarnation is given at birth.
struct group_parts {
  std::shared_ptr<const group_logic> logic;
  subscriber_id subscriber = 0;
  emit_context context;
  journal_actor journal;
  bus_actor bus;
  /// May be empty: replies are dropped.
  reply_sink_actor replies;
  wall_clock now;
  std::shared_ptr<crash_ledger> ledger;
  std::shared_ptr<group_stats> stats;
  group_options options;
};

/// Spawns one incarnation. It opens itself at the journal and subscribes at the bus.
caf::actor spawn_group(caf::actor_system& system, group_parts parts);

} // namespace baseplate::group
