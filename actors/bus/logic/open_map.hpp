// The events of a target that are not finished: in flight, waiting for a retry, or waiting behind
// an earlier one of their ordering key. What is in it is exactly what an acknowledgement lists as
// exceptions. Pure: no actor, no clock. Invariants: of one key at most one is in flight, and always
// the earliest; an entry that is ready is taken in order of due time, then of sequence; seen()
// never goes back. Cost: logarithmic in what is open. Threads: one at a time.
#pragma once

#include "messages/chunk.hpp"
#include "messages/journal.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace baseplate::bus {

struct open_event {
  sequence_number sequence = 0;
  unix_ms ingested_at_ms = 0;
  /// Empty: no order.
  std::string key;
  chunk_ptr chunk;
  /// Index into chunk->events().
  std::uint32_t event = 0;
  std::uint32_t attempts = 0;
  /// When the next attempt is due; of one in flight: when its answer is overdue.
  unix_ms due_ms = 0;
  bool in_flight = false;
};

class open_map {
 public:
  /// Everything up to here was dispatched before.
  void start(sequence_number seen) { seen_ = seen; }

  /// Events up to `seen` were dispatched or did not match.
  void raise_seen(sequence_number seen) { seen_ = std::max(seen_, seen); }

  sequence_number seen() const { return seen_; }

  /// @pre its sequence is not open; those of one key come in order.
  void add(open_event event);

  /// The next event whose attempt is due at `now_ms`: now in flight, with one attempt more, its
  /// answer overdue at `answer_by_ms`. Null: none is due. Valid until the next call.
  const open_event* take_due(unix_ms now_ms, unix_ms answer_by_ms);

  /// The event if it is in flight, else null.
  const open_event* in_flight(sequence_number sequence) const;

  /// It will not be attempted again: delivered, or dead. Its key's next one may go. @pre it is
  /// open.
  void finish(sequence_number sequence);

  /// It is tried again at `due_ms`. @pre it is in flight.
  void retry(sequence_number sequence, unix_ms due_ms);

  /// In flight though their answers are overdue at `now_ms`.
  std::vector<sequence_number> overdue(unix_ms now_ms) const;

  /// When take_due() or overdue() next give something; nullopt: not by time alone.
  std::optional<unix_ms> next_time() const;
  /// The part of it that is about answers.
  std::optional<unix_ms> next_answer_time() const;

  /// All that is open, in order of sequence.
  std::vector<open_exception> exceptions() const;

  std::size_t size() const { return events_.size(); }

  std::size_t flying() const { return answers_.size(); }

 private:
  using time_index = std::set<std::pair<unix_ms, sequence_number>>;

  bool leads_its_key(const open_event& event) const;

  sequence_number seen_ = 0;
  std::map<sequence_number, open_event> events_;
  /// Open sequences of each key, ascending; only the first may be attempted.
  std::map<std::string, std::set<sequence_number>> keys_;
  /// Waiting events that may be attempted.
  time_index ready_;
  /// In flight.
  time_index answers_;
};

} // namespace baseplate::bus
