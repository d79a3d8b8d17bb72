#include "actors/bus/logic/dispatcher.hpp"

#include <algorithm>

namespace baseplate::bus {

namespace {

/// Former filters that are kept per subscriber; a filter that changes more often while a backlog
/// waits uses the oldest kept.
constexpr std::size_t former_filters_max = 16;

const chunk_ptr& no_events() {
  static const chunk_ptr empty = std::make_shared<const chunk>();
  return empty;
}

} // namespace

dispatcher::dispatcher(dispatcher_options options, dispatcher_hooks hooks)
    : options_(options), hooks_(std::move(hooks)), matcher_(options.hash_seed),
      ring_(options.ring_bytes_max) {}

// -- the log --------------------------------------------------------------------

void dispatcher::attached(const bus_attached& x) {
  BASEPLATE_ASSERT(!attached_);
  attached_ = true;
  head_ = durable_ = x.head;
  for (const auto& entry : x.buses)
    buses_[entry.id] = {entry.spec, entry.accepted, 0};
  for (const auto& entry : x.subscribers)
    add_subscriber(entry);
  begin_counts(x.tally);
}

void dispatcher::extend_head(sequence_number to) {
  if (to <= head_)
    return;
  // Events that were appended before this bus attached and became durable since: they come as no
  // chunk.
  recount job;
  job.buses_behind = head_;
  job.accepted = true;
  job.next = head_ + 1;
  job.to = to;
  for (auto& [id, s] : subscribers_)
    if (!s.live()) {
      job.subscribers.insert(id);
      if (recounts_.empty())
        s.count_behind = head_;
    }
  head_ = to;
  start_recount(std::move(job));
}

void dispatcher::appended(const log_appended& x) {
  if (!attached_)
    return;
  if (x.chunk && x.chunk->last_sequence() > head_
      && x.chunk->last_sequence() >= x.chunk->first_sequence()) {
    extend_head(x.chunk->first_sequence() - 1);
    auto matches = matcher_.match(*x.chunk, head_);
    head_ = x.chunk->last_sequence(); // before counting, which may write the tally
    count(matches);
    ring_.push(x.chunk, std::move(matches));
    while (ring_.over_limit()) {
      mark_evicted(ring_.entries().front());
      ring_.pop_oldest();
    }
  }
  extend_head(x.durable);
  durable_ = std::max(durable_, x.durable);
  for (auto& [id, s] : subscribers_)
    pump(s);
}

subscription& dispatcher::add_subscriber(const subscriber_entry& entry) {
  auto& s = subscribers_[entry.id];
  s.id = entry.id;
  s.counters = entry.counters;
  s.cursor = s.position = s.told = entry.cursor;
  s.listed_behind = head_;
  s.passed = s.finished();
  s.read_bytes = options_.read_bytes_min;
  s.spec.name = entry.spec.name;
  refresh_filter(s, entry.spec);
  s.former.clear();
  return s;
}

void dispatcher::refresh_filter(subscription& s, const subscriber_spec& spec) {
  const bool same = s.pattern && s.spec.pattern == spec.pattern && s.spec.bus == spec.bus;
  s.spec = spec;
  if (same)
    return;
  if (s.pattern) {
    s.former.push_back({head_, s.bus, s.pattern});
    if (s.former.size() > former_filters_max)
      s.former.erase(s.former.begin());
  }
  s.bus = bus_named(spec.bus).value_or(0);
  auto compiled = compile_pattern(spec.pattern);
  const auto added = matcher_.add(s.id, s.bus, spec.pattern);
  if (!compiled || !added) {
    hooks_.warn("bus hands nothing to a subscriber whose pattern is not valid: subscriber="
                + spec.name + " reason=" + to_string(compiled ? added.error() : compiled.error()));
    matcher_.remove(s.id);
    s.bus = 0; // no event has it
    s.pattern = std::make_shared<compiled_pattern>();
    return;
  }
  s.pattern = std::make_shared<compiled_pattern>(std::move(*compiled));
}

void dispatcher::changed(const control_changed& x) {
  if (!attached_)
    return;
  for (const auto& entry : x.buses) {
    const auto [place, is_new]
        = buses_.try_emplace(entry.id, bus_state{entry.spec, entry.accepted, 0});
    if (!is_new) {
      place->second.spec = entry.spec;
      continue;
    }
    for (auto& [id, s] : subscribers_)
      if (!s.live() && s.bus == 0 && s.spec.bus == entry.spec.name) {
        s.pattern = nullptr; // it was declared before its bus
        refresh_filter(s, subscriber_spec{s.spec});
      }
  }
  for (const auto& entry : x.subscribers) {
    if (const auto known = subscribers_.find(entry.id); known != subscribers_.end()) {
      refresh_filter(known->second, entry.spec);
      if (known->second.spec.paused)
        drop_piece(known->second);
      pump(known->second);
      continue;
    }
    auto& s = add_subscriber(entry);
    s.matched = s.passed;
    s.count_behind = entry.cursor;
    if (entry.cursor < head_) {
      recount job;
      job.subscribers.insert(s.id);
      job.next = entry.cursor + 1;
      job.to = head_;
      start_recount(std::move(job));
    }
  }
  dirty(0);
}

void dispatcher::checkpoint() {
  for (auto& [id, s] : subscribers_) {
    if (s.live() || !s.connected || s.spec.paused)
      continue;
    pump(s);
    if (s.position > s.told)
      send(s, no_events(), {}, s.position);
  }
}

void dispatcher::read_done(const log_read& x) {
  const auto owner = reads_.find(x.request);
  if (owner == reads_.end())
    return;
  const auto id = owner->second;
  reads_.erase(owner);
  if (id == 0) {
    recount_read(x);
    return;
  }
  const auto found = subscribers_.find(id);
  if (found != subscribers_.end() && found->second.request == x.request)
    piece_arrived(found->second, x);
}

void dispatcher::tick() {
  tick_armed_ = false;
  if (!recounts_.empty() && recounts_.front().request == 0)
    ask_recount();
  for (auto& [id, s] : subscribers_)
    if (s.stalled) {
      s.stalled = false;
      pump(s);
    }
  write_tally();
}

// -- subscribers ----------------------------------------------------------------

bool dispatcher::subscribe_at(const subscribe& x) {
  const auto found = subscribers_.find(x.subscriber);
  if (found == subscribers_.end() || found->second.live() || x.epoch < found->second.epoch)
    return false;
  auto& s = found->second;
  drop_piece(s);
  s.request = 0; // an answer on its way finds no question
  s.stalled = false;
  s.read_bytes = options_.read_bytes_min;
  s.epoch = x.epoch;
  s.connected = true;
  s.durable_only = x.durable_only;
  s.credit = x.credit_events;
  s.position = s.told = x.position;
  s.told_caught_up = false;
  s.cursor = std::max(s.cursor, x.position);
  s.expired_due = 0;
  if (s.add_open) {
    s.add_open = false;
    s.matched += x.open_events;
  }
  s.passed = s.finished() + x.open_events;
  if (counted() && !s.gap)
    if (const auto unread = unread_in_ring(s, s.position))
      s.passed = s.matched - std::min(s.matched, *unread);
  s.open = s.passed - std::min(s.passed, s.finished());
  pump(s);
  return true;
}

void dispatcher::give_credit(const demand& x) {
  const auto found = subscribers_.find(x.subscriber);
  if (found == subscribers_.end() || !found->second.connected || found->second.epoch != x.epoch)
    return;
  found->second.credit += x.events;
  pump(found->second);
}

void dispatcher::progressed(const subscriber_progress& x) {
  const auto found = subscribers_.find(x.subscriber);
  if (found == subscribers_.end() || x.epoch < found->second.epoch)
    return;
  auto& s = found->second;
  s.epoch = x.epoch;
  const auto before = s.finished();
  s.counters = x.counters;
  s.cursor = std::max(s.cursor, x.cursor);
  const auto after = s.finished();
  if (after > before) {
    const auto more = after - before;
    // What was finished without being open was finished by an earlier incarnation whose last words
    // were lost.
    if (more > s.open)
      s.passed += more - s.open;
    s.open -= std::min(s.open, more);
  }
  std::erase_if(s.marks, [&](const count_mark& m) { return m.sequence < s.cursor; });
  std::erase_if(s.former, [&](const former_filter& f) { return f.until <= s.cursor; });
}

void dispatcher::disconnected(subscriber_id id) {
  const auto found = subscribers_.find(id);
  if (found == subscribers_.end())
    return;
  found->second.connected = false;
  found->second.request = 0;
  drop_piece(found->second);
}

pattern_result<void> dispatcher::add_live(subscriber_id id, bus_id bus, const std::string& pattern,
                                          sequence_number position, std::uint32_t credit) {
  BASEPLATE_ASSERT(id >= live_subscriber_min);
  auto compiled = compile_pattern(pattern);
  if (!compiled)
    return std::move(compiled).error();
  if (auto added = matcher_.add(id, bus, pattern); !added)
    return added;
  auto& s = subscribers_[id];
  s.id = id;
  s.bus = bus;
  s.pattern = std::make_shared<compiled_pattern>(std::move(*compiled));
  s.listed_behind = head_;
  s.connected = true;
  s.durable_only = true;
  s.epoch = 1;
  s.credit = credit;
  s.position = s.told = position;
  s.read_bytes = options_.read_bytes_min;
  return {};
}

void dispatcher::start_live(subscriber_id id) {
  if (const auto found = subscribers_.find(id); found != subscribers_.end())
    pump(found->second);
}

void dispatcher::remove_live(subscriber_id id) {
  const auto found = subscribers_.find(id);
  if (found == subscribers_.end() || !found->second.live())
    return;
  drop_piece(found->second);
  matcher_.remove(id);
  subscribers_.erase(found);
}

const subscription* dispatcher::find(subscriber_id id) const {
  const auto found = subscribers_.find(id);
  return found == subscribers_.end() ? nullptr : &found->second;
}

const subscription* dispatcher::find(const std::string& name) const {
  for (const auto& [id, s] : subscribers_)
    if (!s.live() && s.spec.name == name)
      return &s;
  return nullptr;
}

std::optional<bus_id> dispatcher::bus_named(const std::string& name) const {
  for (const auto& [id, bus] : buses_)
    if (bus.spec.name == name)
      return id;
  return std::nullopt;
}

// -- handing out ----------------------------------------------------------------

void dispatcher::pump(subscription& s) {
  if (!s.connected || s.spec.paused)
    return;
  do
    settle_gap(s);
  while (pump_once(s));
  const bool news = s.position >= limit(s) && !s.told_caught_up;
  if (s.expired_due > 0 || news || s.position - s.told >= options_.idle_distance_events)
    send(s, no_events(), {}, s.position);
  if (s.position >= head_)
    check_at_rest(s);
  if (s.piece.chunk && pieces_bytes_ > options_.pieces_bytes_max && s.credit == 0)
    drop_piece(s);
}

/// Hands out of one chunk. False: nothing more can be done now.
bool dispatcher::pump_once(subscription& s) {
  const auto until = limit(s);
  if (s.position >= until)
    return false;
  const auto next = s.position + 1;
  if (s.piece.chunk && s.piece.chunk->last_sequence() < next)
    drop_piece(s);
  if (!s.piece.chunk) {
    const auto* entry = ring_.find(next);
    if (entry == nullptr) {
      read_back(s);
      return false;
    }
    s.read_bytes = options_.read_bytes_min;
    const auto to_max = std::min(until, entry->chunk->last_sequence());
    if (entry->chunk->first_sequence() > s.listed_behind)
      return consume(s, entry->chunk, entry->matches.of(s.id), to_max);
    set_piece(s, {entry->chunk, rematch(s, *entry->chunk, s.position)});
  }
  auto to_max = std::min(until, s.piece.chunk->last_sequence());
  if (s.gap) // stop where the count is known
    for (const auto& mark : s.marks)
      if (mark.sequence > s.position)
        to_max = std::min(to_max, mark.sequence);
  const auto events = s.piece.chunk; // survives the piece
  const bool all = consume(s, events, s.piece.events, to_max);
  if (s.position >= events->last_sequence())
    drop_piece(s);
  return all;
}

/// Hands out matches of (position, to_max] as far as credit goes. True: position is to_max.
bool dispatcher::consume(subscription& s, const chunk_ptr& events,
                         std::span<const std::uint32_t> matches, sequence_number to_max) {
  const auto& refs = events->events();
  const auto behind = [&](sequence_number sequence) {
    return std::partition_point(matches.begin(), matches.end(),
                                [&](std::uint32_t i) { return refs[i].sequence <= sequence; });
  };
  const auto begin = behind(s.position);
  const auto waiting = static_cast<std::size_t>(behind(to_max) - begin);
  if (waiting == 0) {
    s.position = to_max;
    return true;
  }
  if (s.credit == 0) {
    s.position = refs[*begin].sequence - 1;
    return false;
  }
  const auto n = std::min<std::size_t>(waiting, s.credit);
  const auto end = begin + static_cast<std::ptrdiff_t>(n);
  const auto to = n == waiting ? to_max : refs[*end].sequence - 1;
  s.position = to;
  send(s, events, {begin, end}, to);
  return n == waiting;
}

void dispatcher::send(subscription& s, const chunk_ptr& events, std::vector<std::uint32_t> indices,
                      sequence_number to) {
  const auto n = indices.size();
  BASEPLATE_ASSERT(n <= s.credit);
  s.credit -= static_cast<std::uint32_t>(n);
  s.passed += n;
  s.open += n;
  portion x;
  x.subscriber = s.id;
  x.epoch = s.epoch;
  x.from = s.told;
  x.to = to;
  x.chunk = events;
  x.events = std::move(indices);
  x.caught_up = to >= limit(s);
  x.expired = s.expired_due;
  s.expired_due = 0;
  s.told = to;
  s.told_caught_up = x.caught_up;
  hooks_.deliver(std::move(x));
}

// -- reading back ---------------------------------------------------------------

void dispatcher::read_back(subscription& s) {
  if (s.request != 0 || s.stalled || s.credit == 0)
    return;
  s.request = ++last_request_;
  reads_[s.request] = s.id;
  hooks_.read({s.request, s.position + 1, s.read_bytes});
  s.read_bytes = std::min(options_.read_bytes_max, s.read_bytes * 2);
}

void dispatcher::piece_arrived(subscription& s, const log_read& x) {
  s.request = 0;
  const auto next = s.position + 1;
  if (!x.error.empty() || !x.chunk || x.chunk->last_sequence() < next) {
    hooks_.warn("bus cannot read the log: subscriber=" + s.spec.name + " sequence="
                + std::to_string(next) + " reason=" + (x.error.empty() ? "not found" : x.error));
    s.stalled = true;
    if (!tick_armed_) {
      tick_armed_ = true;
      hooks_.tick_later();
    }
    return;
  }
  if (x.chunk->first_sequence() > next) {
    if (!s.live()) {
      s.gap = true;
      hooks_.warn("bus skips events that retention removed: subscriber=" + s.spec.name + " from="
                  + std::to_string(next) + " to=" + std::to_string(x.chunk->first_sequence() - 1));
    }
    s.position = std::min(x.chunk->first_sequence() - 1, limit(s));
  }
  set_piece(s, {x.chunk, rematch(s, *x.chunk, s.position)});
  pump(s);
}

std::vector<std::uint32_t> dispatcher::rematch(subscription& s, const chunk& events,
                                               sequence_number behind) const {
  std::vector<std::uint32_t> result;
  const auto& refs = events.events();
  auto former = s.former.begin();
  for (std::uint32_t i = 0; i < refs.size(); ++i) {
    const auto& ref = refs[i];
    if (ref.sequence <= behind)
      continue;
    while (former != s.former.end() && former->until < ref.sequence)
      ++former;
    const bool old = former != s.former.end();
    if (ref.bus != (old ? former->bus : s.bus))
      continue;
    if ((old ? *former->pattern : *s.pattern).matches(events.envelope(ref)))
      result.push_back(i);
  }
  return result;
}

void dispatcher::set_piece(subscription& s, read_piece piece) {
  drop_piece(s);
  s.piece = std::move(piece);
  pieces_bytes_ += s.piece.chunk->size_bytes();
}

void dispatcher::drop_piece(subscription& s) {
  if (s.piece.chunk)
    pieces_bytes_ -= s.piece.chunk->size_bytes();
  s.piece = {};
}

} // namespace baseplate::bus
