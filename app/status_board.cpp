#include "app/status_board.hpp"

#include "actors/supervision/handlers.hpp"

#include <caf/all.hpp>

#include <chrono>

namespace baseplate::app {

namespace {

using poll_atom = caf::atom_constant<caf::atom("poll")>;

constexpr std::chrono::seconds poll_interval{1};

class status_poller : public caf::event_based_actor {
 public:
  status_poller(caf::actor_config& config, bus_actor bus, std::shared_ptr<status_board> board)
      : caf::event_based_actor(config), bus_(std::move(bus)), board_(std::move(board)) {}

  const char* name() const override { return "status_poller"; }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    ask();
    return {
        [this](poll_atom) { ask(); },
        [this](bus_status& x) { board_->set(std::move(x)); },
    };
  }

  void on_exit() override { bus_ = bus_actor{}; }

 private:
  void ask() {
    send(bus_, get_bus_status{++asked_});
    delayed_send(this, poll_interval, poll_atom::value);
  }

  bus_actor bus_;
  std::shared_ptr<status_board> board_;
  std::uint64_t asked_ = 0;
};

} // namespace

caf::actor spawn_status_poller(caf::actor_system& system, bus_actor bus,
                               std::shared_ptr<status_board> board) {
  return system.spawn<status_poller>(std::move(bus), std::move(board));
}

} // namespace baseplate::app
