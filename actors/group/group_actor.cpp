#include "actors/group/group_actor.hpp"

#include "actors/group/key_cache.hpp"
#include "actors/group/logic/envelope_parser.hpp"
#include "actors/supervision/handlers.hpp"

#include <caf/all.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <deque>
#include <queue>
#include <unordered_set>

namespace baseplate::group {

namespace {

/// Look again at the timers. Only the latest generation counts.
using tick_atom = caf::atom_constant<caf::atom("grouptick")>;

constexpr std::size_t lookahead_keys_max = 4096;
constexpr std::int64_t tick_ms_max = 30'000;

struct later {
  bool operator()(const timer_row& a, const timer_row& b) const { return fires_before(b, a); }
};

using timer_heap = std::priority_queue<timer_row, std::vector<timer_row>, later>;

struct sent_commit {
  std::uint64_t number = 0;
  std::uint32_t events = 0;
  sequence_number cursor = 0;
  subscriber_counters counters;
  std::vector<step_reply> replies;
  std::vector<std::string> settled;
  /// When events of this commit reached the node, and how many.
  std::vector<std::pair<std::int64_t, std::uint64_t>> received;
};

class group_actor : public caf::event_based_actor {
 public:
  group_actor(caf::actor_config& config, group_parts parts)
      : caf::event_based_actor(config), parts_(std::move(parts)), name_(parts_.logic->name()),
        cache_(parts_.options.cached_keys_max) {
    log_ = spdlog::get(name_);
    if (!log_)
      log_ = spdlog::default_logger();
  }

  const char* name() const override { return name_.c_str(); }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    send(parts_.journal, open_subscriber{parts_.subscriber});
    return {
        [this](const subscriber_opened& x) { on_opened(x); },
        [this](portion& x) { on_portion(x); },
        [this](const states_loaded& x) { on_loaded(x); },
        [this](const committed& x) { on_committed(x); },
        [this](const commit_refused& x) { on_refused(x); },
        [this](tick_atom, std::uint64_t generation) {
          if (generation == tick_generation_)
            pump();
        },
    };
  }

  void on_exit() override {
    parts_.journal = journal_actor{};
    parts_.bus = bus_actor{};
    parts_.replies = reply_sink_actor{};
  }

 private:
  // -- the protocol ---------------------------------------------------------------

  void on_opened(const subscriber_opened& x) {
    if (x.subscriber != parts_.subscriber || epoch_ != 0)
      return;
    epoch_ = x.epoch;
    cursor_ = last_ = x.cursor;
    watermark_ms_ = x.watermark_ms;
    counters_ = x.counters;
    for (auto& row : x.timers)
      heap_of(row).push(row);
    idle_since_ms_ = parts_.now();
    send(parts_.bus,
         subscribe{parts_.subscriber, epoch_, cursor_, parts_.options.credit_events, false});
    schedule_tick();
  }

  void on_portion(portion& x) {
    if (x.epoch != epoch_ || x.subscriber != parts_.subscriber)
      return;
    inbox_events_ += x.events.size();
    auto& peak = parts_.stats->inbox_events_max;
    if (inbox_events_ > peak.load(std::memory_order_relaxed))
      peak.store(inbox_events_, std::memory_order_relaxed);
    inbox_.push_back(std::move(x));
    pump();
  }

  void on_loaded(const states_loaded& x) {
    if (x.epoch != epoch_ || x.request != load_request_)
      return;
    loading_ = false;
    for (auto& state : x.states) {
      key_record record;
      if (state.value) {
        auto decoded = decode_key_record(*state.value);
        if (!decoded)
          throw std::runtime_error("the journal's state of a key cannot be decoded");
        record = std::move(*decoded);
      }
      cache_.add(state.key, std::move(record));
    }
    pump();
  }

  void on_committed(const committed& x) {
    if (x.epoch != epoch_ || sent_.empty())
      return;
    auto done = std::move(sent_.front());
    sent_.pop_front();
    durable_commit_ = done.number;
    for (auto& input : done.settled)
      parts_.ledger->forget(input);
    const auto now_ns = system().clock().now().time_since_epoch().count();
    for (auto& [at_ns, events] : done.received)
      parts_.stats->end_to_end.observe(now_ns - at_ns, events);
    if (parts_.replies)
      for (auto& reply : done.replies)
        send(parts_.replies,
             route_reply{std::move(reply.correlation), reply.status, std::move(reply.body)});
    send(parts_.bus, subscriber_progress{parts_.subscriber, epoch_, done.cursor, done.counters});
    if (done.events > 0)
      send(parts_.bus, demand{parts_.subscriber, epoch_, done.events});
    cache_.evict(durable_commit_);
    parts_.stats->cached_keys.store(cache_.size(), std::memory_order_relaxed);
    pump();
  }

  void on_refused(const commit_refused& x) {
    if (x.epoch != epoch_)
      return;
    log_->warn("group lost its place: group={} epoch={} error={}", name_, epoch_,
               to_string(x.error));
    quit(caf::make_error(caf::sec::runtime_error,
                         std::string{"the journal refused a commit: "} + to_string(x.error)));
  }

  // -- stepping -------------------------------------------------------------------

  void pump() {
    while (epoch_ != 0 && !loading_ && sent_.size() < parts_.options.commits_in_flight_max) {
      const auto before = cursor_;
      const auto counters = counters_.delivered + counters_.dead_lettered;
      if (!build_batch())
        break;
      if (batch_empty(before, counters)) {
        give_back_overlap();
        break;
      }
      send_commit(before);
    }
    schedule_tick();
  }

  bool batch_empty(sequence_number before, std::uint64_t counters) const {
    return last_ == before && counters == counters_.delivered + counters_.dead_lettered
           && batch_.out.fired.empty() && batch_.out.dead_letters.empty() && touched_.empty();
  }

  /// Events that were here twice and brought nothing else: their credit would otherwise wait for
  /// the next commit.
  void give_back_overlap() {
    if (returned_ == 0)
      return;
    send(parts_.bus, demand{parts_.subscriber, epoch_, returned_});
    returned_ = 0;
  }

  /// Runs inputs until the batch is full or there are none. False: keys must be loaded first; what
  /// ran stays in the batch.
  bool build_batch() {
    while (batch_events_ < parts_.options.batch_events_max) {
      const bool have_event = peek();
      if (const auto row = due_row(have_event)) {
        if (!run_row(*row))
          return false;
      } else if (have_event) {
        if (!run_peeked())
          return false;
      } else {
        break;
      }
    }
    return true;
  }

  /// Makes the next unprocessed event current. Drops portions that are used up, with their ranges.
  bool peek() {
    if (peeked_)
      return true;
    while (!inbox_.empty()) {
      auto& head = inbox_.front();
      for (; at_ < head.events.size(); ++at_) {
        const auto& event = head.chunk->events()[head.events[at_]];
        if (event.sequence <= last_
            && parts_.options.skips_processed) { // ring and readback may overlap
          ++returned_;
          continue;
        }
        look_at(*head.chunk, event);
        peeked_ = true;
        return true;
      }
      counters_.expired += head.expired;
      last_ = std::max(last_, head.to);
      caught_up_ = head.caught_up;
      inbox_events_ -= head.events.size();
      inbox_.pop_front();
      at_ = 0;
    }
    return false;
  }

  /// Finds the event's key and time; one that is known as poison is not looked into.
  void look_at(const chunk& from, const event_ref& event) {
    const auto name = [&] { return input_name(event.sequence); };
    poison_.reset();
    key_.reset();
    if (!parts_.ledger->empty())
      poison_ = parts_.ledger->poison(name());
    if (poison_) {
      poison_view_.sequence = event.sequence;
      poison_view_.ingested_at_ms = event.ingested_at_ms;
      poison_view_.envelope = from.envelope(event);
      view_ = &poison_view_;
      return;
    }
    noting_crash(name, [&] {
      view_ = &parser_.parse(from, event);
      key_ = parts_.logic->key_of(*view_);
      if (auto time = parts_.logic->event_time_of(*view_)) {
        watermark_ms_ = std::max(watermark_ms_, *time - parts_.logic->lateness_ms());
        idle_since_ms_ = parts_.now();
      }
    });
  }

  /// The timer that fires before the current event (or now, when there is none and nothing is left
  /// to read).
  const timer_row* due_row(bool have_event) {
    const auto limit = have_event ? view_->ingested_at_ms : caught_up_ ? parts_.now() : time_ms_;
    time_ms_ = std::max(time_ms_, limit);
    if (!have_event && !event_timers_.empty()
        && parts_.now() - idle_since_ms_ > parts_.options.watermark_idle_ms)
      watermark_ms_ = std::max(watermark_ms_, parts_.now());
    if (!wall_timers_.empty() && wall_timers_.top().due_ms <= time_ms_)
      return &wall_timers_.top();
    if (!event_timers_.empty() && event_timers_.top().due_ms <= watermark_ms_)
      return &event_timers_.top();
    return nullptr;
  }

  bool run_row(timer_row row) {
    auto* item = cache_.find(row.key);
    if (!item)
      return load_missing(row.key);
    auto& record = item->record;
    heap_of(row).pop();
    const auto limit = row.event_time ? watermark_ms_ : time_ms_;
    const auto changes = batch_.out.timers.size();
    if (!parts_.ledger->empty())
      if (auto verdict = parts_.ledger->poison(input_name(row))) {
        unix_ms due = 0;
        take_row(record, row, limit, batch_.out.timers, &due);
        quarantine(input_name(row), last_, *verdict, {});
        touch(*item);
        note_rows(changes);
        return true;
      }
    guarded([&] { return input_name(row); },
            [&] {
              if (run_timer(*parts_.logic, parts_.context, record, row, limit, last_, batch_))
                touch(*item);
            });
    note_rows(changes);
    ++batch_events_;
    ++batch_timers_;
    return true;
  }

  bool run_peeked() {
    const auto sequence = view_->sequence;
    if (poison_) {
      quarantine(input_name(sequence), sequence, *poison_, view_->envelope);
      ++counters_.dead_lettered;
    } else if (key_) {
      auto* item = cache_.find(*key_);
      if (!item)
        return load_missing(*key_);
      const auto changes = batch_.out.timers.size();
      guarded([&] { return input_name(sequence); },
              [&] {
                if (run_event(*parts_.logic, parts_.context, *key_, item->record, *view_, batch_))
                  touch(*item);
              });
      ++counters_.delivered;
      note_rows(changes);
    } else {
      ++counters_.delivered;
    }
    if (const auto at_ns = inbox_.front().chunk->received_ns(); at_ns != 0) {
      if (received_.empty() || received_.back().first != at_ns)
        received_.emplace_back(at_ns, 0);
      ++received_.back().second;
    }
    last_ = std::max(last_, sequence);
    peeked_ = false;
    ++at_;
    ++returned_;
    ++batch_events_;
    return true;
  }

  /// Runs a step; an input that crashed before is dealt with when its commit is durable.
  template <class Name, class Step>
  void guarded(Name name, Step step) {
    noting_crash(name, step);
    if (!parts_.ledger->empty() && parts_.ledger->knows(name()))
      settled_.push_back(name());
  }

  /// A throw is noted in the ledger with the input's name and ends this incarnation.
  template <class Name, class Action>
  void noting_crash(Name name, Action action) {
    try {
      action();
    } catch (const std::exception& e) {
      parts_.stats->crashes.fetch_add(1, std::memory_order_relaxed);
      parts_.ledger->record(name(), e.what());
      throw;
    } catch (...) {
      parts_.stats->crashes.fetch_add(1, std::memory_order_relaxed);
      parts_.ledger->record(name(), "an exception that is no std::exception");
      throw;
    }
  }

  void quarantine(const std::string& input, sequence_number sequence,
                  const crash_ledger::verdict& verdict, std::string_view envelope) {
    log_->error("group quarantined an input: group={} input={} crashes={} reason={}", name_, input,
                verdict.crashes, verdict.reason);
    batch_.out.dead_letters.push_back({sequence, "quarantined", input + ": " + verdict.reason,
                                       verdict.crashes, parts_.now(), std::string{envelope}});
    settled_.push_back(input);
    parts_.stats->quarantined.fetch_add(1, std::memory_order_relaxed);
  }

  void touch(key_cache::item& item) {
    if (item.changed_by != commit_number_) {
      item.changed_by = commit_number_;
      touched_.push_back(&item);
    }
  }

  /// Rows that the last input set join the heaps; cleared ones are found stale when they come up.
  void note_rows(std::size_t from) {
    for (auto i = from; i < batch_.out.timers.size(); ++i)
      if (auto& change = batch_.out.timers[i]; !change.cleared)
        heap_of(change.row).push(change.row);
  }

  /// Asks for `key` and for those that the waiting events need next. What has run so far stays in
  /// the batch.
  bool load_missing(const std::string& key) {
    load_states question{parts_.subscriber, epoch_, ++load_request_, {key}};
    std::unordered_set<std::string> asked{key};
    auto at = at_;
    for (auto& waiting : inbox_) {
      for (; at < waiting.events.size() && asked.size() < lookahead_keys_max; ++at) {
        const auto& event = waiting.chunk->events()[waiting.events[at]];
        if (event.sequence <= last_)
          continue;
        if (auto next = key_ahead(*waiting.chunk, event);
            next && !cache_.contains(*next) && asked.insert(*next).second)
          question.keys.push_back(std::move(*next));
      }
      at = 0;
    }
    loading_ = true;
    send(parts_.journal, std::move(question));
    return false;
  }

  /// nullopt also for an event that crashes the group when its turn comes.
  std::optional<std::string> key_ahead(const chunk& from, const event_ref& event) {
    try {
      return parts_.logic->key_of(lookahead_.parse(from, event));
    } catch (...) {
      return std::nullopt;
    }
  }

  void send_commit(sequence_number before) {
    auto& out = batch_.out;
    out.subscriber = parts_.subscriber;
    out.epoch = epoch_;
    out.cursor_before = before;
    out.cursor = cursor_ = last_;
    out.watermark_ms = watermark_ms_;
    out.counters = counters_;
    out.emitted.ingested_at_ms = parts_.now();
    out.states.reserve(touched_.size());
    for (const auto* item : touched_) {
      const auto& record = item->record;
      out.states.push_back(
          {item->key, record.empty() ? std::nullopt : std::optional<std::string>{encode(record)}});
    }
    parts_.stats->commits.fetch_add(1, std::memory_order_relaxed);
    parts_.stats->events.fetch_add(batch_events_ - batch_timers_, std::memory_order_relaxed);
    parts_.stats->timers.fetch_add(batch_timers_, std::memory_order_relaxed);
    parts_.stats->emitted.fetch_add(out.emitted.events.size(), std::memory_order_relaxed);
    parts_.stats->timers_pending.store(wall_timers_.size() + event_timers_.size(),
                                       std::memory_order_relaxed);
    sent_.push_back({commit_number_, returned_, last_, counters_, std::move(batch_.replies),
                     std::move(settled_), std::move(received_)});
    send(parts_.journal, std::move(out));
    batch_ = {};
    settled_.clear();
    received_.clear();
    touched_.clear();
    batch_events_ = batch_timers_ = 0;
    returned_ = 0;
    ++commit_number_;
  }

  // -- timers ---------------------------------------------------------------------

  timer_heap& heap_of(const timer_row& row) {
    return row.event_time ? event_timers_ : wall_timers_;
  }

  /// One delayed message for the next timer, not one per timer.
  void schedule_tick() {
    if (epoch_ == 0 || (wall_timers_.empty() && event_timers_.empty()))
      return;
    if (!caught_up_ || loading_ || !inbox_.empty()
        || sent_.size() >= parts_.options.commits_in_flight_max)
      return; // the message that ends this state looks at the timers
    const auto now = parts_.now();
    auto wait = tick_ms_max;
    if (!wall_timers_.empty())
      wait = std::clamp<std::int64_t>(wall_timers_.top().due_ms - now, 1, tick_ms_max);
    const auto due = now + wait;
    if (tick_due_ms_ > now && tick_due_ms_ <= due)
      return;
    tick_due_ms_ = due;
    delayed_send(this, std::chrono::milliseconds{wait}, tick_atom::value, ++tick_generation_);
  }

  group_parts parts_;
  std::string name_;
  std::shared_ptr<spdlog::logger> log_;
  std::uint64_t epoch_ = 0;

  std::deque<portion> inbox_;
  std::size_t inbox_events_ = 0;
  std::size_t at_ = 0;
  bool caught_up_ = false;
  bool loading_ = false;
  std::uint64_t load_request_ = 0;

  envelope_parser parser_;
  envelope_parser lookahead_;
  const event_view* view_ = nullptr;
  std::optional<std::string> key_;
  /// Set: the current event crashed the group too often.
  std::optional<crash_ledger::verdict> poison_;
  event_view poison_view_;
  bool peeked_ = false;

  key_cache cache_;
  timer_heap wall_timers_;
  timer_heap event_timers_;
  std::uint64_t tick_generation_ = 0;
  unix_ms tick_due_ms_ = 0;
  unix_ms time_ms_ = 0;
  unix_ms watermark_ms_ = 0;
  unix_ms idle_since_ms_ = 0;

  step_batch batch_;
  /// What the batch changed; cannot be evicted before its commit is durable.
  std::vector<key_cache::item*> touched_;
  std::vector<std::string> settled_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> received_;
  /// Inputs of the batch, events and timers, and how many of them are timers.
  std::uint32_t batch_events_ = 0;
  std::uint32_t batch_timers_ = 0;
  std::uint32_t returned_ = 0;
  std::uint64_t commit_number_ = 1;
  std::uint64_t durable_commit_ = 0;
  subscriber_counters counters_;
  /// As of the last commit that was sent, and of the last input that ran.
  sequence_number cursor_ = 0;
  sequence_number last_ = 0;
  std::deque<sent_commit> sent_;
};

} // namespace

caf::actor spawn_group(caf::actor_system& system, group_parts parts) {
  return system.spawn<group_actor>(std::move(parts));
}

} // namespace baseplate::group
