#include "actors/supervision/handlers.hpp"
#include "tests/simulation/planted_faults.hpp"

#include <caf/all.hpp>

namespace baseplate::simulation {

namespace {

class planted_bus : public caf::event_based_actor {
 public:
  planted_bus(caf::actor_config& config, caf::actor bus, planted_fault fault,
              std::function<std::uint64_t(std::uint64_t)> random)
      : caf::event_based_actor(config), bus_(std::move(bus)), fault_(fault),
        random_(std::move(random)) {}

  const char* name() const override { return "planted_bus"; }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    monitor(bus_);
    set_down_handler([this](caf::down_msg& x) { quit(x.reason); });
    set_exit_handler([this](caf::exit_msg& x) { send_exit(bus_, x.reason); });
    set_default_handler([this](caf::scheduled_actor*, caf::message_view& x) {
      pass_on(x.move_content_to_message());
      return caf::result<caf::message>{caf::delegated<caf::message>{}};
    });
    switch (fault_) {
    case planted_fault::early_delivery:
      return {[this](subscribe& x) {
        x.durable_only = false;
        pass_on(caf::make_message(x));
      }};
    case planted_fault::no_epoch_at_bus:
      return without_epochs();
    case planted_fault::overlap:
      return with_overlap();
    default:
      return {[](caf::unit_t) {}};
    }
  }

  void on_exit() override {
    caf::anon_send<caf::message_priority::high>(bus_,
                                                caf::exit_msg{address(), caf::exit_reason::kill});
    bus_ = nullptr;
    latest_.clear();
  }

 private:
  struct subscription {
    caf::strong_actor_ptr asker;
    /// As the asker has it, and as the bus has it.
    std::uint64_t epoch = 0;
    std::uint64_t told = 0;
    portion last;
  };

  void pass_on(caf::message what) {
    if (auto who = caf::actor_cast<caf::actor>(current_sender()))
      caf::send_as(who, bus_, std::move(what));
    else
      caf::anon_send(bus_, std::move(what));
  }

  /// Whoever subscribed last is the one, whatever its epoch; the bus is told an ever higher one.
  caf::behavior without_epochs() {
    return {
        [this](subscribe& x) {
          auto& now = latest_[x.subscriber];
          now.asker = current_sender();
          now.epoch = x.epoch;
          now.told = ++epochs_;
          x.epoch = now.told;
          send(bus_, x);
        },
        [this](demand& x) {
          x.epoch = latest_[x.subscriber].told;
          send(bus_, x);
        },
        [this](subscriber_progress& x) {
          x.epoch = latest_[x.subscriber].told;
          send(bus_, x);
        },
        [this](portion& x) {
          auto& now = latest_[x.subscriber];
          if (x.epoch != now.told)
            return;
          x.epoch = now.epoch;
          send(caf::actor_cast<caf::actor>(now.asker), std::move(x));
        },
    };
  }

  /// Sends a portion again behind the next one, as ring and readback once did.
  caf::behavior with_overlap() {
    return {
        [this](subscribe& x) {
          auto& now = latest_[x.subscriber];
          if (x.epoch < now.epoch)
            return;
          now = {current_sender(), x.epoch, x.epoch, {}};
          send(bus_, x);
        },
        [this](portion& x) {
          auto& now = latest_[x.subscriber];
          if (x.epoch != now.epoch)
            return;
          const auto to = caf::actor_cast<caf::actor>(now.asker);
          if (now.last.chunk && !now.last.events.empty() && random_(4) == 0)
            send(to, now.last);
          now.last = x;
          send(to, std::move(x));
        },
    };
  }

  caf::actor bus_;
  planted_fault fault_;
  std::function<std::uint64_t(std::uint64_t)> random_;
  std::map<subscriber_id, subscription> latest_;
  std::uint64_t epochs_ = 1'000'000'000;
};

} // namespace

caf::actor plant_before_bus(caf::actor_system& system, caf::actor bus, planted_fault fault,
                            std::function<std::uint64_t(std::uint64_t)> random) {
  return system.spawn<planted_bus>(std::move(bus), fault, std::move(random));
}

} // namespace baseplate::simulation
