// The reading half of state_image: what the store and the overlays say together.
#include "actors/journal/state_image.hpp"

#include <algorithm>

namespace baseplate::journal {

std::string state_image::load() {
  std::optional<std::string> value;
  if (auto result = store_.get(keys::meta(), value); !result.ok())
    return result.error;
  std::lock_guard guard{mutex_};
  if (value && !decode_meta(*value, applied_))
    return "the state store is of another format than " + std::to_string(format_version);
  checkpointed_ = applied_;
  std::string bad;
  auto fold = [&](char kind, auto&& take) {
    if (!bad.empty())
      return;
    std::string prefix(1, kind);
    auto result = store_.scan(prefix, prefix, [&](std::string_view key, std::string_view row) {
      if (!take(key, row))
        bad = std::string{"unreadable row of kind "} + kind + " in the state store";
      return bad.empty();
    });
    if (!result.ok())
      bad = result.error;
  };
  fold(keys::bus_kind, [&](std::string_view, std::string_view row) {
    bus_row bus;
    if (!decode_bus_row(row, bus))
      return false;
    auto id = catalog_.next_bus();
    if (!catalog_.put_bus(id, bus.spec))
      return false;
    *catalog_.bus(id) = std::move(bus);
    return true;
  });
  fold(keys::subscriber_kind, [&](std::string_view, std::string_view row) {
    subscriber_row subscriber;
    if (!decode_subscriber_row(row, subscriber))
      return false;
    auto id = catalog_.next_subscriber();
    if (!catalog_.put_subscriber(id, subscriber.spec, 0))
      return false;
    *catalog_.subscriber(id) = std::move(subscriber);
    return true;
  });
  fold(keys::tally_kind,
       [&](std::string_view, std::string_view row) { return decode_tally(row, tally_); });
  fold(keys::segment_kind, [&](std::string_view key, std::string_view row) {
    return decode_segment_facts(row, segments_[keys::segment_of(key)]);
  });
  fold(keys::evacuated_kind, [&](std::string_view key, std::string_view) {
    evacuated_[keys::subscriber_of(key)].insert(keys::sequence_of(key));
    return true;
  });
  return bad;
}

meta_row state_image::applied() const {
  std::lock_guard guard{mutex_};
  return applied_;
}

catalog state_image::rows() const {
  std::lock_guard guard{mutex_};
  return catalog_;
}

match_tally state_image::tally() const {
  std::lock_guard guard{mutex_};
  return tally_;
}

std::optional<subscriber_row> state_image::subscriber(subscriber_id id) const {
  std::lock_guard guard{mutex_};
  if (const auto* row = catalog_.subscriber(id))
    return *row;
  return std::nullopt;
}

std::string state_image::load_states(subscriber_id id, const std::vector<std::string>& wanted,
                                     std::vector<loaded_state>& out) const {
  std::vector<std::size_t> in_store;
  layer_ptr frozen;
  std::string key;
  {
    std::lock_guard guard{mutex_};
    frozen = frozen_;
    for (const auto& name : wanted) {
      keys::state(key, id, name);
      std::string_view value;
      out.push_back({name, std::nullopt});
      auto answer = active_.states.find(key, value);
      if (answer == overlay::answer::unknown && frozen)
        answer = frozen->states.find(key, value);
      if (answer == overlay::answer::value)
        out.back().value = value;
      else if (answer == overlay::answer::unknown)
        in_store.push_back(out.size() - 1);
    }
  }
  for (auto i : in_store) {
    keys::state(key, id, out[i].key);
    if (auto result = store_.get(key, out[i].value); !result.ok())
      return result.error;
  }
  return {};
}

std::string state_image::timers(subscriber_id id, std::vector<timer_row>& out) const {
  return visit(keys::numbered(keys::timer_kind, id), {},
               [&](std::string_view key, std::string_view) {
                 timer_row row;
                 if (keys::parse_timer(key, row))
                   out.push_back(std::move(row));
                 return true;
               });
}

std::string state_image::dead_letters(subscriber_id id, sequence_number after,
                                      std::size_t count_max, std::vector<dead_letter>& out) const {
  if (count_max == 0)
    return {};
  return visit(
      keys::numbered(keys::letter_kind, id), keys::sequenced(keys::letter_kind, id, after + 1),
      [&](std::string_view, std::string_view value) {
        dead_letter_view letter;
        if (decode_dead_letter(value, letter))
          out.push_back({letter.sequence, std::string{letter.condition}, std::string{letter.reason},
                         letter.attempts, letter.at_ms, std::string{letter.envelope}});
        return out.size() < count_max;
      });
}

std::string state_image::evacuated(subscriber_id id, sequence_number sequence,
                                   std::optional<evacuated_event>& out) const {
  out.reset();
  {
    std::lock_guard guard{mutex_};
    auto i = evacuated_.find(id);
    if (i == evacuated_.end() || !i->second.contains(sequence))
      return {};
  }
  std::optional<std::string> value;
  if (auto result = store_.get(keys::sequenced(keys::evacuated_kind, id, sequence), value);
      !result.ok())
    return result.error;
  if (!value)
    return {};
  evacuated_event event{id, sequence, 0, 0, {}};
  std::string_view envelope;
  if (!decode_evacuated(*value, event.bus, event.ingested_at_ms, envelope))
    return "unreadable evacuated event " + std::to_string(sequence) + " in the state store";
  event.envelope = envelope;
  out = std::move(event);
  return {};
}

std::string
state_image::visit(std::string_view prefix, std::string_view from,
                   const std::function<bool(std::string_view, std::string_view)>& visitor) const {
  // Copied under the lock: what changed since the last checkpoint is little beside the store.
  std::map<std::string, std::optional<std::string>, std::less<>> changed;
  {
    std::lock_guard guard{mutex_};
    auto collect = [&](const row_view& row) {
      if (!row.key.starts_with(prefix) || row.key < from)
        return;
      auto& value = changed[std::string{row.key}];
      value.reset();
      if (row.value)
        value = *row.value;
    };
    if (frozen_)
      frozen_->rows.for_each(collect);
    active_.rows.for_each(collect);
  }
  auto next = changed.begin();
  auto more = true;
  auto overlay_up_to = [&](std::string_view* key) {
    for (; more && next != changed.end() && (key == nullptr || next->first < *key); ++next)
      if (next->second)
        more = visitor(next->first, *next->second);
  };
  auto result = store_.scan(prefix, from, [&](std::string_view key, std::string_view value) {
    overlay_up_to(&key);
    if (more && (next == changed.end() || next->first != key))
      more = visitor(key, value);
    return more;
  });
  if (!result.ok())
    return result.error;
  overlay_up_to(nullptr);
  return {};
}

} // namespace baseplate::journal
