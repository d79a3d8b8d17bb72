#include "actors/bus/bus.hpp"

#include "actors/supervision/handlers.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace baseplate::bus {

namespace {

using tick_atom = caf::atom_constant<caf::atom("bustick")>;

constexpr std::chrono::seconds tick_interval{1};

class bus_impl : public caf::event_based_actor {
 public:
  bus_impl(caf::actor_config& config, bus_options options, journal_actor journal)
      : caf::event_based_actor(config), options_(options), journal_(std::move(journal)),
        dispatcher_(options.dispatch, make_hooks()) {
    log_ = spdlog::get("bus");
    if (!log_)
      log_ = spdlog::default_logger();
  }

  const char* name() const override { return "bus"; }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    set_down_handler([this](const caf::down_msg& x) { on_down(x.source); });
    send(journal_, attach_bus{});
    return {
        [this](const log_appended& x) {
          dispatcher_.appended(x);
          answer_status();
        },
        [this](const demand& x) { dispatcher_.give_credit(x); },
        [this](const subscriber_progress& x) { dispatcher_.progressed(x); },
        [this](const subscribe& x) { on_subscribe(x, sender()); },
        [this](const log_read& x) {
          dispatcher_.read_done(x);
          answer_status();
        },
        [this](const checkpoint_started&) { dispatcher_.checkpoint(); },
        [this](const control_changed& x) {
          dispatcher_.changed(x);
          retry_waiting();
        },
        [this](const bus_attached& x) { on_attached(x); },
        [this](const subscribe_live& x) { on_subscribe_live(x, sender()); },
        [this](const unsubscribe_live& x) { remove_live(x.subscriber); },
        [this](const time_found& x) { on_time_found(x); },
        [this](const set_paused& x) { on_set_paused(x); },
        [this](const declared& x) { on_declared(x); },
        [this](const get_bus_status& x) { on_get_status(x); },
        [this](tick_atom) { dispatcher_.tick(); },
    };
  }

  void on_exit() override {
    journal_ = journal_actor{};
    peers_.clear();
    subscribes_.clear();
    lives_.clear();
    timed_.clear();
    pauses_.clear();
    status_.clear();
  }

 private:
  template <class T>
  struct from {
    caf::actor asker;
    T question;
  };

  caf::actor sender() { return caf::actor_cast<caf::actor>(current_sender()); }

  dispatcher_hooks make_hooks() {
    return {
        [this](portion&& x) {
          if (const auto peer = peers_.find(x.subscriber); peer != peers_.end())
            send(peer->second, std::move(x));
        },
        [this](read_log&& x) { send(journal_, std::move(x)); },
        [this](record_tally&& x) { send(journal_, std::move(x)); },
        [this] { delayed_send(this, tick_interval, tick_atom::value); },
        [this](const std::string& text) { log_->warn(text); },
    };
  }

  void on_attached(const bus_attached& x) {
    if (dispatcher_.is_attached())
      return;
    dispatcher_.attached(x);
    log_->info("bus attached to the log: head={} buses={} subscribers={}", x.head, x.buses.size(),
               x.subscribers.size());
    retry_waiting();
    for (auto& [asker, question] : std::exchange(lives_, {}))
      on_subscribe_live(question, asker);
    answer_status();
  }

  // -- subscribers ----------------------------------------------------------------

  void on_subscribe(const subscribe& x, const caf::actor& who) {
    if (!who)
      return;
    const auto* known = dispatcher_.find(x.subscriber);
    if (known == nullptr) {
      if (subscribes_.size() >= options_.waiting_max)
        log_->warn("bus dropped a subscription of an unknown subscriber: id={}", x.subscriber);
      else
        subscribes_.push_back({who, x});
      return;
    }
    if (known->live() || x.epoch < known->epoch)
      return;
    bind(x.subscriber, who, known->epoch);
    dispatcher_.subscribe_at(x);
  }

  void retry_waiting() {
    for (auto& [who, x] : std::exchange(subscribes_, {}))
      on_subscribe(x, who);
  }

  /// Portions of the subscriber go to `who` from now on. The incarnation that had them until now,
  /// of `epoch`, is told that it is fenced: it would wait for events that never come, and nobody
  /// would open the subscriber anew should `who` die.
  void bind(subscriber_id id, const caf::actor& who, std::uint64_t epoch) {
    auto& peer = peers_[id];
    if (peer == who)
      return;
    if (peer) {
      send(peer, commit_refused{id, epoch, journal_error::stale_epoch});
      release(std::exchange(peer, nullptr));
    }
    peer = who;
    monitor(who);
  }

  /// Ends the monitoring unless the actor is the peer of another subscriber.
  void release(const caf::actor& who) {
    for (const auto& [id, peer] : peers_)
      if (peer == who)
        return;
    demonitor(who);
  }

  void on_down(const caf::actor_addr& source) {
    for (auto peer = peers_.begin(); peer != peers_.end();) {
      if (peer->second.address() != source) {
        ++peer;
        continue;
      }
      if (peer->first >= live_subscriber_min) {
        dispatcher_.remove_live(peer->first);
        --live_;
      } else {
        dispatcher_.disconnected(peer->first);
      }
      peer = peers_.erase(peer);
    }
    std::erase_if(timed_, [&](const auto& x) { return x.second.asker.address() == source; });
  }

  // -- live subscribers -----------------------------------------------------------

  void refuse_live(const caf::actor& asker, const subscribe_live& x, std::string error) {
    live_subscribed answer;
    answer.request = x.request;
    answer.head = dispatcher_.head();
    answer.error = std::move(error);
    send(asker, std::move(answer));
  }

  void on_subscribe_live(const subscribe_live& x, const caf::actor& asker) {
    if (!asker)
      return;
    if (!dispatcher_.is_attached()) {
      if (lives_.size() < options_.waiting_max)
        lives_.push_back({asker, x});
      else
        refuse_live(asker, x, "the bus is starting; ask again");
      return;
    }
    if (live_ + timed_.size() >= options_.live_subscribers_max) {
      refuse_live(asker, x,
                  "more than " + std::to_string(options_.live_subscribers_max)
                      + " live subscribers");
      return;
    }
    switch (x.start) {
    case start_position::latest:
      begin_live(x, asker, dispatcher_.durable());
      return;
    case start_position::oldest:
      begin_live(x, asker, x.from_sequence > 0 ? x.from_sequence - 1 : 0);
      return;
    case start_position::time:
      timed_[++last_request_] = {asker, x};
      send(journal_, find_time{last_request_, x.start_time_ms});
      return;
    }
    refuse_live(asker, x, "no such start position");
  }

  void on_time_found(const time_found& x) {
    const auto found = timed_.find(x.request);
    if (found == timed_.end())
      return;
    auto [asker, question] = std::move(found->second);
    timed_.erase(found);
    begin_live(question, asker, x.sequence > 0 ? x.sequence - 1 : 0);
  }

  void begin_live(const subscribe_live& x, const caf::actor& asker, sequence_number position) {
    const auto bus = dispatcher_.bus_named(x.bus);
    if (!bus) {
      refuse_live(asker, x, "Event bus " + x.bus + " does not exist.");
      return;
    }
    const auto id = next_live_id();
    const auto added = dispatcher_.add_live(id, *bus, x.pattern, position,
                                            std::min(x.credit_events, options_.live_credit_max));
    if (!added) {
      refuse_live(asker, x, to_string(added.error()));
      return;
    }
    ++live_;
    bind(id, asker, 1);
    send(asker, live_subscribed{x.request, id, position, dispatcher_.head(), ""});
    dispatcher_.start_live(id);
  }

  subscriber_id next_live_id() {
    do
      last_live_ = last_live_ == 0xFFFF'FFFF ? live_subscriber_min : last_live_ + 1;
    while (dispatcher_.find(last_live_) != nullptr);
    return last_live_;
  }

  void remove_live(subscriber_id id) {
    const auto* known = dispatcher_.find(id);
    if (known == nullptr || !known->live())
      return;
    dispatcher_.remove_live(id);
    --live_;
    if (const auto peer = peers_.find(id); peer != peers_.end()) {
      const auto who = std::move(peer->second);
      peers_.erase(peer);
      release(who);
    }
  }

  // -- pause ----------------------------------------------------------------------

  void on_set_paused(const set_paused& x) {
    const auto asker = sender();
    if (!asker)
      return;
    const auto* known = dispatcher_.find(x.subscriber);
    if (known == nullptr) {
      send(asker, pause_set{x.request, "Subscriber " + x.subscriber + " does not exist."});
      return;
    }
    // What is on its way to the journal counts: the last one who asks has the last word.
    const bool changing = std::any_of(pauses_.begin(), pauses_.end(), [&](const auto& pause) {
      return pause.second.question.subscriber == x.subscriber;
    });
    if (!changing && known->spec.paused == x.paused) {
      send(asker, pause_set{x.request, ""});
      return;
    }
    if (pauses_.size() >= options_.waiting_max) {
      send(asker, pause_set{x.request, "too many changes wait for the journal; ask again"});
      return;
    }
    declare_subscriber change;
    change.request = ++last_request_;
    change.spec = known->spec;
    change.spec.paused = x.paused;
    pauses_[change.request] = {asker, x};
    send(journal_, std::move(change));
  }

  void on_declared(const declared& x) {
    const auto found = pauses_.find(x.request);
    if (found == pauses_.end())
      return;
    const auto [asker, question] = std::move(found->second);
    pauses_.erase(found);
    std::string error;
    if (x.error != journal_error::none)
      error = x.reason.empty() ? to_string(x.error) : x.reason;
    else
      log_->info("bus {} a subscriber: subscriber={}", question.paused ? "paused" : "resumed",
                 question.subscriber);
    send(asker, pause_set{question.request, std::move(error)});
  }

  // -- status ---------------------------------------------------------------------

  void on_get_status(const get_bus_status& x) {
    const auto asker = sender();
    if (!asker)
      return;
    if (status_.size() >= options_.waiting_max)
      log_->warn("bus dropped a question for its status: waiting={}", status_.size());
    else
      status_.push_back({asker, x});
    answer_status();
  }

  /// Counts are told only when they are exact: not while events of before the start are counted.
  void answer_status() {
    if (status_.empty() || !dispatcher_.counted())
      return;
    auto answer = dispatcher_.status();
    for (const auto& [asker, question] : std::exchange(status_, {})) {
      answer.request = question.request;
      send(asker, answer);
    }
  }

  bus_options options_;
  journal_actor journal_;
  std::shared_ptr<spdlog::logger> log_;
  dispatcher dispatcher_;
  std::map<subscriber_id, caf::actor> peers_;
  std::uint64_t last_request_ = 0;
  subscriber_id last_live_ = live_subscriber_min;
  std::size_t live_ = 0;
  /// What waits for the attachment, for a declaration, or for the journal's answer.
  std::vector<from<subscribe>> subscribes_;
  std::vector<from<subscribe_live>> lives_;
  std::map<std::uint64_t, from<subscribe_live>> timed_;
  std::map<std::uint64_t, from<set_paused>> pauses_;
  std::vector<from<get_bus_status>> status_;
};

} // namespace

bus_actor spawn_bus(caf::actor_system& system, bus_options options, journal_actor journal) {
  return caf::actor_cast<bus_actor>(system.spawn<bus_impl>(options, std::move(journal)));
}

} // namespace baseplate::bus
