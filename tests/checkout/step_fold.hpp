// A bus and its groups in a few lines: matches, keys, steps, states, timers, emitted events, all in
// one thread and in the order of the log. Every step is run twice and must give the same twice, so
// that each test also shows purity. What the frame does beyond that (commits, crashes, quarantine)
// is tested in tests/group.
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "messages/event.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace baseplate::test {

/// An event as the log of the fold holds it.
struct folded_event {
  std::string id;
  std::string source;
  std::string detail_type;
  boost::json::object detail;
  unix_ms ingested_at_ms = 0;
  sequence_number sequence = 0;
  std::string envelope;

  std::string metadata(std::string_view name) const {
    return std::string(detail.at("metadata").at(name).as_string());
  }

  const boost::json::value& data(std::string_view name) const { return detail.at("data").at(name); }

  std::string text(std::string_view name) const { return std::string(data(name).as_string()); }
};

class step_fold {
 public:
  explicit step_fold(std::vector<std::shared_ptr<const group::group_logic>> groups) {
    for (auto& logic : groups) {
      auto& group = groups_.emplace_back();
      group.logic = std::move(logic);
      group.pattern = boost::json::parse(group.logic->pattern());
    }
  }

  /// Publishes at this time (timers due before it fire first) and runs everything that follows from
  /// it. Gives the event's id.
  std::string publish(const std::string& source, const std::string& detail_type,
                      const std::string& detail, unix_ms now, std::string id = {}) {
    advance(now);
    if (id.empty())
      id = "event-" + std::to_string(log.size() + waiting_.size() + 1);
    waiting_.push_back({id, source, detail_type, detail});
    run();
    return id;
  }

  /// Fires wall timers due up to `now`, in their order, each at its own time.
  void advance(unix_ms now) {
    for (;;) {
      auto due = next_wall_timer();
      if (!due || due->second.due_ms > now)
        break;
      now_ = std::max(now_, due->second.due_ms);
      fire(*groups_of(due->first.group), due->first, due->second);
      run();
    }
    now_ = std::max(now_, now);
  }

  unix_ms now() const { return now_; }

  std::optional<std::string> state(std::string_view group_name, const std::string& key) const {
    for (auto& group : groups_)
      if (group.logic->name() == group_name)
        if (auto found = group.states.find(key); found != group.states.end())
          return found->second;
    return std::nullopt;
  }

  std::size_t timers() const { return timers_.size(); }

  /// Events of this metadata.type, and if given of this order.
  std::vector<folded_event> of_type(std::string_view type, std::string_view order_id = {}) const {
    std::vector<folded_event> out;
    for (auto& event : log) {
      auto metadata = event.detail.if_contains("metadata");
      if (!metadata || metadata->at("type").as_string() != type)
        continue;
      auto data = event.detail.at("data").as_object();
      auto found = data.if_contains("order_id");
      if (order_id.empty() || (found && found->as_string() == order_id))
        out.push_back(event);
    }
    return out;
  }

  std::size_t count(std::string_view type, std::string_view order_id = {}) const {
    return of_type(type, order_id).size();
  }

  std::vector<folded_event> log;
  std::vector<group::step_reply> replies;

 private:
  struct group_box {
    std::shared_ptr<const group::group_logic> logic;
    boost::json::value pattern;
    std::map<std::string, std::string> states;
    unix_ms event_time_max = 0;
  };

  struct timer_key {
    std::string group;
    std::string key;
    std::string name;

    auto operator<=>(const timer_key&) const = default;
  };

  struct waiting_event {
    std::string id;
    std::string source;
    std::string detail_type;
    std::string detail;
  };

  using timer_entry = std::pair<timer_key, group::timer_set>;

  static bool matches(const boost::json::value& pattern, const boost::json::value* value) {
    if (pattern.is_array()) {
      for (auto& one : pattern.get_array())
        if (value && one == *value)
          return true;
      return false;
    }
    for (auto& member : pattern.as_object()) {
      auto inner
          = value && value->is_object() ? value->get_object().if_contains(member.key()) : nullptr;
      if (!matches(member.value(), inner))
        return false;
    }
    return true;
  }

  group_box* groups_of(const std::string& name) {
    for (auto& group : groups_)
      if (group.logic->name() == name)
        return &group;
    return nullptr;
  }

  std::optional<timer_entry> next_wall_timer() const { return earliest({}, false); }

  std::optional<timer_entry> earliest(const std::string& group, bool event_time) const {
    std::optional<timer_entry> best;
    for (auto& [key, timer] : timers_)
      if (timer.event_time == event_time && (group.empty() || key.group == group))
        if (!best || timer.due_ms < best->second.due_ms)
          best = timer_entry{key, timer};
    return best;
  }

  void run() {
    while (!waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      append(std::move(next));
    }
  }

  void append(waiting_event next) {
    folded_event event;
    event.sequence = log.size() + 1;
    event.id = std::move(next.id);
    event.source = std::move(next.source);
    event.detail_type = std::move(next.detail_type);
    event.ingested_at_ms = now_;
    event.detail = boost::json::parse(next.detail).as_object();
    auto time = to_rfc3339(now_);
    envelope_parts parts;
    parts.id = event.id;
    parts.source = event.source;
    parts.detail_type = event.detail_type;
    parts.time = time;
    parts.detail = next.detail;
    append_envelope(event.envelope, parts);
    log.push_back(event);
    simdjson::padded_string padded(event.envelope);
    auto envelope = boost::json::parse(event.envelope);
    simdjson::dom::parser parser;
    group::event_view view;
    view.sequence = event.sequence;
    view.ingested_at_ms = event.ingested_at_ms;
    view.id = event.id;
    view.source = event.source;
    view.detail_type = event.detail_type;
    view.time = time;
    view.envelope = padded;
    view.parser = &parser;
    for (auto& group : groups_)
      if (matches(group.pattern, &envelope))
        take(group, view);
  }

  void take(group_box& group, const group::event_view& view) {
    auto key = group.logic->key_of(view);
    if (!key)
      return;
    if (auto at = group.logic->event_time_of(view)) {
      group.event_time_max = std::max(group.event_time_max, *at);
      auto watermark = group.event_time_max - group.logic->lateness_ms();
      auto name = std::string(group.logic->name());
      for (auto due = earliest(name, true); due && due->second.due_ms <= watermark;
           due = earliest(name, true))
        fire(group, due->first, due->second);
    }
    group::step_input input;
    input.key = *key;
    input.event = &view;
    input.now_ms = view.ingested_at_ms;
    step(group, *key, input, "event-" + std::to_string(view.sequence));
  }

  void fire(group_box& group, const timer_key& key, const group::timer_set& timer) {
    timers_.erase(key);
    group::timer_view view{timer.name, timer.due_ms, timer.event_time};
    group::step_input input;
    input.key = key.key;
    input.timer = &view;
    input.now_ms = now_;
    step(group, key.key, input, "timer-" + key.key + "-" + key.name + std::to_string(timer.due_ms));
  }

  void step(group_box& group, const std::string& key, group::step_input& input,
            const std::string& cause) {
    auto found = group.states.find(key);
    auto before = found == group.states.end() ? std::optional<std::string>{} : found->second;
    input.state = before ? &*before : nullptr;
    auto out = group.logic->step(input);
    expect_same(out, group.logic->step(input));
    ASSERT_LE(out.state.size(), group::state_bytes_max);
    auto name = std::string(group.logic->name());
    if (out.effect == group::state_effect::replace) {
      group.states[key] = out.state;
    } else if (out.effect == group::state_effect::erase) {
      group.states.erase(key);
      std::erase_if(timers_, [&](auto& x) { return x.first.group == name && x.first.key == key; });
    }
    for (auto& cleared : out.timers_cleared)
      timers_.erase({name, key, cleared});
    for (auto& timer : out.timers_set)
      timers_[{name, key, timer.name}] = timer;
    std::size_t position = 0;
    for (auto& emitted : out.events)
      waiting_.push_back({named_uuid(name + cause + std::to_string(position++)), emitted.source,
                          emitted.detail_type, emitted.detail});
    for (auto& reply : out.replies)
      replies.push_back(reply);
  }

  static void expect_same(const group::step_output& a, const group::step_output& b) {
    ASSERT_EQ(a.effect, b.effect);
    ASSERT_EQ(a.state, b.state);
    ASSERT_EQ(a.timers_cleared, b.timers_cleared);
    ASSERT_EQ(a.events.size(), b.events.size());
    for (std::size_t i = 0; i < a.events.size(); ++i) {
      ASSERT_EQ(a.events[i].detail, b.events[i].detail);
      ASSERT_EQ(a.events[i].detail_type, b.events[i].detail_type);
    }
    ASSERT_EQ(a.timers_set.size(), b.timers_set.size());
    for (std::size_t i = 0; i < a.timers_set.size(); ++i)
      ASSERT_EQ(a.timers_set[i].due_ms, b.timers_set[i].due_ms);
    ASSERT_EQ(a.replies.size(), b.replies.size());
    for (std::size_t i = 0; i < a.replies.size(); ++i)
      ASSERT_EQ(a.replies[i].body, b.replies[i].body);
  }

  std::vector<group_box> groups_;
  std::map<timer_key, group::timer_set> timers_;
  std::deque<waiting_event> waiting_;
  unix_ms now_ = 0;
};

} // namespace baseplate::test
