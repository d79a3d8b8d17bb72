// The gateway: HTTP in front of the log. A supervised child that owns the server and is the bridge
// between actors and its I/O thread: groups answer waiting requests through it (reply_sink_actor),
// the bus sends it what tails follow. Reads:      route_reply, live_subscribed, portion,
// bus_status, pause_set, dead_letters_listed Sends:      subscribe_live, demand, unsubscribe_live,
// get_bus_status, set_paused (bus); list_dead_letters (journal);
//             publishes go through journal_port, without a message
// Restart:    open connections are cut, clients come again; nothing acknowledged is touched
#pragma once

#include "actors/gateway/gateway_options.hpp"
#include "actors/gateway/server_ports.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::gateway {

/// What the gateway is connected to. Functions are called from the I/O thread: they must be
/// thread-safe and not block.
struct gateway_ports {
  std::shared_ptr<journal_port> journal;
  bus_actor bus;
  /// For list_dead_letters.
  journal_actor journal_control;
  wall_clock now;
  bus_lookup bus_by_name;
  std::vector<http_route> routes;
  std::vector<http_stream_route> streams;
  /// Prometheus text of the rest of the node; may be empty.
  std::function<std::string()> metrics_text;
  /// How long publishing requests take from parsed to answered; may be null.
  std::shared_ptr<latency_histogram> acknowledged;
  /// Beside the journal's own readiness; may be empty.
  std::function<readiness()> ready;
  /// 64 random bits a call, for ids.
  random_bits random;
  /// Told once of the port that is bound, before the first request; may be empty.
  std::function<void(std::uint16_t port)> on_listening;
};

/// Binds the address, starts the I/O thread and spawns the owner. Throws when the address or the
/// TLS files cannot be used, or routes contradict each other: a failed start for the supervisor. An
/// exit_msg drains (gateway_options::drain_timeout), then the actor quits with its reason; a second
/// one, or kill, ends at once.
caf::actor spawn_gateway(caf::actor_system& system, gateway_options options, gateway_ports ports);

} // namespace baseplate::gateway
