// Decides which segments may be unlinked. Pure: facts in, a number out.
// Rules, for segments from the oldest on, stopping at the first that must stay:
//   1. a finished checkpoint covers its last record;
//   2. no subscriber that holds the log still has to read from it (exceptions do not count: they
//   are evacuated);
//   3. every bus with events in it lets go of it: by age, or by bytes of that bus in newer
//   segments;
//      a bus without limits never lets go;
//   4. it is not the newest segment, which is being written.
#pragma once

#include "messages/identity.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace baseplate::journal {

/// What of a bus lies in a segment.
struct bus_share {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;
};

struct segment_facts {
  log_number last_lsn = 0;
  /// first - 1 when it holds no events.
  sequence_number last_sequence = 0;
  /// Time of its newest record.
  unix_ms newest_ms = 0;
  std::map<bus_id, bus_share> buses;
};

struct bus_limits {
  /// Seconds; 0: none.
  std::uint64_t age_s = 0;
  /// Bytes; 0: none.
  std::uint64_t bytes = 0;
};

struct retention_input {
  /// Oldest first; the last one is the segment that is being written.
  std::vector<segment_facts> segments;
  log_number checkpointed_lsn = 0;
  /// Lowest cursor of the subscribers that hold the log; no subscriber: the highest number.
  sequence_number hold = 0;
  std::map<bus_id, bus_limits> buses;
  unix_ms now_ms = 0;
};

/// How many segments, counted from the oldest, may go.
std::size_t count_removable(const retention_input& in);

} // namespace baseplate::journal
