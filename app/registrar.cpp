#include "app/registrar.hpp"

#include "actors/supervision/handlers.hpp"
#include "actors/supervision/report.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace baseplate::app {

namespace {

class registrar : public caf::event_based_actor {
 public:
  registrar(caf::actor_config& config, registrar_parts parts)
      : caf::event_based_actor(config), parts_(std::move(parts)) {}

  const char* name() const override { return "registrar"; }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    send(parts_.journal,
         attach_bus{}); // only to read what is declared; the bus attaches itself later
    return {
        [this](const bus_attached& x) { on_attached(x); },
        [](const log_appended&) {},
        [](const control_changed&) {},
        [](const checkpoint_started&) {},
        [this](const declared& x) { on_declared(x); },
        [this](supervision::start_check) {
          asker_ = current_sender();
          confirm();
        },
    };
  }

  void on_exit() override {
    parts_.journal = journal_actor{};
    asker_ = nullptr;
  }

 private:
  std::size_t total() const { return parts_.buses.size() + parts_.subscribers.size(); }

  void on_attached(const bus_attached& x) {
    if (known_)
      return;
    known_ = true;
    const auto configured = parts_.subscribers.size();
    for (const auto& entry : x.subscribers) {
      const auto end = parts_.subscribers.begin() + static_cast<std::ptrdiff_t>(configured);
      const auto wanted = std::find_if(parts_.subscribers.begin(), end, [&](const auto& spec) {
        return spec.name == entry.spec.name;
      });
      if (wanted != end)
        // A pause outlives restarts: configuration decides about it only when a subscriber is new.
        wanted->paused = entry.spec.paused;
      else
        let_go(entry);
    }
    declare_next();
  }

  /// A subscriber that configuration no longer names keeps its place, for it may come back, but the
  /// log does not wait for it for ever.
  void let_go(const subscriber_entry& entry) {
    spdlog::warn("the configuration names a subscriber no more: subscriber={} bus={} cursor={}; it "
                 "gets nothing, and retention no longer waits for it",
                 entry.spec.name, entry.spec.bus, entry.cursor);
    if (entry.spec.lag == lag_policy::expire)
      return;
    auto spec = entry.spec;
    spec.lag = lag_policy::expire;
    parts_.subscribers.push_back(std::move(spec));
  }

  /// Buses first: a subscriber names its bus. One question at a time, so that a refusal names its
  /// cause.
  void declare_next() {
    if (at_ < parts_.buses.size())
      send(parts_.journal, declare_bus{at_, parts_.buses[at_]});
    else if (at_ < total())
      send(parts_.journal, declare_subscriber{at_, parts_.subscribers[at_ - parts_.buses.size()]});
    else
      confirm();
  }

  void on_declared(const declared& x) {
    if (x.request != at_ || at_ >= total())
      return;
    const bool is_bus = at_ < parts_.buses.size();
    const auto& name
        = is_bus ? parts_.buses[at_].name : parts_.subscribers[at_ - parts_.buses.size()].name;
    if (x.error != journal_error::none) {
      const auto what = std::string{is_bus ? "bus " : "subscriber "} + name;
      spdlog::error("registrar was refused: {} error={} reason={}", what, to_string(x.error),
                    x.reason);
      quit(caf::make_error(caf::sec::runtime_error,
                           what + " cannot be declared: " + to_string(x.error) + ": " + x.reason));
      return;
    }
    if (is_bus)
      parts_.names->put_bus(name, x.id);
    else
      parts_.names->put_subscriber(name, x.id);
    ++at_;
    declare_next();
  }

  void confirm() {
    if (!known_ || at_ < total() || !asker_)
      return;
    send(caf::actor_cast<caf::actor>(asker_), supervision::child_started{});
    asker_ = nullptr;
  }

  registrar_parts parts_;
  caf::strong_actor_ptr asker_;
  std::size_t at_ = 0;
  bool known_ = false;
};

} // namespace

caf::actor spawn_registrar(caf::actor_system& system, registrar_parts parts) {
  return system.spawn<registrar>(std::move(parts));
}

} // namespace baseplate::app
