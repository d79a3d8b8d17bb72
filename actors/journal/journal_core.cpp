#include "actors/journal/journal_core.hpp"

#include "messages/assert.hpp"

#include <algorithm>
#include <numeric>

namespace baseplate::journal {

journal_core::journal_core(const journal_options& options, std::unique_ptr<log_device> device,
                           std::unique_ptr<state_store> store, wall_clock clock,
                           std::shared_ptr<journal_stats> stats)
    : options_(options), device_(std::move(device)), store_(std::move(store)),
      clock_(std::move(clock)), stats_(std::move(stats)),
      writer_(*device_, table_, options_.segment_bytes), reader_(*device_, table_),
      image_(*store_) {}

// -- staging ------------------------------------------------------------------------

stage_result journal_core::stage_publish(const event_batch& batch) {
  stage_result result;
  result.first = writer_.next_sequence();
  result.last = result.first + batch.events.size() - 1;
  if (batch.events.empty())
    return result;
  if (auto fault = check_batch(batch); !fault.empty())
    return refuse(journal_error::invalid_declaration, std::move(fault));
  auto bus = batch.events.front().bus;
  for (const auto& event : batch.events) {
    if (event.bus != bus)
      bus = 0;
    if (ledger_.bus(event.bus) == nullptr)
      return refuse(journal_error::unknown_name,
                    "no bus has the number " + std::to_string(event.bus));
  }
  writer_.begin(record_kind::events, bus, static_cast<std::uint32_t>(batch.events.size()),
                batch.ingested_at_ms);
  write_events(batch);
  writer_.note_received(batch.received_ns);
  result.lsn = writer_.finish();
  result.written = true;
  ++staged_records_;
  return result;
}

stage_result journal_core::stage_commit(const commit& x) {
  if (auto refused = refuse_claim(x.subscriber, {x.epoch, x.cursor_before, x.cursor}))
    return std::move(*refused);
  if (auto fault = check_batch(x.emitted); !fault.empty())
    return refuse(journal_error::invalid_declaration, std::move(fault));
  for (const auto& event : x.emitted.events)
    if (ledger_.bus(event.bus) == nullptr)
      return refuse(journal_error::unknown_name,
                    "no bus has the number " + std::to_string(event.bus));
  stage_result result;
  result.first = writer_.next_sequence();
  result.last = result.first + x.emitted.events.size() - 1;
  auto at_ms = x.emitted.events.empty() ? clock_() : x.emitted.ingested_at_ms;
  writer_.begin(record_kind::commit, x.subscriber,
                static_cast<std::uint32_t>(x.emitted.events.size()), at_ms);
  write_events(x.emitted);
  append_commit_body(writer_.buffer(), x);
  result.lsn = writer_.finish();
  result.written = true;
  ++staged_records_;
  auto* row = ledger_.subscriber(x.subscriber);
  remember_fence(x.subscriber, *row);
  row->fence.cursor = x.cursor;
  row->counters = x.counters;
  return result;
}

stage_result journal_core::stage_acknowledge(const acknowledge& x) {
  if (auto refused = refuse_claim(x.subscriber, {x.epoch, x.seen_before, x.seen}))
    return std::move(*refused);
  stage_result result;
  result.first = writer_.next_sequence();
  result.last = result.first - 1;
  writer_.begin(record_kind::acknowledge, x.subscriber, 0, clock_());
  append_acknowledge_body(writer_.buffer(), x);
  result.lsn = writer_.finish();
  result.written = true;
  ++staged_records_;
  auto* row = ledger_.subscriber(x.subscriber);
  remember_fence(x.subscriber, *row);
  row->fence.cursor = x.seen;
  row->counters = x.counters;
  return result;
}

stage_result journal_core::stage_open(const open_subscriber& x) {
  auto* row = ledger_.subscriber(x.subscriber);
  if (row == nullptr)
    return refuse(journal_error::unknown_name,
                  "no subscriber has the number " + std::to_string(x.subscriber));
  stage_result result;
  writer_.begin(record_kind::open, x.subscriber, 0, clock_());
  result.lsn = writer_.finish();
  result.written = true;
  result.id = x.subscriber;
  ++staged_records_;
  remember_fence(x.subscriber, *row);
  row->fence.epoch = result.lsn;
  return result;
}

stage_result journal_core::stage_bus(const bus_spec& spec) {
  if (auto fault = check_spec(spec); !fault.empty())
    return refuse(journal_error::invalid_declaration, std::move(fault));
  stage_result result;
  result.id = ledger_.find_bus(spec.name);
  auto* row = ledger_.bus(result.id);
  if (row != nullptr && same_spec(row->spec, spec))
    return result;
  if (row != nullptr) {
    undo_.push_back({undo::kind::bus, result.id, {}, {}, 0, row->spec});
  } else {
    result.id = ledger_.next_bus();
    undo_.push_back({undo::kind::new_bus, result.id, {}, {}, 0, {}});
  }
  writer_.begin(record_kind::control, 0, 0, clock_());
  append_bus_control(writer_.buffer(), {result.id, spec});
  result.lsn = writer_.finish();
  result.written = true;
  ++staged_records_;
  auto good = ledger_.put_bus(result.id, spec);
  BASEPLATE_ASSERT(good);
  return result;
}

stage_result journal_core::stage_subscriber(const subscriber_spec& spec) {
  if (auto fault = check_spec(spec); !fault.empty())
    return refuse(journal_error::invalid_declaration, std::move(fault));
  if (ledger_.find_bus(spec.bus) == 0)
    return refuse(journal_error::unknown_name, "no bus is named \"" + spec.bus + "\"");
  stage_result result;
  result.id = ledger_.find_subscriber(spec.name);
  auto* row = ledger_.subscriber(result.id);
  if (row != nullptr && same_spec(row->spec, spec))
    return result;
  sequence_number cursor = 0;
  if (row != nullptr) {
    if ((row->spec.target == target_kind::group) != (spec.target == target_kind::group))
      return refuse(journal_error::invalid_declaration,
                    "subscriber \"" + spec.name
                        + "\" cannot change between a group and a target: their cursors differ");
    cursor = row->fence.cursor;
    undo_.push_back({undo::kind::subscriber, result.id, {}, {}, 0, row->spec});
  } else {
    std::string error;
    cursor = first_cursor(spec, error);
    if (!error.empty())
      return refuse(journal_error::storage_failed, std::move(error));
    result.id = ledger_.next_subscriber();
    undo_.push_back({undo::kind::new_subscriber, result.id, {}, {}, 0, {}});
  }
  writer_.begin(record_kind::control, 0, 0, clock_());
  append_subscriber_control(writer_.buffer(), {result.id, cursor, spec});
  result.lsn = writer_.finish();
  result.written = true;
  ++staged_records_;
  auto good = ledger_.put_subscriber(result.id, spec, cursor);
  BASEPLATE_ASSERT(good);
  return result;
}

stage_result journal_core::stage_tally(const match_tally& x) {
  stage_result result;
  writer_.begin(record_kind::tally, 0, 0, clock_());
  append_tally(writer_.buffer(), x);
  result.lsn = writer_.finish();
  result.written = true;
  ++staged_records_;
  tally_ = x;
  return result;
}

stage_result journal_core::refuse(journal_error error, std::string reason) const {
  stage_result result;
  result.error = error;
  result.reason = std::move(reason);
  return result;
}

std::optional<stage_result> journal_core::refuse_claim(subscriber_id id,
                                                       const fence_claim& claim) const {
  const auto* row = ledger_.subscriber(id);
  auto error
      = check_fence(row == nullptr ? nullptr : &row->fence, claim, writer_.next_sequence() - 1);
  if (error == journal_error::none)
    return std::nullopt;
  return refuse(error, to_string(error));
}

std::string journal_core::check_batch(const event_batch& batch) const {
  auto bytes = std::accumulate(
      batch.events.begin(), batch.events.end(), std::uint64_t{0},
      [](std::uint64_t sum, const event_slice& slice) { return sum + slice.length; });
  if (bytes != batch.bytes.size())
    return "the events' lengths do not sum to the batch's bytes";
  if (bytes > options_.record_bytes_max)
    return "a request may hold at most " + std::to_string(options_.record_bytes_max) + " bytes";
  return {};
}

void journal_core::write_events(const event_batch& batch) {
  append_events(writer_.buffer(), batch, writer_.next_sequence(), writer_.events());
  staged_events_ += batch.events.size();
  bus_row* row = nullptr;
  bus_id last = 0;
  for (const auto& event : batch.events) {
    if (row == nullptr || event.bus != last) {
      last = event.bus;
      row = ledger_.bus(event.bus);
      undo_.push_back({undo::kind::accepted, event.bus, {}, {}, row->accepted, {}});
    }
    ++row->accepted;
  }
}

void journal_core::remember_fence(subscriber_id id, const subscriber_row& row) {
  undo_.push_back({undo::kind::fence, id, row.fence, row.counters, 0, {}});
}

sequence_number journal_core::first_cursor(const subscriber_spec& spec, std::string& error) const {
  switch (spec.start) {
  case start_position::oldest:
    return table_.oldest() - 1;
  case start_position::time:
    return reader_.find_time(spec.start_time_ms, error) - 1;
  case start_position::latest:
    break;
  }
  return writer_.next_sequence() - 1;
}

// -- append and sync ------------------------------------------------------------------

device_result journal_core::append(appended_batch& out) {
  auto result = writer_.append(clock_(), out);
  if (!result.ok()) {
    stats_->set_last_error(result.reason);
    for (auto i = undo_.rbegin(); i != undo_.rend(); ++i) {
      switch (i->what) {
      case undo::kind::fence: {
        auto* row = ledger_.subscriber(i->id);
        row->fence = i->fence;
        row->counters = i->counters;
        break;
      }
      case undo::kind::accepted:
        ledger_.bus(i->id)->accepted = i->accepted;
        break;
      case undo::kind::new_bus:
        ledger_.pop_bus();
        break;
      case undo::kind::new_subscriber:
        ledger_.pop_subscriber();
        break;
      case undo::kind::bus:
        ledger_.put_bus(i->id, std::get<bus_spec>(std::move(i->spec)));
        break;
      case undo::kind::subscriber:
        ledger_.put_subscriber(i->id, std::get<subscriber_spec>(std::move(i->spec)), 0);
        break;
      }
    }
  } else {
    appended_bytes_.fetch_add(out.chunk->size_bytes(), std::memory_order_relaxed);
    stats_->appended_records += staged_records_;
    stats_->appended_events += staged_events_;
    stats_->appended_bytes += out.chunk->size_bytes();
  }
  undo_.clear();
  staged_records_ = 0;
  staged_events_ = 0;
  return result;
}

device_result journal_core::sync() {
  auto result = writer_.sync();
  if (!result.ok()) {
    stats_->set_last_error(result.reason);
    return result;
  }
  ++stats_->syncs;
  stats_->head_sequence = table_.durable();
  stats_->durable_lsn = writer_.synced_lsn();
  return result;
}

bus_attached journal_core::attached() const {
  bus_attached result;
  result.head = table_.durable();
  result.oldest = table_.oldest();
  for (bus_id id = 1; id < ledger_.next_bus(); ++id)
    result.buses.push_back(ledger_.entry_of(id));
  for (subscriber_id id = 1; id < ledger_.next_subscriber(); ++id)
    result.subscribers.push_back(ledger_.entry_of_subscriber(id));
  result.tally = tally_;
  return result;
}

// -- applying -------------------------------------------------------------------------

void journal_core::apply(const appended_batch& batch) {
  auto good = image_.apply(batch.records(), batch.segment);
  BASEPLATE_ASSERT(good); // we wrote it ourselves
  applied_bytes_.fetch_add(batch.chunk->size_bytes(), std::memory_order_relaxed);
  applied_lsn_.store(batch.last_lsn, std::memory_order_release);
  stats_->applied_lsn = batch.last_lsn;
  stats_->backlog_bytes = backlog_bytes();
}

std::uint64_t journal_core::backlog_bytes() const {
  auto applied = applied_bytes_.load(std::memory_order_relaxed);
  auto appended = appended_bytes_.load(std::memory_order_relaxed);
  return appended > applied ? appended - applied : 0;
}

} // namespace baseplate::journal
