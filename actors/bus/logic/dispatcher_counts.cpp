// The dispatcher's bookkeeping: what matched, what is unread, what retention took. See
// dispatcher.hpp.

#include "actors/bus/logic/dispatcher.hpp"

#include <algorithm>

namespace baseplate::bus {

namespace {

/// A lagging subscriber gets a mark about every so many events, so that a gap is settled soon
/// behind it.
constexpr sequence_number mark_distance_events = 64 * 1024;
/// Marks per subscriber; beyond it every second one is dropped.
constexpr std::size_t marks_max = 256;
/// Bytes that a recount reads at once.
constexpr std::uint32_t recount_bytes = 1024 * 1024;

} // namespace

// -- counting while appending ---------------------------------------------------

void dispatcher::count(const chunk_matches& matches) {
  std::uint64_t events = 0;
  for (const auto& x : matches.buses) {
    auto& bus = buses_[x.bus];
    bus.accepted += x.events;
    bus.matched_none += x.matched_none;
    events += x.events;
  }
  for (const auto& list : matches.lists)
    if (list.subscriber < live_subscriber_min)
      subscribers_[list.subscriber].matched += list.events.size();
  dirty(events);
}

void dispatcher::dirty(std::uint64_t events) {
  untallied_ += events + 1;
  if (untallied_ > options_.tally_events) {
    write_tally();
  } else if (!tick_armed_) {
    tick_armed_ = true;
    hooks_.tick_later();
  }
}

void dispatcher::write_tally() {
  if (untallied_ == 0 || !counted())
    return;
  untallied_ = 0;
  record_tally x;
  x.tally.sequence = head_;
  for (const auto& [id, s] : subscribers_)
    if (!s.live() && !s.add_open)
      x.tally.matched.push_back({id, s.matched});
  for (const auto& [id, bus] : buses_)
    x.tally.matched_none.push_back({id, bus.matched_none});
  hooks_.record(std::move(x));
}

// -- counting what was there before ---------------------------------------------

void dispatcher::begin_counts(const match_tally& tally) {
  const auto sequence = std::min(tally.sequence, head_);
  for (const auto& x : tally.matched_none)
    buses_[x.bus].matched_none = x.matched_none;
  recount job;
  job.buses_behind = sequence;
  job.next = sequence + 1;
  job.to = head_;
  for (auto& [id, s] : subscribers_) {
    const auto known = std::find_if(tally.matched.begin(), tally.matched.end(),
                                    [id = id](const auto& x) { return x.subscriber == id; });
    if (known != tally.matched.end()) {
      s.matched = known->matched;
      s.count_behind = sequence;
      if (s.cursor < sequence)
        s.marks.push_back({sequence, s.matched});
    } else {
      s.matched = s.finished();
      s.count_behind = s.cursor;
      s.add_open = s.cursor > 0;
    }
    job.subscribers.insert(id);
    job.next = std::min(job.next, s.count_behind + 1);
  }
  if (job.next <= job.to)
    start_recount(std::move(job));
}

void dispatcher::start_recount(recount job) {
  recounts_.push_back(std::move(job));
  if (recounts_.size() == 1)
    ask_recount();
}

void dispatcher::ask_recount() {
  auto& job = recounts_.front();
  job.request = ++last_request_;
  reads_[job.request] = 0;
  hooks_.read({job.request, job.next, recount_bytes});
}

void dispatcher::recount_read(const log_read& x) {
  auto& job = recounts_.front();
  job.request = 0;
  if (!x.error.empty() || !x.chunk || x.chunk->last_sequence() < job.next) {
    hooks_.warn("bus cannot read the log to count it: sequence=" + std::to_string(job.next)
                + " reason=" + (x.error.empty() ? "not found" : x.error));
    if (!tick_armed_) {
      tick_armed_ = true;
      hooks_.tick_later();
    }
    return;
  }
  const auto& events = *x.chunk;
  const auto until = std::min(events.last_sequence(), job.to);
  const auto take = [&](const chunk_matches& matches, bool buses) {
    for (const auto& list : matches.lists) {
      if (!job.subscribers.contains(list.subscriber))
        continue;
      auto& s = subscribers_[list.subscriber];
      const auto first
          = std::partition_point(list.events.begin(), list.events.end(), [&](std::uint32_t i) {
              return events.events()[i].sequence <= s.count_behind;
            });
      s.matched += static_cast<std::uint64_t>(list.events.end() - first);
    }
    if (!buses)
      return;
    for (const auto& bus : matches.buses) {
      buses_[bus.bus].matched_none += bus.matched_none;
      if (job.accepted)
        buses_[bus.bus].accepted += bus.events;
    }
  };
  const auto middle = std::clamp(job.buses_behind, job.next - 1, until);
  take(matcher_.match(events, job.next - 1, middle), false);
  take(matcher_.match(events, middle, until), true);
  job.next = until + 1;
  untallied_ += events.events().size();
  if (job.next <= job.to) {
    ask_recount();
    return;
  }
  recounts_.pop_front();
  if (!recounts_.empty()) {
    for (const auto id : recounts_.front().subscribers)
      if (const auto found = subscribers_.find(id); found != subscribers_.end())
        found->second.count_behind
            = std::max(found->second.count_behind, recounts_.front().next - 1);
    ask_recount();
    return;
  }
  dirty(0);
  for (auto& [id, s] : subscribers_)
    pump(s); // gaps may be settled now
}

// -- what is unread -------------------------------------------------------------

/// Matching events above `behind`, counted from the ring's lists; nothing if the ring does not hold
/// all of them.
std::optional<std::uint64_t> dispatcher::unread_in_ring(const subscription& s,
                                                        sequence_number behind) const {
  if (behind >= head_)
    return 0;
  if (ring_.entries().empty() || behind + 1 < ring_.first() || behind < s.listed_behind)
    return std::nullopt;
  std::uint64_t result = 0;
  for (auto entry = ring_.entries().rbegin();
       entry != ring_.entries().rend() && entry->chunk->last_sequence() > behind; ++entry) {
    const auto list = entry->matches.of(s.id);
    const auto first = std::partition_point(list.begin(), list.end(), [&](std::uint32_t i) {
      return entry->chunk->events()[i].sequence <= behind;
    });
    result += static_cast<std::uint64_t>(list.end() - first);
  }
  return result;
}

/// Once the count up to `position` is known again, what is missing from what was handed out has
/// expired.
void dispatcher::settle_gap(subscription& s) {
  if (!s.gap || !counted())
    return;
  std::optional<std::uint64_t> matched;
  for (const auto& mark : s.marks)
    if (mark.sequence == s.position)
      matched = mark.matched;
  if (!matched)
    if (const auto unread = unread_in_ring(s, s.position))
      matched = s.matched - std::min(s.matched, *unread);
  if (!matched)
    return;
  s.gap = false;
  if (*matched > s.passed) {
    const auto expired = *matched - s.passed;
    s.passed += expired;
    s.open += expired;
    s.expired_due += expired;
  }
}

/// A subscriber that has everything must have been handed what was counted for it.
void dispatcher::check_at_rest(subscription& s) {
  if (s.live() || s.gap || s.matched == s.passed || !counted())
    return;
  ++corrections_;
  hooks_.warn("bus sets a count right: subscriber=" + s.spec.name + " matched="
              + std::to_string(s.matched) + " handed_out=" + std::to_string(s.passed));
  s.matched = s.passed;
}

void dispatcher::mark_evicted(const tail_ring::entry& oldest) {
  if (!counted())
    return;
  const auto sequence = oldest.chunk->last_sequence();
  for (auto& [id, s] : subscribers_) {
    if (s.live() || s.position >= sequence || s.listed_behind > sequence)
      continue;
    if (!s.marks.empty() && sequence - s.marks.back().sequence < mark_distance_events)
      continue;
    if (const auto unread = unread_in_ring(s, sequence))
      add_mark(s, {sequence, s.matched - std::min(s.matched, *unread)});
  }
}

void dispatcher::add_mark(subscription& s, count_mark mark) {
  s.marks.push_back(mark);
  if (s.marks.size() <= marks_max)
    return;
  std::size_t kept = 0;
  for (std::size_t i = 1; i < s.marks.size(); i += 2)
    s.marks[kept++] = s.marks[i];
  s.marks.resize(kept);
}

// -- status ---------------------------------------------------------------------

bus_status dispatcher::status() const {
  bus_status result;
  result.head = head_;
  result.durable = durable_;
  result.ring_bytes = ring_.size_bytes();
  for (const auto& [id, bus] : buses_)
    result.buses.push_back({id, bus.spec.name, bus.accepted, bus.matched_none});
  for (const auto& [id, s] : subscribers_) {
    if (s.live())
      continue;
    subscriber_status x;
    x.id = id;
    x.name = s.spec.name;
    x.bus = s.spec.bus;
    x.paused = s.spec.paused;
    x.connected = s.connected;
    x.position = s.position;
    x.cursor = s.cursor;
    x.matched = s.matched;
    x.delivered = s.counters.delivered;
    x.dead_lettered = s.counters.dead_lettered;
    x.expired = s.counters.expired;
    const auto in_ring = s.gap ? std::nullopt : unread_in_ring(s, s.position);
    const auto unread
        = in_ring && s.connected ? *in_ring : s.matched - std::min(s.matched, s.passed);
    x.pending = s.open + unread;
    result.subscribers.push_back(std::move(x));
  }
  return result;
}

} // namespace baseplate::bus
