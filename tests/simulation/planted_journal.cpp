#include "actors/supervision/handlers.hpp"
#include "tests/simulation/planted_faults.hpp"

#include <caf/all.hpp>

#include <deque>

namespace baseplate::simulation {

namespace {

class planted_journal : public caf::event_based_actor {
 public:
  planted_journal(caf::actor_config& config, caf::actor journal, planted_fault fault)
      : caf::event_based_actor(config), journal_(std::move(journal)), fault_(fault) {}

  const char* name() const override { return "planted_journal"; }

  caf::behavior make_behavior() override {
    supervision::install_default_handlers(this);
    monitor(journal_);
    set_down_handler([this](caf::down_msg& x) { quit(x.reason); });
    set_exit_handler([this](caf::exit_msg& x) { send_exit(journal_, x.reason); });
    set_default_handler([this](caf::scheduled_actor*, caf::message_view& x) {
      pass_on(x.move_content_to_message());
      return caf::result<caf::message>{caf::delegated<caf::message>{}};
    });
    switch (fault_) {
    case planted_fault::answer_before_sync:
      return {[this](publish& x) { answer_early(x); }};
    case planted_fault::no_fence:
      return without_fence();
    case planted_fault::cursor_apart:
      return {[this](commit& x) { split(x); }};
    case planted_fault::no_exceptions:
      return {[this](acknowledge& x) {
        x.exceptions.clear();
        pass_on(caf::make_message(std::move(x)));
      }};
    default:
      return {[](caf::unit_t) {}};
    }
  }

  void on_exit() override {
    caf::anon_send<caf::message_priority::high>(journal_,
                                                caf::exit_msg{address(), caf::exit_reason::kill});
    journal_ = nullptr;
    opening_.clear();
    committing_.clear();
  }

 private:
  struct waiting_commit {
    caf::strong_actor_ptr asker;
    std::uint64_t epoch = 0;
    sequence_number cursor = 0;
  };

  struct latest {
    std::uint64_t epoch = 0;
    sequence_number cursor = 0;
  };

  caf::actor asker() { return caf::actor_cast<caf::actor>(current_sender()); }

  /// As if this actor were not there: the answer goes to whoever asked.
  void pass_on(caf::message what) {
    if (auto who = asker())
      caf::send_as(who, journal_, std::move(what));
    else
      caf::anon_send(journal_, std::move(what));
  }

  void answer_early(publish& x) {
    if (auto who = asker())
      send(who, published{x.request, 0, 0});
    caf::anon_send(journal_, std::move(x));
  }

  void split(commit& x) {
    commit cursor_only;
    cursor_only.subscriber = x.subscriber;
    cursor_only.epoch = x.epoch;
    cursor_only.cursor_before = x.cursor_before;
    cursor_only.cursor = x.cursor;
    cursor_only.watermark_ms = x.watermark_ms;
    cursor_only.counters = x.counters;
    x.cursor = x.cursor_before;
    caf::anon_send(journal_, std::move(x));
    pass_on(caf::make_message(std::move(cursor_only)));
  }

  caf::behavior without_fence() {
    return {
        [this](const open_subscriber& x) {
          opening_[x.subscriber].push_back(current_sender());
          send(journal_, x);
        },
        [this](const subscriber_opened& x) {
          latest_[x.subscriber] = {x.epoch, x.cursor};
          auto& askers = opening_[x.subscriber];
          if (askers.empty())
            return;
          send(caf::actor_cast<caf::actor>(askers.front()), x);
          askers.pop_front();
        },
        [this](commit& x) {
          auto& now = latest_[x.subscriber];
          committing_[x.subscriber].push_back({current_sender(), x.epoch, x.cursor});
          x.epoch = now.epoch;
          x.cursor_before = now.cursor;
          now.cursor = x.cursor;
          send(journal_, std::move(x));
        },
        [this](const committed& x) {
          auto& waiting = committing_[x.subscriber];
          if (waiting.empty())
            return;
          send(caf::actor_cast<caf::actor>(waiting.front().asker),
               committed{x.subscriber, waiting.front().epoch, waiting.front().cursor});
          waiting.pop_front();
        },
    };
  }

  caf::actor journal_;
  planted_fault fault_;
  std::map<subscriber_id, std::deque<caf::strong_actor_ptr>> opening_;
  std::map<subscriber_id, std::deque<waiting_commit>> committing_;
  std::map<subscriber_id, latest> latest_;
};

} // namespace

caf::actor plant_before_journal(caf::actor_system& system, caf::actor journal,
                                planted_fault fault) {
  return system.spawn<planted_journal>(std::move(journal), fault);
}

journal::store_result torn_store::get(std::string_view key, std::optional<std::string>& out) const {
  if (auto i = late_.find(key); i != late_.end()) {
    out = i->second;
    return {};
  }
  return below_->get(key, out);
}

journal::store_result
torn_store::scan(std::string_view prefix, std::string_view from,
                 const std::function<bool(std::string_view, std::string_view)>& visit) const {
  std::map<std::string, std::string, std::less<>> rows;
  auto result = below_->scan(prefix, from, [&](std::string_view key, std::string_view value) {
    rows.emplace(key, value);
    return true;
  });
  if (!result.ok())
    return result;
  for (auto& [key, value] : late_) {
    if (!key.starts_with(prefix) || key < from)
      continue;
    if (value)
      rows[key] = *value;
    else
      rows.erase(key);
  }
  for (auto& [key, value] : rows)
    if (!visit(key, value))
      break;
  return {};
}

journal::store_result torn_store::ingest(const std::function<bool(journal::row_view&)>& next) {
  std::map<std::string, std::optional<std::string>, std::less<>> now = std::move(late_);
  late_.clear();
  journal::row_view row;
  const std::string meta = "m";
  while (next(row)) {
    auto value = row.value ? std::optional<std::string>{*row.value} : std::nullopt;
    if (row.key == meta)
      now[meta] = std::move(value);
    else
      late_[std::string{row.key}] = std::move(value);
  }
  auto at = now.begin();
  return below_->ingest([&](journal::row_view& out) {
    if (at == now.end())
      return false;
    out.key = at->first;
    out.value = at->second ? std::optional<std::string_view>{*at->second} : std::nullopt;
    ++at;
    return true;
  });
}

} // namespace baseplate::simulation
