#include "actors/bus/logic/open_map.hpp"

#include <algorithm>

namespace baseplate::bus {

bool open_map::leads_its_key(const open_event& event) const {
  if (event.key.empty())
    return true;
  return *keys_.find(event.key)->second.begin() == event.sequence;
}

void open_map::add(open_event event) {
  const auto sequence = event.sequence;
  event.in_flight = false;
  const auto [place, is_new] = events_.emplace(sequence, std::move(event));
  BASEPLATE_ASSERT(is_new);
  const auto& added = place->second;
  if (!added.key.empty()) {
    auto& queue = keys_[added.key];
    queue.insert(sequence);
    BASEPLATE_ASSERT(*queue.rbegin() == sequence);
  }
  if (leads_its_key(added))
    ready_.emplace(added.due_ms, sequence);
}

const open_event* open_map::take_due(unix_ms now_ms, unix_ms answer_by_ms) {
  if (ready_.empty() || ready_.begin()->first > now_ms)
    return nullptr;
  auto& event = events_.find(ready_.begin()->second)->second;
  ready_.erase(ready_.begin());
  event.in_flight = true;
  ++event.attempts;
  event.due_ms = answer_by_ms;
  answers_.emplace(answer_by_ms, event.sequence);
  return &event;
}

const open_event* open_map::in_flight(sequence_number sequence) const {
  const auto found = events_.find(sequence);
  return found == events_.end() || !found->second.in_flight ? nullptr : &found->second;
}

void open_map::finish(sequence_number sequence) {
  const auto found = events_.find(sequence);
  BASEPLATE_ASSERT(found != events_.end());
  auto& event = found->second;
  (event.in_flight ? answers_ : ready_).erase({event.due_ms, sequence});
  if (!event.key.empty()) {
    const auto queue = keys_.find(event.key);
    queue->second.erase(sequence);
    if (queue->second.empty()) {
      keys_.erase(queue);
    } else {
      const auto& next = events_.find(*queue->second.begin())->second;
      if (!next.in_flight)
        ready_.emplace(next.due_ms, next.sequence);
    }
  }
  events_.erase(found);
}

void open_map::retry(sequence_number sequence, unix_ms due_ms) {
  const auto found = events_.find(sequence);
  BASEPLATE_ASSERT(found != events_.end() && found->second.in_flight);
  auto& event = found->second;
  answers_.erase({event.due_ms, sequence});
  event.in_flight = false;
  event.due_ms = due_ms;
  ready_.emplace(due_ms, sequence);
}

std::vector<sequence_number> open_map::overdue(unix_ms now_ms) const {
  std::vector<sequence_number> result;
  for (const auto& [by_ms, sequence] : answers_) {
    if (by_ms > now_ms)
      break;
    result.push_back(sequence);
  }
  return result;
}

std::optional<unix_ms> open_map::next_answer_time() const {
  if (answers_.empty())
    return std::nullopt;
  return answers_.begin()->first;
}

std::optional<unix_ms> open_map::next_time() const {
  auto result = next_answer_time();
  if (!ready_.empty() && (!result || ready_.begin()->first < *result))
    result = ready_.begin()->first;
  return result;
}

std::vector<open_exception> open_map::exceptions() const {
  std::vector<open_exception> result;
  result.reserve(events_.size());
  for (const auto& [sequence, event] : events_)
    // One in flight is due at once after a restart: nobody waits for its answer any more.
    result.push_back({sequence, event.attempts, event.in_flight ? 0 : event.due_ms});
  return result;
}

} // namespace baseplate::bus
