// What the HTTP server asks of the bus and the journal's control side, without knowing actors.
// Answers come back by http_server::tell, with the request number that the question had.
#pragma once

#include "messages/bus.hpp"
#include "messages/journal.hpp"

namespace baseplate::gateway {

/// Thread-safe; must not block.
class bus_port {
 public:
  virtual ~bus_port() = default;

  /// Answer: live_subscribed, then portions.
  virtual void ask(subscribe_live question) = 0;

  /// Answer: bus_status.
  virtual void ask(get_bus_status question) = 0;

  /// Answer: pause_set.
  virtual void ask(set_paused question) = 0;

  /// Answer: dead_letters_listed.
  virtual void ask(list_dead_letters question) = 0;

  virtual void give(demand credit) = 0;

  virtual void drop(unsubscribe_live subscription) = 0;
};

} // namespace baseplate::gateway
