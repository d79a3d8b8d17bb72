// What the bus knows of one subscriber: where it reads, what it may still get, what it has had. A
// position, not a queue. Pure data with the few questions about it; the rules are in
// dispatcher.hpp.
#pragma once

#include "actors/bus/logic/event_matcher.hpp"
#include "messages/journal.hpp"
#include "messages/subscriber.hpp"

#include <memory>
#include <string>
#include <vector>

namespace baseplate::bus {

/// Events read for one subscriber alone: read back from the log, or rematched from the ring.
struct read_piece {
  chunk_ptr chunk;
  std::vector<std::uint32_t> events;
};

/// The bus and pattern of a subscriber as they were for events up to `until`.
struct former_filter {
  sequence_number until = 0;
  bus_id bus = 0;
  std::shared_ptr<compiled_pattern> pattern;
};

/// A place in the log up to which the matcher's count for a subscriber is known.
struct count_mark {
  sequence_number sequence = 0;
  std::uint64_t matched = 0;
};

struct subscription {
  subscriber_id id = 0;
  subscriber_spec spec;

  // -- filter
  bus_id bus = 0;
  std::shared_ptr<compiled_pattern> pattern;
  /// Ascending by `until`.
  std::vector<former_filter> former;
  /// Match lists of ring chunks name this subscriber only in chunks above this.
  sequence_number listed_behind = 0;

  // -- connection
  bool connected = false;
  bool durable_only = false;
  /// Highest seen in any message; lower ones are ignored.
  std::uint64_t epoch = 0;
  std::uint32_t credit = 0;
  /// Scanned up to here.
  sequence_number position = 0;
  /// `to` of the last portion.
  sequence_number told = 0;
  bool told_caught_up = false;

  // -- reading back
  /// Of the read on its way; 0: none.
  std::uint64_t request = 0;
  /// The last read failed; tick() asks again.
  bool stalled = false;
  std::uint32_t read_bytes = 0;
  read_piece piece;

  // -- accounting
  /// By the matcher, since declared; absolute.
  std::uint64_t matched = 0;
  /// Matching events that lie behind `position` (handed out, expired, or finished by an earlier
  /// incarnation); absolute.
  std::uint64_t passed = 0;
  /// Of those, handed out or told as expired and not yet reported finished.
  std::uint64_t open = 0;
  /// As told by the subscriber.
  subscriber_counters counters;
  sequence_number cursor = 0;
  /// Retention took events that were not yet read, and how many of them matched is not known yet.
  bool gap = false;
  /// Found expired and not told yet; counted in `passed` and `open`.
  std::uint64_t expired_due = 0;
  std::vector<count_mark> marks;
  /// The running recount takes events behind this for it.
  sequence_number count_behind = 0;
  /// `matched` began from what was finished, without what was open: the next subscribe adds that.
  bool add_open = false;

  bool live() const { return id >= live_subscriber_min; }

  std::uint64_t finished() const {
    return counters.delivered + counters.dead_lettered + counters.expired;
  }
};

} // namespace baseplate::bus
