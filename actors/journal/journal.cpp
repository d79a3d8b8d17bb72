#include "actors/journal/journal.hpp"

#include "actors/journal/journal_threads.hpp"

#include <caf/actor_system.hpp>
#include <caf/all.hpp>
#include <caf/monitorable_actor.hpp>

#include <thread>

namespace baseplate::journal {

namespace {

/// The handle's actor: a mailbox in front of the threads. enqueue() runs in the sender's thread.
class journal_door final : public caf::monitorable_actor {
 public:
  journal_door(caf::actor_config& config, std::shared_ptr<journal_threads> threads)
      : caf::monitorable_actor(config), threads_(std::move(threads)) {
    register_at_system();
  }

  const char* name() const override { return "journal"; }

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit*) override {
    if (!x)
      return;
    auto content = x->move_content_to_message();
    if (content.match_elements<caf::exit_msg>()) {
      if (auto reason = content.get_as<caf::exit_msg>(0).reason)
        threads_->stop(std::move(reason));
      return;
    }
    if (content.match_elements<caf::down_msg>() || x->mid.is_response())
      return;
    if (x->mid.is_request() && x->sender) {
      // Typed as reacts_to: a request is answered at once with nothing, the real answer is a
      // message of its own.
      x->sender->enqueue(
          caf::make_mailbox_element(nullptr, x->mid.response_id(), {}, caf::message{}), nullptr);
    }
    threads_->push({x->sender, std::move(content), nullptr, 0});
  }

  void finish(caf::error reason) {
    if (cleanup(std::move(reason), nullptr))
      unregister_from_system();
  }

 private:
  std::shared_ptr<journal_threads> threads_;
};

class threads_port final : public journal_port {
 public:
  explicit threads_port(std::shared_ptr<journal_threads> threads) : threads_(std::move(threads)) {}

  void publish(event_batch batch, std::uint64_t token,
               const std::shared_ptr<completion_sink>& sink) override {
    auto x = std::make_unique<port_publish>();
    x->batch = std::move(batch);
    x->token = token;
    x->sink = sink;
    threads_->publish(std::move(x));
  }

  bool ready(std::string* reason) const override { return threads_->ready(reason); }

 private:
  std::shared_ptr<journal_threads> threads_;
};

} // namespace

journal_handle spawn_journal(caf::actor_system& system, const journal_options& options,
                             std::unique_ptr<log_device> device, std::unique_ptr<state_store> store,
                             wall_clock clock) {
  auto stats = std::make_shared<journal_stats>();
  auto threads = std::make_shared<journal_threads>(options, std::move(device), std::move(store),
                                                   std::move(clock), stats);
  caf::actor_config config;
  auto door = caf::make_actor<journal_door, caf::actor>(system.next_actor_id(), system.node(),
                                                        &system, config, threads);
  std::thread{[threads, self = caf::actor_cast<caf::strong_actor_ptr>(door)]() mutable {
    auto reason = threads->run();
    static_cast<journal_door*>(caf::actor_cast<caf::abstract_actor*>(self))
        ->finish(std::move(reason));
  }}.detach();
  return {caf::actor_cast<journal_actor>(door), std::make_shared<threads_port>(threads), stats};
}

} // namespace baseplate::journal
