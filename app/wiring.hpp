// Puts a node together: read this first to see the whole system. The only place that knows every
// group.
//
//   node (rest_for_one)
//   ├── journal        the log; everything behind it restarts with it
//   ├── registrar      declares buses and subscribers, then stands by
//   ├── bus
//   ├── status         asks the bus for its accounts, for metrics
//   ├── transport      HTTP and SMTP out
//   ├── groups (one_for_one)
//   │   └── checkout, payments, ...   each under a supervisor of its own: a storm in one is no
//   restart of another ├── targets (one_for_one) │   └── one actor for each subscriber outside └──
//   gateway
//
// Children start in this order, each when those before it are ready, and stop in reverse.
// Threads: assemble() from one thread, once per actor system.
#pragma once

#include "actors/bus/logic/dispatcher.hpp"
#include "actors/group/group_actor.hpp"
#include "actors/supervision/supervisor.hpp"
#include "app/config.hpp"
#include "app/directory.hpp"
#include "app/group_registry.hpp"
#include "app/status_board.hpp"
#include "app/system_reporter.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "messages/caf/interfaces/reply_sink.hpp"
#include "messages/caf/interfaces/transport.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::app {

/// What differs between a node in production and one in a simulation.
struct node_seams {
  wall_clock now;
  /// 64 random bits; thread-safe.
  std::function<std::uint64_t()> random;
  /// One incarnation each.
  std::function<caf::actor(caf::actor_system&)> start_journal;
  /// Only when the configuration has subscribers outside. Names of subscribers are in the directory
  /// by then.
  std::function<caf::actor(caf::actor_system&, std::shared_ptr<const directory>)> start_transport;
  /// Empty: bus::spawn_bus with `dispatch`.
  std::function<caf::actor(caf::actor_system&, journal_actor)> start_bus;
  /// Empty: a node without sockets.
  std::function<caf::actor(caf::actor_system&)> start_gateway;
  bus::dispatcher_options dispatch;
};

/// A running group, as the outside of its actor sees it.
struct node_group {
  std::shared_ptr<const group::group_logic> logic;
  std::shared_ptr<group::crash_ledger> ledger;
  std::shared_ptr<group::group_stats> stats;
  /// Stable address.
  caf::actor address;
};

/// A node's stable addresses and what it counts. Holds no incarnation.
struct node {
  caf::actor root;
  journal_actor journal;
  bus_actor bus;
  transport_actor transport;
  reply_sink_actor gateway;
  std::shared_ptr<directory> names;
  std::shared_ptr<status_board> board;
  std::shared_ptr<supervision_stats> supervision;
  std::map<std::string, node_group> groups;
  std::vector<http_route> routes;
  std::vector<http_stream_route> streams;
  /// By name of the subscriber.
  std::map<std::string, caf::actor> targets;
  caf::actor reporter;
  /// For incarnations of groups; per group configuration comes on top.
  group::group_options group_defaults;
};

/// A group and what it brings, before the node exists: routes are needed by the gateway.
struct made_group {
  group_config config;
  group_parts parts;
};

/// Makes the groups of a configuration. Throws std::runtime_error when there is no such group.
std::vector<made_group> make_groups(const node_config& config,
                                    const std::vector<group_module>& modules);

/// The specs of all subscribers: groups first, then those outside.
std::vector<subscriber_spec> subscriber_specs(const node_config& config,
                                              const std::vector<made_group>& groups);

/// Spawns the tree. Monitor `root`: its end is the node's.
/// `out` is filled before the first child starts, so that start functions may refer to it.
/// `config`, `out` and what `seams` refers to must outlive the tree.
void assemble(caf::actor_system& system, const node_config& config,
              const std::vector<made_group>& groups, const node_seams& seams, node& out);

/// What the parts of one group's incarnation are; the simulator also starts second incarnations
/// with it.
group::group_parts parts_of(const node& from, const made_group& group, const node_config& config,
                            const wall_clock& now);

/// Closes the stable addresses; call after `root` has ended.
void close(node& x);

} // namespace baseplate::app
