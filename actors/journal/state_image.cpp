#include "actors/journal/state_image.hpp"

#include "messages/assert.hpp"

#include <algorithm>

namespace baseplate::journal {

state_image::state_image(const state_store& store) : store_(store) {}

// -- applying ---------------------------------------------------------------------

bool state_image::apply(std::string_view records, log_number segment) {
  std::lock_guard guard{mutex_};
  record_view record;
  while (!records.empty()) {
    if (decode_checked_record(records, record) != record_status::good
        || !apply_locked(record, segment))
      return false;
    records.remove_prefix(record.length);
  }
  return true;
}

bool state_image::apply(const record_view& record, log_number segment) {
  std::lock_guard guard{mutex_};
  return apply_locked(record, segment);
}

bool state_image::apply_locked(const record_view& record, log_number segment) {
  const auto& header = record.header;
  std::string_view body;
  events_.clear();
  if (!index_events(record, 0, events_, body))
    return false;
  auto& facts = segments_[segment];
  facts.last_lsn = header.lsn;
  facts.last_sequence = header.first_sequence + header.events - 1;
  facts.newest_ms = std::max(facts.newest_ms, header.at_ms);
  dirty_segments_.insert(segment);
  bus_share* share = nullptr;
  bus_row* row = nullptr;
  bus_id last_bus = 0;
  for (const auto& event : events_) {
    if (share == nullptr || event.bus != last_bus) {
      last_bus = event.bus;
      share = &facts.buses[event.bus];
      row = catalog_.bus(event.bus);
    }
    ++share->events;
    share->bytes += event.length;
    if (row != nullptr) {
      ++row->accepted;
      row->dirty = true;
    }
  }
  auto good = true;
  switch (header.kind) {
  case record_kind::events:
    good = body.empty();
    break;
  case record_kind::commit:
    good = apply_commit(record, body);
    break;
  case record_kind::acknowledge:
    good = apply_acknowledge(record, body);
    break;
  case record_kind::open:
    if (auto* subscriber = catalog_.subscriber(header.owner);
        subscriber != nullptr && body.empty()) {
      subscriber->fence.epoch = header.lsn;
      subscriber->dirty = true;
    } else {
      good = false;
    }
    break;
  case record_kind::control:
    good = apply_control(body);
    break;
  case record_kind::tally:
    good = decode_tally(body, tally_);
    tally_dirty_ = true;
    break;
  }
  if (good)
    applied_ = {header.lsn, header.first_sequence + header.events - 1};
  return good;
}

bool state_image::apply_commit(const record_view& record, std::string_view body) {
  auto id = record.header.owner;
  auto* row = catalog_.subscriber(id);
  if (row == nullptr || !decode_commit_body(body, commit_))
    return false;
  row->fence = {commit_.epoch, commit_.cursor};
  row->watermark_ms = commit_.watermark_ms;
  row->counters = commit_.counters;
  row->dirty = true;
  apply_states(id);
  for (const auto& timer : commit_.timers) {
    keys::timer(key_, id, timer);
    if (timer.cleared)
      active_.rows.erase(key_);
    else
      active_.rows.put(key_, {});
  }
  keep_letters(id, commit_.dead_letters);
  return true;
}

void state_image::apply_states(subscriber_id id) {
  // Two misses of the cache per change, one behind the other: fetched some changes ahead they
  // overlap.
  constexpr std::size_t table_ahead = 16;
  constexpr std::size_t row_ahead = 8;
  const auto& states = commit_.states;
  state_hashes_.clear();
  state_keys_.clear();
  for (const auto& state : states) {
    auto start = state_keys_.size();
    keys::append_state(state_keys_, id, state.key);
    state_hashes_.push_back(overlay::hash_of(std::string_view{state_keys_}.substr(start)));
  }
  std::size_t start = 0;
  for (std::size_t i = 0; i < std::min(table_ahead, states.size()); ++i)
    active_.states.prefetch(state_hashes_[i]);
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (i + table_ahead < states.size())
      active_.states.prefetch(state_hashes_[i + table_ahead]);
    if (i + row_ahead < states.size())
      active_.states.prefetch_row(state_hashes_[i + row_ahead]);
    auto size = keys::state_prefix_bytes + states[i].key.size();
    active_.states.change(std::string_view{state_keys_}.substr(start, size), state_hashes_[i],
                          states[i].value);
    start += size;
  }
}

bool state_image::apply_acknowledge(const record_view& record, std::string_view body) {
  auto id = record.header.owner;
  auto* row = catalog_.subscriber(id);
  if (row == nullptr || !decode_acknowledge_body(body, acknowledge_))
    return false;
  row->fence = {acknowledge_.epoch, acknowledge_.seen};
  row->counters = acknowledge_.counters;
  row->exceptions = acknowledge_.exceptions;
  std::sort(row->exceptions.begin(), row->exceptions.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  row->dirty = true;
  keep_letters(id, acknowledge_.dead_letters);
  drop_evacuated(id, *row);
  return true;
}

bool state_image::apply_control(std::string_view body) {
  control_view control;
  if (!decode_control_body(body, control))
    return false;
  if (control.bus)
    return catalog_.put_bus(control.bus->id, std::move(control.bus->spec));
  return catalog_.put_subscriber(control.subscriber->id, std::move(control.subscriber->spec),
                                 control.subscriber->cursor);
}

void state_image::keep_letters(subscriber_id id, const std::vector<dead_letter_view>& letters) {
  for (const auto& letter : letters) {
    std::string value;
    append_dead_letter(value, letter);
    active_.rows.put(keys::sequenced(keys::letter_kind, id, letter.sequence), value);
  }
}

void state_image::drop_evacuated(subscriber_id id, subscriber_row& row) {
  auto i = evacuated_.find(id);
  if (i == evacuated_.end())
    return;
  auto open = row.exceptions.begin();
  for (auto sequence = i->second.begin(); sequence != i->second.end();) {
    while (open != row.exceptions.end() && open->sequence < *sequence)
      ++open;
    if (open != row.exceptions.end() && open->sequence == *sequence) {
      ++sequence;
      continue;
    }
    active_.rows.erase(keys::sequenced(keys::evacuated_kind, id, *sequence));
    sequence = i->second.erase(sequence);
  }
  if (i->second.empty())
    evacuated_.erase(i);
}

void state_image::drop_stale_evacuated() {
  std::lock_guard guard{mutex_};
  std::vector<subscriber_id> ids;
  for (const auto& [id, sequences] : evacuated_)
    ids.push_back(id);
  for (auto id : ids)
    if (auto* row = catalog_.subscriber(id))
      drop_evacuated(id, *row);
}

// -- checkpoints --------------------------------------------------------------------

std::size_t state_image::dirty_rows() const {
  std::lock_guard guard{mutex_};
  return active_.states.size() + active_.rows.size();
}

std::size_t state_image::dirty_bytes() const {
  std::lock_guard guard{mutex_};
  return active_.states.bytes() + active_.rows.bytes();
}

bool state_image::dirty() const {
  std::lock_guard guard{mutex_};
  return applied_.applied_lsn != (frozen_ ? frozen_->meta : checkpointed_).applied_lsn
         || active_.rows.size() > 0;
}

bool state_image::frozen() const {
  std::lock_guard guard{mutex_};
  return frozen_ != nullptr;
}

void state_image::freeze() {
  std::lock_guard guard{mutex_};
  BASEPLATE_ASSERT(frozen_ == nullptr);
  std::string value;
  auto put = [&](std::string_view key) {
    active_.rows.put(key, value);
    value.clear();
  };
  for (bus_id id = 1; id < catalog_.next_bus(); ++id)
    if (auto* row = catalog_.bus(id); row->dirty) {
      append_bus_row(value, *row);
      put(keys::numbered(keys::bus_kind, id));
      row->dirty = false;
    }
  for (subscriber_id id = 1; id < catalog_.next_subscriber(); ++id)
    if (auto* row = catalog_.subscriber(id); row->dirty) {
      append_subscriber_row(value, *row);
      put(keys::numbered(keys::subscriber_kind, id));
      row->dirty = false;
    }
  if (tally_dirty_) {
    append_tally(value, tally_);
    put(keys::tally());
    tally_dirty_ = false;
  }
  for (auto segment : dirty_segments_)
    if (auto i = segments_.find(segment); i != segments_.end()) {
      append_segment_facts(value, i->second);
      put(keys::segment(segment));
    }
  dirty_segments_.clear();
  append_meta(value, applied_);
  put(keys::meta());
  active_.meta = applied_;
  frozen_ = std::make_shared<const layer>(std::move(active_));
  active_ = {};
}

store_result state_image::write_frozen(state_store& store) {
  layer_ptr layer;
  {
    std::lock_guard guard{mutex_};
    layer = frozen_;
  }
  if (!layer)
    return {};
  auto states = layer->states.sorted();
  auto rows = layer->rows.sorted();
  std::size_t i = 0;
  std::size_t k = 0;
  auto result = store.ingest([&](row_view& out) {
    if (i < states.size() && (k == rows.size() || states[i].key < rows[k].key)) {
      out = states[i++];
      return true;
    }
    if (k == rows.size())
      return false;
    out = rows[k++];
    return true;
  });
  if (!result.ok())
    return result;
  std::lock_guard guard{mutex_};
  checkpointed_ = layer->meta;
  frozen_ = nullptr;
  return result;
}

meta_row state_image::checkpointed() const {
  std::lock_guard guard{mutex_};
  return checkpointed_;
}

// -- retention ----------------------------------------------------------------------

std::optional<segment_facts> state_image::facts(log_number first_lsn) const {
  std::lock_guard guard{mutex_};
  auto i = segments_.find(first_lsn);
  if (i == segments_.end())
    return std::nullopt;
  return i->second;
}

void state_image::forget_segments(const std::vector<log_number>& first_lsns) {
  std::lock_guard guard{mutex_};
  for (auto segment : first_lsns) {
    segments_.erase(segment);
    dirty_segments_.erase(segment);
    active_.rows.erase(keys::segment(segment));
  }
}

void state_image::keep_only_segments_from(log_number first_lsn) {
  std::vector<log_number> gone;
  {
    std::lock_guard guard{mutex_};
    for (const auto& [segment, facts] : segments_)
      if (segment < first_lsn)
        gone.push_back(segment);
  }
  forget_segments(gone);
}

std::vector<std::pair<subscriber_id, sequence_number>>
state_image::exceptions_up_to(sequence_number last) const {
  std::lock_guard guard{mutex_};
  std::vector<std::pair<subscriber_id, sequence_number>> result;
  subscriber_id id = 0;
  for (const auto& row : catalog_.subscribers()) {
    ++id;
    auto known = evacuated_.find(id);
    for (const auto& exception : row.exceptions) {
      if (exception.sequence > last)
        break;
      if (known == evacuated_.end() || !known->second.contains(exception.sequence))
        result.emplace_back(id, exception.sequence);
    }
  }
  return result;
}

store_result state_image::evacuate(state_store& store, std::vector<evacuated_event> events) {
  std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
    return std::tie(a.subscriber, a.sequence) < std::tie(b.subscriber, b.sequence);
  });
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& event : events) {
    std::string value;
    append_evacuated(value, event.bus, event.ingested_at_ms, event.envelope);
    rows.emplace_back(keys::sequenced(keys::evacuated_kind, event.subscriber, event.sequence),
                      std::move(value));
  }
  std::size_t i = 0;
  auto result = store.ingest([&](row_view& out) {
    if (i == rows.size())
      return false;
    out = {rows[i].first, rows[i].second};
    ++i;
    return true;
  });
  if (!result.ok())
    return result;
  std::lock_guard guard{mutex_};
  for (const auto& event : events)
    evacuated_[event.subscriber].insert(event.sequence);
  // Acknowledgements may have come while the rows were written.
  for (const auto& event : events)
    if (auto* row = catalog_.subscriber(event.subscriber))
      drop_evacuated(event.subscriber, *row);
  return result;
}

} // namespace baseplate::journal
