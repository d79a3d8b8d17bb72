#include "tests/supervision/stage.hpp"

#include "actors/supervision/handlers.hpp"

#include <stdexcept>
#include <utility>

namespace baseplate::supervision::test {

namespace {

class scripted_child : public caf::event_based_actor {
 public:
  scripted_child(caf::actor_config& config, std::string id, script& script,
                 std::vector<std::string>& trace)
      : caf::event_based_actor(config), id_(std::move(id)), script_(script), trace_(trace),
        incarnation_(script.incarnations) {
    ++script_.live;
    script_.live_max = std::max(script_.live_max, script_.live);
    trace_.push_back("start " + id_);
  }

  const char* name() const override { return id_.c_str(); }

  caf::behavior make_behavior() override {
    install_default_handlers(this);
    set_exit_handler([this](caf::exit_msg& x) {
      trace_.push_back("exit " + id_);
      if (script_.crashes_on_exit)
        throw std::runtime_error("bug while stopping");
      if (script_.ignores_exit)
        return;
      if (script_.ends_after)
        return delayed_send(this, *script_.ends_after, halt_atom::value);
      quit(x.reason);
    });
    return {
        [](boom_atom) { throw std::runtime_error("bug"); },
        [this](done_atom) { quit(); },
        [this](halt_atom) { quit(caf::exit_reason::user_shutdown); },
        [this](std::int32_t x) {
          script_.got.push_back(std::to_string(incarnation_) + ":" + std::to_string(x));
          return x;
        },
        [this](start_check) {
          asker_ = caf::actor_cast<caf::actor>(current_sender());
          if (script_.crashes_at.contains(incarnation_))
            throw std::runtime_error("cannot start");
          if (!script_.slow_start)
            confirm();
        },
        [this](confirm_atom) { confirm(); },
    };
  }

  void on_exit() override {
    --script_.live;
    trace_.push_back("end " + id_);
    asker_ = nullptr;
  }

 private:
  void confirm() {
    trace_.push_back("ready " + id_);
    send(asker_, child_started{});
  }

  const std::string id_;
  script& script_;
  std::vector<std::string>& trace_;
  const int incarnation_;
  caf::actor asker_;
};

} // namespace

child_spec stage::spec(const std::string& id) {
  child_spec result;
  result.id = id;
  result.start = [this, id](caf::actor_system& system) -> caf::actor {
    auto& script = of(id);
    ++script.incarnations;
    if (script.throws_at.contains(script.incarnations)) {
      trace.push_back("throw " + id);
      throw std::runtime_error("no luck");
    }
    auto child = system.spawn<scripted_child>(id, script, trace);
    script.latest = child.address();
    return child;
  };
  return result;
}

supervisor_options stage::options(restart_strategy strategy) {
  supervisor_options result;
  result.path = "node";
  result.policy.strategy = strategy;
  result.policy.intensity = 3;
  result.policy.period = std::chrono::seconds{10};
  result.policy.backoff_min = std::chrono::milliseconds{100};
  result.policy.backoff_max = std::chrono::seconds{1};
  result.now = world_.wall();
  result.report = [this](const supervision_report& x) { reports.push_back(x); };
  result.random = [] { return 0.0; };
  return result;
}

caf::actor stage::spawn(supervisor_options options, std::vector<child_spec> specs) {
  auto result = world_.own(spawn_supervisor(world_.system(), std::move(options), std::move(specs)));
  caf::actor_cast<caf::abstract_actor*>(result)->attach_functor(
      [this](const caf::error& reason) { ended = reason; });
  return result;
}

caf::actor stage::start(supervisor_options options, std::vector<child_spec> specs) {
  auto result = spawn(std::move(options), std::move(specs));
  world_.drain();
  return result;
}

std::vector<std::string> stage::take_events() {
  std::vector<std::string> result;
  for (const auto& x : reports)
    result.push_back(std::string{to_string(x.event)} + " " + x.child);
  reports.clear();
  return result;
}

caf::actor make_foreign_actor(caf::actor_system& system) {
  caf::actor_config config;
  return caf::make_actor<foreign_actor, caf::actor>(system.next_actor_id(), system.node(), &system,
                                                    config);
}

foreign_actor& foreign_of(const caf::actor& x) {
  return *static_cast<foreign_actor*>(caf::actor_cast<caf::abstract_actor*>(x));
}

} // namespace baseplate::supervision::test
