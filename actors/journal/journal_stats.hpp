// What the journal counts, for metrics. Written by its threads, read by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

namespace baseplate::journal {

struct journal_stats {
  using number = std::atomic<std::uint64_t>;

  // Since start.
  number appended_records{0};
  number appended_events{0};
  number appended_bytes{0};
  number syncs{0};
  /// Microseconds spent in write and sync together, group commits' sum.
  number sync_us_sum{0};
  /// Requests in all group commits; by `syncs` it is the mean.
  number batch_requests_sum{0};
  number publishes_refused{0};
  number commits_refused{0};
  number checkpoints{0};
  number checkpoint_failures{0};
  number checkpoint_us_sum{0};
  number segments_unlinked{0};
  number events_evacuated{0};
  number readbacks{0};
  number readback_bytes{0};

  // As of now.
  number mailbox_bytes{0};
  /// Appended and not applied yet.
  number backlog_bytes{0};
  number segments{0};
  number log_bytes{0};
  number oldest_sequence{1};
  number head_sequence{0};
  number durable_lsn{0};
  number applied_lsn{0};
  number checkpointed_lsn{0};
  number dirty_rows{0};
  number dirty_bytes{0};
  /// 1 while the disk is full; 2 after a failure.
  number storage_state{0};

  /// What went wrong last; empty: nothing yet.
  std::string last_error() const {
    std::lock_guard guard{mutex_};
    return last_error_;
  }

  void set_last_error(std::string text) {
    std::lock_guard guard{mutex_};
    last_error_ = std::move(text);
  }

 private:
  mutable std::mutex mutex_;
  std::string last_error_;
};

} // namespace baseplate::journal
