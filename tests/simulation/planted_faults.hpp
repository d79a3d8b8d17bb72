// Faults of design, planted from outside: actors that stand before the journal or the bus and bend
// what is said, and a store that tears checkpoints apart. The node's own code is not touched, but
// for one flag of the group actor. Each was made or nearly made in an earlier version; the
// simulator must find every one (planted_faults_test.cpp).
#pragma once

#include "actors/journal/state_store.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "tests/simulation/simulator.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace baseplate::simulation {

/// Stands before `journal`; ends with it.
caf::actor plant_before_journal(caf::actor_system& system, caf::actor journal, planted_fault fault);

/// Stands before `bus`; ends with it. `random` gives a number below its argument.
caf::actor plant_before_bus(caf::actor_system& system, caf::actor bus, planted_fault fault,
                            std::function<std::uint64_t(std::uint64_t)> random);

/// Ingests the row that says how far the state goes at once, and all others only with the next
/// checkpoint: a crash in between takes them.
class torn_store final : public journal::state_store {
 public:
  explicit torn_store(std::unique_ptr<journal::state_store> below) : below_(std::move(below)) {}

  journal::store_result get(std::string_view key, std::optional<std::string>& out) const override;
  journal::store_result
  scan(std::string_view prefix, std::string_view from,
       const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  journal::store_result ingest(const std::function<bool(journal::row_view&)>& next) override;

 private:
  std::unique_ptr<journal::state_store> below_;
  /// Rows that are not below yet; nullopt erases.
  std::map<std::string, std::optional<std::string>, std::less<>> late_;
};

} // namespace baseplate::simulation
