#include "actors/outbound/curl_transport.hpp"

#include "actors/outbound/transfer_engine.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <utility>

namespace baseplate::outbound {

namespace {

/// The engine as an actor: no mailbox, no hop; enqueue() runs in the sender's thread.
class curl_transport final : public caf::monitorable_actor {
 public:
  curl_transport(caf::actor_config& config, std::shared_ptr<transfer_engine> engine)
      : caf::monitorable_actor(config), engine_(std::move(engine)) {
    register_at_system();
  }

  const char* name() const override { return "transport"; }

  void on_destroy() override {
    end(caf::exit_reason::unreachable);
    caf::monitorable_actor::on_destroy();
  }

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit*) override {
    if (!x)
      return;
    if (x->content().match_elements<caf::exit_msg>()) {
      auto reason = x->content().get_as<caf::exit_msg>(0).reason;
      end(reason ? std::move(reason) : caf::error{caf::exit_reason::user_shutdown});
      return;
    }
    if (ended_ || !x->content().match_elements<attempt>()) {
      if (x->mid.is_request())
        bounce(x, ended_ ? caf::sec::request_receiver_down : caf::sec::unexpected_message);
      return;
    }
    engine_->submit({x->content().get_as<attempt>(0), caf::actor_cast<caf::actor>(x->sender)});
  }

 private:
  void end(caf::error reason) {
    if (ended_.exchange(true))
      return;
    engine_->stop();
    cleanup(std::move(reason), nullptr);
    unregister_from_system();
  }

  std::shared_ptr<transfer_engine> engine_;
  std::atomic<bool> ended_{false};
};

} // namespace

transport_actor spawn_curl_transport(caf::actor_system& system, transport_options options,
                                     std::vector<destination> destinations, wall_clock now) {
  auto engine = std::make_shared<transfer_engine>(
      std::move(options), destinations, std::move(now),
      [](const caf::actor& asker, const attempt_result& result) {
        if (asker)
          caf::anon_send(asker, result);
      });
  engine->start();
  caf::actor_config config;
  return caf::actor_cast<transport_actor>(caf::make_actor<curl_transport, caf::actor>(
      system.next_actor_id(), system.node(), &system, config, std::move(engine)));
}

} // namespace baseplate::outbound
