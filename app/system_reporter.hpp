// Turns what supervision reports into events on the bus baseplate.system: source
// "baseplate.supervision", detail-type "restarted", "escalated", ...; detail {path, child, reason,
// restart_count, window_count, strategy, delay_ms}. A report while the journal is away is lost to
// the bus; the log and the counters have it.
#pragma once

#include "actors/supervision/report.hpp"
#include "app/directory.hpp"
#include "messages/caf/interfaces/journal.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <array>
#include <atomic>
#include <memory>

namespace baseplate::app {

/// Counts reports by kind; the app exports it.
struct supervision_stats {
  std::array<std::atomic<std::uint64_t>, 8> events{};
};

struct system_reporter_parts {
  journal_actor journal;
  std::shared_ptr<directory> names;
  wall_clock now;
  std::string account = "000000000000";
  std::string region = "local";
};

/// The actor that publishes; takes supervision_report.
caf::actor spawn_system_reporter(caf::actor_system& system, system_reporter_parts parts);

/// What supervisors are given: counts, and hands the report to the actor.
supervision::report_function report_to(caf::actor reporter,
                                       std::shared_ptr<supervision_stats> stats);

} // namespace baseplate::app
