// The whole node but its sockets, under CAF's test coordinator: one thread, virtual time, every
// order of execution and every fault drawn from a seed. After each crash and at the end the log is
// folded and compared with what the outside saw. The same seed gives the same run. See
// docs/ARCHITECTURE.md ("Simulation") for what is checked (I1 to I7).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace baseplate::simulation {

/// Faults of design that were made or nearly made once; the simulator must find each.
enum class planted_fault : std::uint8_t {
  none,
  /// Clients are answered before the sync.
  answer_before_sync,
  /// Commits carry the epoch and cursor that the journal wants to see.
  no_fence,
  /// The cursor is committed in a record of its own, after the states.
  cursor_apart,
  /// Checkpoints say that more is in them than there is.
  applied_lsn_apart,
  /// Acknowledgements leave out what is still open.
  no_exceptions,
  /// A group steps events again that came in two portions.
  overlap,
  /// Targets outside are served before the sync.
  early_delivery,
  /// The bus takes any subscription for the latest.
  no_epoch_at_bus,
};

const char* to_string(planted_fault x);

/// nullopt-like: false when there is no fault of that name.
bool planted_fault_from(const std::string& text, planted_fault& out);

struct scenario {
  std::uint64_t seed = 1;
  planted_fault fault = planted_fault::none;
  /// Prints what happens, step by step.
  bool verbose = false;
};

struct verdict {
  /// Empty: all invariants held and everything finished.
  std::vector<std::string> violations;
  std::uint64_t events = 0;
  std::uint64_t steps = 0;
  std::uint32_t node_crashes = 0;
  std::uint32_t group_kills = 0;
  std::uint32_t zombies = 0;
  std::uint32_t bus_kills = 0;
  std::uint64_t orders = 0;
  std::uint64_t attempts = 0;
  /// Of the log and of what the outside saw: equal for equal seeds.
  std::uint64_t fingerprint = 0;
};

verdict simulate(const scenario& x);

} // namespace baseplate::simulation
