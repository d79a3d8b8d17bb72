// One incarnation of a node in a simulation: the real wiring, the real actors, the real journal
// core; a disk that can die, transports that end in the outside's memory, and no gateway.
#pragma once

#include "app/wiring.hpp"
#include "tests/simulation/client.hpp"
#include "tests/simulation/mortal_disk.hpp"
#include "tests/simulation/outside.hpp"
#include "tests/simulation/simulator.hpp"
#include "tests/support/virtual_world.hpp"

#include <memory>

namespace baseplate::simulation {

/// The shop with its subscribers, and limits so small that every one of them is met.
app::node_config shop_config(std::mt19937_64& random);

/// The shop's groups, with ids drawn from `random` instead of the operating system.
std::vector<app::made_group> shop_groups(const app::node_config& config, std::mt19937_64& random);

class simulated_node {
 public:
  simulated_node(std::shared_ptr<platter> disk, outside& world, std::mt19937_64& random,
                 std::uint32_t incarnation, unix_ms starts_at, planted_fault fault);
  ~simulated_node();

  /// One message of one actor, or a jump to the next timer. False: nothing will ever happen.
  bool step() { return world_.step_or_fire(); }

  // -- faults -----------------------------------------------------------------------

  /// From now on nothing that this incarnation does reaches disk, outside or clients.
  void cut_power();

  void kill_group();
  void kill_target();
  void kill_bus();
  /// A second incarnation of a group beside the one that is supervised.
  void start_zombie();

  // -- what is there ------------------------------------------------------------------

  client& clients() { return *client_; }

  unix_ms now() { return starts_at_ + world_.elapsed().count(); }

  std::chrono::milliseconds elapsed() { return world_.elapsed(); }

  app::node& node() { return node_; }

  const app::node_config& config() const { return config_; }

  const std::vector<app::made_group>& groups() const { return groups_; }

  /// All that was accepted is finished, as the bus says.
  bool idle() const;

 private:
  app::node_seams seams();
  caf::actor start_transport(caf::actor_system& system,
                             std::shared_ptr<const app::directory> names);
  std::string group_name(std::uint64_t n) const;

  std::shared_ptr<platter> disk_;
  outside& outside_;
  std::mt19937_64& random_;
  const std::uint32_t incarnation_;
  const unix_ms starts_at_;
  const planted_fault fault_;
  death_flag dead_ = std::make_shared<bool>(false);
  test::virtual_world world_;
  app::node_config config_;
  std::vector<app::made_group> groups_;
  app::node node_;
  std::unique_ptr<client> client_;
};

} // namespace baseplate::simulation
