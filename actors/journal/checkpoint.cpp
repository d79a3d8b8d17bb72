// Checkpoints and what they allow: unlinking segments, and copying out of them what is still open.
#include "actors/journal/journal_core.hpp"

#include <chrono>
#include <limits>

namespace baseplate::journal {

bool journal_core::limits_reached() const {
  auto log_bytes = applied_bytes_.load(std::memory_order_relaxed)
                   - frozen_at_bytes_.load(std::memory_order_relaxed);
  return log_bytes >= options_.checkpoint_log_bytes
         || image_.dirty_rows() >= options_.checkpoint_rows
         || image_.dirty_bytes() >= options_.checkpoint_row_bytes;
}

bool journal_core::checkpoint_due() const {
  return limits_reached() && !image_.frozen();
}

store_result journal_core::checkpoint() {
  auto start = std::chrono::steady_clock::now();
  if (!image_.frozen()) {
    // Before the freeze: what is applied meanwhile counts for the next one.
    frozen_at_bytes_ = applied_bytes_.load();
    image_.freeze();
  }
  auto result = image_.write_frozen(*store_);
  if (!result.ok()) {
    ++stats_->checkpoint_failures;
    stats_->set_last_error("checkpoint failed: " + result.error);
    return result;
  }
  auto spent = std::chrono::steady_clock::now() - start;
  ++stats_->checkpoints;
  stats_->checkpoint_us_sum += static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
  stats_->checkpointed_lsn = image_.checkpointed().applied_lsn;
  return reclaim();
}

store_result journal_core::reclaim() {
  retention_input in;
  auto segments = table_.segments();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto facts = image_.facts(segments[i].name.first_lsn).value_or(segment_facts{});
    // Of a segment without records, or whose records are not applied yet, the next one's name tells
    // all there is.
    if (facts.last_lsn == 0 && i + 1 < segments.size()) {
      facts.last_lsn = segments[i + 1].name.first_lsn - 1;
      facts.last_sequence = segments[i + 1].name.first_sequence - 1;
    }
    in.segments.push_back(std::move(facts));
  }
  in.checkpointed_lsn = image_.checkpointed().applied_lsn;
  in.hold = std::numeric_limits<sequence_number>::max();
  in.now_ms = clock_();
  auto rows = image_.rows();
  for (const auto& row : rows.subscribers())
    if (row.spec.lag == lag_policy::hold)
      in.hold = std::min(in.hold, row.fence.cursor);
  bus_id id = 0;
  for (const auto& row : rows.buses())
    in.buses[++id] = {row.spec.retention_age_s, row.spec.retention_bytes};
  auto count = count_removable(in);
  publish_table_stats();
  if (count == 0)
    return {};

  // One segment at a time: a full store then costs one segment's delay, and memory is bounded by
  // one.
  for (std::size_t i = 0; i < count; ++i) {
    const auto& oldest = segments[i].name;
    std::vector<evacuated_event> events;
    for (auto [subscriber, sequence] : image_.exceptions_up_to(in.segments[i].last_sequence)) {
      std::string bytes;
      std::vector<event_ref> found;
      std::vector<sequence_number> missing;
      if (auto error = reader_.read_events({sequence}, bytes, found, missing); !error.empty()) {
        stats_->set_last_error(error);
        return {error, false};
      }
      for (const auto& event : found)
        events.push_back({subscriber, sequence, event.bus, event.ingested_at_ms, std::move(bytes)});
    }
    if (!events.empty()) {
      auto evacuated = events.size();
      if (auto result = image_.evacuate(*store_, std::move(events)); !result.ok()) {
        stats_->set_last_error("evacuation failed: " + result.error);
        return result;
      }
      stats_->events_evacuated += evacuated;
    }
    table_.remove_oldest(1);
    auto result = device_->unlink(oldest);
    image_.forget_segments({oldest.first_lsn});
    ++stats_->segments_unlinked;
    publish_table_stats();
    if (!result.ok()) {
      stats_->set_last_error(result.reason);
      return {result.reason, result.error == device_error::full};
    }
  }
  return {};
}

void journal_core::publish_table_stats() {
  auto segments = table_.segments();
  std::uint64_t bytes = 0;
  for (const auto& segment : segments)
    bytes += segment.bytes;
  stats_->segments = segments.size();
  stats_->log_bytes = bytes;
  stats_->oldest_sequence = table_.oldest();
  stats_->dirty_rows = image_.dirty_rows();
  stats_->dirty_bytes = image_.dirty_bytes();
}

} // namespace baseplate::journal
