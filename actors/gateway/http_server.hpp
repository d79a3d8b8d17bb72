// The HTTP server: one I/O thread with the listener, the connections and the coarse timer.
// Invariants: everything but the public calls runs on the I/O thread; one wake-up per group commit
// and per message
//             from an actor, never one per request; while no client is connected the thread sleeps
// Threads:    the public calls may come from any thread
#pragma once

#include "actors/gateway/gateway_options.hpp"
#include "actors/gateway/server_ports.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace baseplate::gateway {

class http_server {
 public:
  /// Binds the address. Throws std::system_error (boost::system) when it cannot,
  /// std::invalid_argument for contradicting routes or a host that is no address, and
  /// boost::system::system_error for bad TLS files.
  http_server(gateway_options options, server_ports ports);

  /// Stops.
  ~http_server();

  /// The port that is bound.
  std::uint16_t port() const;

  /// Starts the I/O thread. Once.
  void start();

  /// Takes no further connections; those that are open go on.
  void stop_accepting();

  /// Takes no further connections, ends streams and idle connections, lets requests in work finish,
  /// then calls `drained` on the I/O thread; after `deadline` at the latest, by closing what is
  /// left.
  void drain(std::chrono::milliseconds deadline, std::function<void()> drained);

  /// Ends at once and joins the thread. Idempotent.
  void stop();

  /// Answers from the groups, the bus and the journal.
  void tell(route_reply message);
  void tell(live_subscribed message);
  void tell(portion message);
  void tell(bus_status message);
  void tell(pause_set message);
  void tell(dead_letters_listed message);

 private:
  class core;
  std::unique_ptr<core> core_;
};

} // namespace baseplate::gateway
