// Everybody who publishes to a simulated node: shoppers, browsers and the provider with its
// webhooks. Requests go through the same route functions that the gateway mounts; only the sockets
// are missing.
#pragma once

#include "app/wiring.hpp"
#include "tests/simulation/outside.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <map>
#include <memory>
#include <vector>

namespace baseplate::simulation {

class client {
 public:
  /// `dead`: once true, answers do not reach anybody any more.
  client(caf::actor_system& system, app::node& node, outside& world, wall_clock now,
         std::shared_ptr<bool> dead);

  /// One request drawn from the outside's random numbers: an order, page events, a burst of them.
  void say_something();

  /// Sends a webhook if one is owed.
  void send_webhook();

  /// Requests that were neither answered nor refused; a crash gives their webhooks back.
  void give_up_waiting();

  bool waiting() const { return !pending_->empty(); }

  /// The actor that publishes; own it.
  const caf::actor& actor() const { return actor_; }

 private:
  struct request {
    std::vector<std::string> ids;
    std::optional<owed_webhook> webhook;
  };

  void place_order();
  void look_at_pages(std::size_t count);
  void post(const std::string& method, const std::string& path, http_request request,
            std::optional<owed_webhook> webhook);
  void publish_events(const std::string& bus, const std::vector<route_event>& events,
                      std::optional<owed_webhook> webhook);

  std::uint64_t below(std::uint64_t n) { return world_.random() % n; }

  app::node& node_;
  outside& world_;
  wall_clock now_;
  std::shared_ptr<std::map<std::uint64_t, request>> pending_;
  std::uint64_t requests_ = 0;
  caf::actor actor_;
};

} // namespace baseplate::simulation
