// Asks the bus once a second how its accounts stand and keeps the last answer, for metrics.
#pragma once

#include "messages/bus.hpp"
#include "messages/caf/interfaces/bus.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <memory>
#include <mutex>

namespace baseplate::app {

/// The latest bus_status. Threads: all calls may run concurrently.
class status_board {
 public:
  void set(bus_status x) {
    auto fresh = std::make_shared<const bus_status>(std::move(x));
    std::lock_guard guard{mutex_};
    last_ = std::move(fresh);
  }

  /// Never null; empty before the first answer.
  std::shared_ptr<const bus_status> get() const {
    std::lock_guard guard{mutex_};
    return last_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const bus_status> last_ = std::make_shared<const bus_status>();
};

caf::actor spawn_status_poller(caf::actor_system& system, bus_actor bus,
                               std::shared_ptr<status_board> board);

} // namespace baseplate::app
