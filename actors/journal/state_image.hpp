// The state that the log adds up to, as of the last applied record: an overlay of what changed
// since the last checkpoint over a state store. Reads look in the overlay, the frozen overlay, the
// store. Invariants: what is applied is durable in the log; a checkpoint holds rows and applied_lsn
// in one ingest Threads:    safe. apply() from one thread; freeze(), write_frozen() and evacuate()
// from one other; reads from any
#pragma once

#include "actors/journal/logic/catalog.hpp"
#include "actors/journal/logic/overlay.hpp"
#include "actors/journal/logic/state_keys.hpp"
#include "actors/journal/state_store.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace baseplate::journal {

/// An event copied out of a segment before it is unlinked.
struct evacuated_event {
  subscriber_id subscriber = 0;
  sequence_number sequence = 0;
  bus_id bus = 0;
  unix_ms ingested_at_ms = 0;
  std::string envelope;
};

class state_image {
 public:
  explicit state_image(const state_store& store);

  /// Reads what the store holds. An error is text: the store is unreadable or not ours.
  std::string load();

  // -- applying --------------------------------------------------------------------

  /// Folds records back to back, checked before, of the segment that begins with `segment`.
  /// False: one of them cannot be read; nothing behind it was applied.
  bool apply(std::string_view records, log_number segment);
  bool apply(const record_view& record, log_number segment);

  /// After recovery: rows of evacuated events that nobody waits for are dropped.
  void drop_stale_evacuated();

  // -- reading ---------------------------------------------------------------------

  meta_row applied() const;

  /// A copy of all rows; for starting the writer.
  catalog rows() const;
  match_tally tally() const;

  /// Nothing: unknown.
  std::optional<subscriber_row> subscriber(subscriber_id id) const;

  std::string load_states(subscriber_id id, const std::vector<std::string>& wanted,
                          std::vector<loaded_state>& out) const;
  std::string timers(subscriber_id id, std::vector<timer_row>& out) const;
  std::string dead_letters(subscriber_id id, sequence_number after, std::size_t count_max,
                           std::vector<dead_letter>& out) const;

  /// Nothing: it was not evacuated.
  std::string evacuated(subscriber_id id, sequence_number sequence,
                        std::optional<evacuated_event>& out) const;

  // -- checkpoints -------------------------------------------------------------------

  /// Rows and bytes that wait for a checkpoint, frozen ones aside.
  std::size_t dirty_rows() const;
  std::size_t dirty_bytes() const;

  /// Something was applied since the last freeze.
  bool dirty() const;

  /// A frozen overlay waits to be written.
  bool frozen() const;

  /// Makes the overlay the frozen one and starts a new one. @pre !frozen()
  void freeze();

  /// Writes the frozen overlay into `store` and drops it; on an error it stays, to be written
  /// again.
  store_result write_frozen(state_store& store);

  /// As of the last written checkpoint.
  meta_row checkpointed() const;

  // -- retention ---------------------------------------------------------------------

  /// Facts of the segment; nothing when no record of it was applied.
  std::optional<segment_facts> facts(log_number first_lsn) const;
  void forget_segments(const std::vector<log_number>& first_lsns);

  /// Forgets facts of segments before this one: they were unlinked, and a crash came before the
  /// next checkpoint.
  void keep_only_segments_from(log_number first_lsn);

  /// Open exceptions up to `last` that are not evacuated yet.
  std::vector<std::pair<subscriber_id, sequence_number>>
  exceptions_up_to(sequence_number last) const;

  /// Keeps the events in the store, durably on return.
  store_result evacuate(state_store& store, std::vector<evacuated_event> events);

 private:
  struct layer {
    overlay states;
    overlay rows;
    meta_row meta;
  };

  using layer_ptr = std::shared_ptr<const layer>;

  bool apply_locked(const record_view& record, log_number segment);
  bool apply_commit(const record_view& record, std::string_view body);
  /// The states of commit_.
  void apply_states(subscriber_id id);
  bool apply_acknowledge(const record_view& record, std::string_view body);
  bool apply_control(std::string_view body);
  void keep_letters(subscriber_id id, const std::vector<dead_letter_view>& letters);
  void drop_evacuated(subscriber_id id, subscriber_row& row);

  /// Visits the live rows under the prefix that are not below `from`, in order of key.
  std::string visit(std::string_view prefix, std::string_view from,
                    const std::function<bool(std::string_view, std::string_view)>& visitor) const;

  const state_store& store_;
  mutable std::mutex mutex_;
  layer active_;
  layer_ptr frozen_;
  catalog catalog_;
  match_tally tally_;
  bool tally_dirty_ = false;
  meta_row applied_;
  meta_row checkpointed_;
  std::map<log_number, segment_facts> segments_;
  std::set<log_number> dirty_segments_;
  std::map<subscriber_id, std::set<sequence_number>> evacuated_;
  // Kept for their memory.
  commit_view commit_;
  acknowledge_view acknowledge_;
  std::vector<event_ref> events_;
  std::string key_;
  std::string state_keys_;
  std::vector<std::uint64_t> state_hashes_;
};

} // namespace baseplate::journal
