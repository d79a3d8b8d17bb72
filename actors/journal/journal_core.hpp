// The journal without threads and without actors: a log on a device, a state in a store, and the
// rules between them. A driver stages requests, then calls append(), then sync(), then answers; and
// hands the batch to apply(). Append and sync are two steps so that a simulation can put a crash
// between them. Invariants: docs/ARCHITECTURE.md; here: a commit is staged only if epoch and cursor
// are those of the last staged
//             or appended record of its subscriber; applied LSN <= durable LSN; a checkpoint is one
//             atomic ingest
// Threads:    one for each of: staging, append and sync / apply / checkpoint and reclaim. Reads
// from any.
#pragma once

#include "actors/journal/journal_open_error.hpp"
#include "actors/journal/journal_options.hpp"
#include "actors/journal/journal_stats.hpp"
#include "actors/journal/log_reader.hpp"
#include "actors/journal/log_writer.hpp"
#include "actors/journal/logic/catalog.hpp"
#include "actors/journal/state_image.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace baseplate::journal {

/// What became of a request that was to be staged.
struct stage_result {
  journal_error error = journal_error::none;
  /// With an error: why, for people.
  std::string reason;
  /// False: nothing had to be written.
  bool written = false;
  log_number lsn = 0;
  /// Events of the request; last = first - 1 when it has none.
  sequence_number first = 0;
  sequence_number last = 0;
  /// Of a declaration.
  std::uint32_t id = 0;
};

struct recovery_report {
  std::uint64_t segments = 0;
  std::uint64_t records_checked = 0;
  std::uint64_t records_applied = 0;
  std::uint64_t bytes_checked = 0;
  /// A torn tail that was cut off: never acknowledged.
  std::uint64_t truncated_bytes = 0;
  std::string truncated_segment;
  std::uint64_t truncated_offset = 0;
  log_number last_lsn = 0;
  sequence_number head = 0;
};

class journal_core {
 public:
  journal_core(const journal_options& options, std::unique_ptr<log_device> device,
               std::unique_ptr<state_store> store, wall_clock clock,
               std::shared_ptr<journal_stats> stats);

  /// Recovers. Must come first and once.
  /// @throws journal_open_error when the log is damaged or does not fit the store; nothing was
  /// changed then
  recovery_report open();

  const journal_options& options() const { return options_; }

  // -- staging: the writer's thread ---------------------------------------------------

  stage_result stage_publish(const event_batch& batch);
  stage_result stage_commit(const commit& x);
  stage_result stage_acknowledge(const acknowledge& x);
  /// `lsn` is the epoch.
  stage_result stage_open(const open_subscriber& x);
  /// Declarations and events do not share a batch: see has_events() and has_declarations().
  stage_result stage_bus(const bus_spec& spec);
  stage_result stage_subscriber(const subscriber_spec& spec);
  stage_result stage_tally(const match_tally& x);

  bool staged() const { return !writer_.empty(); }

  bool has_events() const { return !writer_.events().empty(); }

  std::size_t staged_bytes() const { return writer_.staged_bytes(); }

  void reserve(std::size_t bytes) { writer_.reserve(bytes); }

  /// Writes what is staged. On an error all of it is undone: log, fences, catalog; with failed()
  /// for good.
  device_result append(appended_batch& out);

  /// Makes it durable. An error is final: failed().
  device_result sync();

  /// Nothing can be written any more.
  bool failed() const { return writer_.broken(); }

  // -- what the writer knows: as of the last appended record ----------------------------

  /// Last durable sequence.
  sequence_number head() const { return table_.durable(); }

  log_number durable_lsn() const { return writer_.synced_lsn(); }

  bus_attached attached() const;

  const catalog& ledger() const { return ledger_; }

  // -- applying: the applier's thread ----------------------------------------------------

  /// @pre the batch is durable; batches come in order
  void apply(const appended_batch& batch);

  log_number applied_lsn() const { return applied_lsn_.load(std::memory_order_acquire); }

  /// Bytes appended and not applied.
  std::uint64_t backlog_bytes() const;

  // -- checkpoints: the checkpoint thread ------------------------------------------------

  /// There is something that a checkpoint would keep.
  bool checkpoint_useful() const { return image_.dirty() || image_.frozen(); }

  /// Log bytes, rows or their memory reached their limit; not while the one before is unfinished.
  bool checkpoint_due() const;

  /// The limits are reached and the checkpoint before is still unfinished: applying should wait.
  bool must_wait_for_checkpoint() const { return limits_reached() && image_.frozen(); }

  /// Makes one, or finishes the one that failed; then unlinks what nobody needs.
  store_result checkpoint();

  /// Unlinks segments that nothing needs any more. Evacuates exceptions first.
  store_result reclaim();

  // -- reading: any thread ------------------------------------------------------------------

  /// @pre applied_lsn() >= the LSN of the open
  subscriber_opened opened(subscriber_id id, std::uint64_t epoch, std::string& error) const;
  /// As of the last applied record; 0: unknown or never opened.
  std::uint64_t epoch_of(subscriber_id id) const;
  states_loaded load(const load_states& x, std::string& error) const;
  log_read read(const read_log& x) const;
  events_read read(const read_events& x, std::string& error) const;
  time_found find(const find_time& x, std::string& error) const;
  dead_letters_listed list(const list_dead_letters& x, std::string& error) const;

 private:
  friend class recovery;

  struct undo {
    enum class kind : std::uint8_t {
      fence,
      accepted,
      new_bus,
      new_subscriber,
      bus,
      subscriber
    } what;
    std::uint32_t id = 0;
    fence_state fence;
    subscriber_counters counters;
    std::uint64_t accepted = 0;
    std::variant<std::monostate, bus_spec, subscriber_spec> spec;
  };

  stage_result refuse(journal_error error, std::string reason) const;
  std::string check_batch(const event_batch& batch) const;
  void write_events(const event_batch& batch);
  void remember_fence(subscriber_id id, const subscriber_row& row);
  std::optional<stage_result> refuse_claim(subscriber_id id, const fence_claim& claim) const;
  sequence_number first_cursor(const subscriber_spec& spec, std::string& error) const;
  bool limits_reached() const;
  void publish_table_stats();

  journal_options options_;
  std::unique_ptr<log_device> device_;
  std::unique_ptr<state_store> store_;
  wall_clock clock_;
  std::shared_ptr<journal_stats> stats_;
  segment_table table_;
  log_writer writer_;
  log_reader reader_;
  state_image image_;

  // The writer's.
  catalog ledger_;
  match_tally tally_;
  std::vector<undo> undo_;
  std::uint64_t staged_records_ = 0;
  std::uint64_t staged_events_ = 0;

  // Between threads.
  std::atomic<log_number> applied_lsn_{0};
  std::atomic<std::uint64_t> appended_bytes_{0};
  std::atomic<std::uint64_t> applied_bytes_{0};
  std::atomic<std::uint64_t> frozen_at_bytes_{0};
};

} // namespace baseplate::journal
