#include "actors/bus/target_subscriber.hpp"

#include "actors/bus/logic/open_map.hpp"
#include "actors/bus/logic/ordering_key.hpp"
#include "actors/bus/logic/retry_decision.hpp"
#include "actors/supervision/handlers.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <utility>

namespace baseplate::bus {

namespace {

/// Look at what is due. Only the latest generation counts.
using due_atom = caf::atom_constant<caf::atom("targetdue")>;
/// The acknowledgement's interval is over.
using ack_atom = caf::atom_constant<caf::atom("targetack")>;
/// Ask again for the exceptions' events.
using read_atom = caf::atom_constant<caf::atom("targetread")>;
/// The time for stopping is over.
using stop_atom = caf::atom_constant<caf::atom("targetstop")>;

constexpr std::uint64_t read_request = 1;
/// Between attempts to read the exceptions' events when the log cannot be read.
constexpr std::chrono::seconds read_interval{1};

class target_subscriber : public caf::event_based_actor {
 public:
  target_subscriber(caf::actor_config& config, target_parts parts)
      : caf::event_based_actor(config), parts_(std::move(parts)), id_(parts_.subscriber.id),
        spec_(parts_.subscriber.spec), name_("target " + spec_.name), key_of_(spec_.ordering_key),
        random_(parts_.seed) {
    log_ = spdlog::get("bus");
    if (!log_)
      log_ = spdlog::default_logger();
  }

  const char* name() const override { return name_.c_str(); }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    set_exit_handler([this](caf::exit_msg& x) { on_stop(x.reason); });
    set_down_handler([this](caf::down_msg& x) {
      if (x.source == parts_.transport.address() && !stopping_)
        quit(caf::make_error(caf::sec::runtime_error, std::string{"the transport is gone"}));
    });
    monitor(parts_.transport);
    send(parts_.journal, open_subscriber{id_});
    return {
        [this](const subscriber_opened& x) { on_opened(x); },
        [this](const events_read& x) { on_events_read(x); },
        [this](const portion& x) { on_portion(x); },
        [this](const attempt_result& x) { on_result(x); },
        [this](const committed& x) { on_committed(x); },
        [this](const commit_refused& x) { on_refused(x); },
        [this](due_atom, std::uint64_t generation) {
          if (generation != due_generation_)
            return;
          due_at_.reset();
          give_up_answers();
          dispatch();
        },
        [this](ack_atom) {
          ack_armed_ = false;
          ack_due_ = true;
          acknowledge_now();
        },
        [this](read_atom) { read_exceptions(); },
        [this](stop_atom) { finish_stop(); },
    };
  }

  void on_exit() override {
    parts_.journal = journal_actor{};
    parts_.bus = bus_actor{};
    parts_.transport = transport_actor{};
  }

 private:
  // -- opening --------------------------------------------------------------------

  void on_opened(const subscriber_opened& x) {
    if (x.subscriber != id_ || epoch_ != 0)
      return;
    epoch_ = x.epoch;
    open_.start(x.cursor);
    acked_ = x.cursor;
    counters_ = x.counters;
    if (x.exceptions.empty()) {
      subscribe_behind();
      return;
    }
    exceptions_ = x.exceptions;
    read_exceptions();
  }

  void read_exceptions() {
    read_events question{read_request, id_, {}};
    for (const auto& e : exceptions_)
      question.sequences.push_back(e.sequence);
    send(parts_.journal, std::move(question));
  }

  /// Puts the exceptions back where they were: same attempts, same due time, before anything newer
  /// of their key.
  void on_events_read(const events_read& x) {
    if (x.request != read_request || subscribed_ || epoch_ == 0)
      return;
    const std::set<sequence_number> missing(x.missing.begin(), x.missing.end());
    const auto& refs = x.chunk->events();
    std::map<sequence_number, std::uint32_t> found;
    for (std::uint32_t i = 0; i < refs.size(); ++i)
      found.emplace(refs[i].sequence, i);
    for (const auto& e : exceptions_)
      if (!found.contains(e.sequence) && !missing.contains(e.sequence)) {
        // Neither there nor gone is damage: to go on would lose an event.
        log_->error("target cannot read an open event and asks again: subscriber={} sequence={}",
                    spec_.name, e.sequence);
        delayed_send(this, read_interval, read_atom::value);
        return;
      }
    for (const auto& e : exceptions_) {
      if (const auto place = found.find(e.sequence); place != found.end()) {
        add(x.chunk, place->second, e.attempts, e.due_ms);
        continue;
      }
      log_->warn("target lost an open event to retention: subscriber={} sequence={}", spec_.name,
                 e.sequence);
      ++counters_.expired;
      touch(0);
    }
    subscribe_behind();
  }

  void subscribe_behind() {
    subscribed_ = true;
    const auto open = static_cast<std::uint32_t>(open_.size());
    const auto free = spec_.credit_events - std::min(spec_.credit_events, open);
    send(parts_.bus, subscriber_progress{id_, epoch_, open_.seen(), counters_});
    send(parts_.bus, subscribe{id_, epoch_, open_.seen(), free, true, open});
    exceptions_ = {};
    acknowledge_now();
    dispatch();
  }

  // -- events ---------------------------------------------------------------------

  void add(const chunk_ptr& events, std::uint32_t index, std::uint32_t attempts, unix_ms due_ms) {
    const auto& ref = events->events()[index];
    open_event x;
    x.sequence = ref.sequence;
    x.ingested_at_ms = ref.ingested_at_ms;
    x.key = key_of_.read(*events, ref);
    x.chunk = events;
    x.event = index;
    x.attempts = attempts;
    x.due_ms = due_ms;
    open_.add(std::move(x));
  }

  void on_portion(const portion& x) {
    if (x.subscriber != id_ || x.epoch != epoch_)
      return;
    const auto now = parts_.now();
    std::uint32_t repeated = 0;
    for (const auto i : x.events) {
      if (x.chunk->events()[i].sequence <= open_.seen())
        ++repeated; // ring and readback may overlap
      else
        add(x.chunk, i, 0, now);
    }
    counters_.expired += x.expired;
    if (x.to > open_.seen() || x.expired > 0)
      touch(0);
    open_.raise_seen(x.to);
    if (repeated > 0)
      send(parts_.bus, demand{id_, epoch_, repeated});
    dispatch();
  }

  void dispatch() {
    const auto now = parts_.now();
    while (!stopping_ && subscribed_ && open_.flying() < parts_.options.in_flight_max) {
      const auto* x = open_.take_due(now, now + parts_.options.answer_timeout.count());
      if (x == nullptr)
        break;
      send(parts_.transport,
           attempt{id_, epoch_, x->sequence, x->attempts,
                   spec_.name + '-' + std::to_string(x->sequence), x->chunk, x->event});
    }
    arm_due(now);
  }

  /// One delayed message for the next due time, not one per event. While all places are taken, an
  /// answer wakes us anyway.
  void arm_due(unix_ms now) {
    const bool full = open_.flying() >= parts_.options.in_flight_max || stopping_;
    const auto next = full ? open_.next_answer_time() : open_.next_time();
    if (!next || (due_at_ && *due_at_ <= *next))
      return;
    due_at_ = *next;
    delayed_send(this, std::chrono::milliseconds{std::max<std::int64_t>(*next - now, 1)},
                 due_atom::value, ++due_generation_);
  }

  void on_result(const attempt_result& x) {
    if (x.subscriber != id_ || x.epoch != epoch_ || open_.in_flight(x.sequence) == nullptr)
      return;
    take_result(x);
    dispatch();
    if (stopping_ && open_.flying() == 0)
      last_acknowledge();
  }

  void take_result(const attempt_result& x) {
    const auto& event = *open_.in_flight(x.sequence);
    if (x.outcome == attempt_outcome::delivered) {
      open_.finish(x.sequence);
      ++counters_.delivered;
      touch(1);
      return;
    }
    if (x.outcome == attempt_outcome::rejected) {
      give_up(event, "rejected", x);
      return;
    }
    const auto now = parts_.now();
    const auto decision = decide_retry(
        spec_.retry, {event.attempts, event.ingested_at_ms, now, x.retry_after_ms, random_()});
    if (!decision.again()) {
      give_up(event, decision.condition, x);
      return;
    }
    log_->debug("target tries again: subscriber={} sequence={} attempts={} delay_ms={} reason={}",
                spec_.name, x.sequence, event.attempts, decision.delay_ms, x.reason);
    open_.retry(x.sequence, now + decision.delay_ms);
    touch(0); // its count of attempts shall survive
  }

  void give_up(const open_event& event, std::string_view condition, const attempt_result& x) {
    log_->warn("target dead-lettered an event: subscriber={} sequence={} attempts={} condition={} "
               "reason={}",
               spec_.name, event.sequence, event.attempts, condition, x.reason);
    dead_letter letter;
    letter.sequence = event.sequence;
    letter.condition = condition;
    letter.reason = x.reason;
    letter.attempts = event.attempts;
    letter.at_ms = parts_.now();
    letter.envelope = event.chunk->envelope(event.chunk->events()[event.event]);
    dead_letters_.push_back(std::move(letter));
    ++counters_.dead_lettered;
    open_.finish(x.sequence);
    touch(1);
  }

  /// A transport that restarted forgets what it was asked: its attempts count as failed.
  void give_up_answers() {
    for (const auto sequence : open_.overdue(parts_.now())) {
      attempt_result x;
      x.subscriber = id_;
      x.epoch = epoch_;
      x.sequence = sequence;
      x.reason = "the transport gave no answer";
      take_result(x);
    }
  }

  // -- acknowledging --------------------------------------------------------------

  /// Something changed that the next acknowledgement shall say; `completions` of it give credit
  /// back.
  void touch(std::uint32_t completions) {
    completions_ += completions;
    changed_ = true;
    if (completions_ >= parts_.options.ack_completions) {
      ack_due_ = true;
      acknowledge_now();
    } else if (!ack_armed_) {
      ack_armed_ = true;
      delayed_send(this, parts_.options.ack_interval, ack_atom::value);
    }
  }

  void acknowledge_now() {
    if (!changed_ || !ack_due_ || ack_in_flight_ || !subscribed_)
      return;
    acknowledge x;
    x.subscriber = id_;
    x.epoch = epoch_;
    x.seen_before = acked_;
    x.seen = open_.seen();
    x.exceptions = open_.exceptions();
    x.dead_letters = std::exchange(dead_letters_, {});
    x.counters = counters_;
    acked_ = x.seen;
    sent_completions_ = std::exchange(completions_, 0);
    sent_counters_ = counters_;
    changed_ = ack_due_ = false;
    ack_in_flight_ = true;
    send(parts_.journal, std::move(x));
  }

  void on_committed(const committed& x) {
    if (x.subscriber != id_ || x.epoch != epoch_ || !ack_in_flight_)
      return;
    ack_in_flight_ = false;
    send(parts_.bus, subscriber_progress{id_, epoch_, x.cursor, sent_counters_});
    if (sent_completions_ > 0)
      send(parts_.bus, demand{id_, epoch_, std::exchange(sent_completions_, 0)});
    if (stopping_ && open_.flying() == 0)
      last_acknowledge();
    else
      acknowledge_now();
  }

  void on_refused(const commit_refused& x) {
    if (x.subscriber != id_ || x.epoch != epoch_)
      return;
    log_->warn("target lost its place: subscriber={} epoch={} error={}", spec_.name, epoch_,
               to_string(x.error));
    quit(caf::make_error(caf::sec::runtime_error,
                         std::string{"the journal refused an acknowledgement: "}
                             + to_string(x.error)));
  }

  // -- stopping -------------------------------------------------------------------

  void on_stop(const caf::error& reason) {
    if (reason == caf::exit_reason::kill || epoch_ == 0) {
      quit(reason);
      return;
    }
    if (stopping_)
      return;
    stopping_ = true;
    stop_reason_ = reason;
    delayed_send(this, parts_.options.stop_timeout, stop_atom::value);
    if (open_.flying() == 0)
      last_acknowledge();
  }

  void last_acknowledge() {
    if (ack_in_flight_)
      return; // its answer brings us back
    if (!changed_ || !subscribed_) {
      finish_stop();
      return;
    }
    ack_due_ = true;
    acknowledge_now();
  }

  void finish_stop() {
    if (open_.flying() > 0)
      log_->warn("target stops while attempts are in flight; they are repeated after the restart: "
                 "subscriber={} attempts={}",
                 spec_.name, open_.flying());
    quit(stop_reason_);
  }

  target_parts parts_;
  subscriber_id id_;
  subscriber_spec spec_;
  std::string name_;
  std::shared_ptr<spdlog::logger> log_;
  ordering_key_reader key_of_;
  std::mt19937_64 random_;

  std::uint64_t epoch_ = 0;
  bool subscribed_ = false;
  std::vector<open_exception> exceptions_;
  open_map open_;
  std::optional<unix_ms> due_at_;
  std::uint64_t due_generation_ = 0;

  subscriber_counters counters_;
  std::vector<dead_letter> dead_letters_;
  /// Finished since the last acknowledgement was sent.
  std::uint32_t completions_ = 0;
  bool changed_ = false;
  bool ack_due_ = false;
  bool ack_armed_ = false;

  bool ack_in_flight_ = false;
  sequence_number acked_ = 0;
  std::uint32_t sent_completions_ = 0;
  subscriber_counters sent_counters_;

  bool stopping_ = false;
  caf::error stop_reason_;
};

} // namespace

caf::actor spawn_target_subscriber(caf::actor_system& system, target_parts parts) {
  return system.spawn<target_subscriber>(std::move(parts));
}

} // namespace baseplate::bus
