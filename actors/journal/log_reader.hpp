// Reads the durable log back into chunks of the same kind as those that were written.
// Every record that is read is checked; what does not check out is damage and said with segment and
// offset. Invariants: nothing behind the last sync is ever returned; a range that is gone shows as
// first_sequence above `from` Threads:    any; also while the oldest segments are unlinked
#pragma once

#include "actors/journal/log_device.hpp"
#include "actors/journal/segment_table.hpp"
#include "messages/chunk.hpp"

#include <string>
#include <vector>

namespace baseplate::journal {

struct read_result {
  /// Never null.
  chunk_ptr chunk;
  /// Damage or a device that fails; empty normally.
  std::string error;
};

class log_reader {
 public:
  log_reader(const log_device& device, segment_table& table);

  /// About `bytes_max` bytes of log from the event `from` on; at least one event when there is one.
  /// The chunk speaks for [from, last_sequence]; behind the head it is empty.
  read_result read(sequence_number from, std::size_t bytes_max) const;

  /// Single events, in order of sequence, appended to `bytes` and `events`; those that the log has
  /// no more go to `missing`.
  /// @pre `sequences` in order. Returns an error as above.
  std::string read_events(const std::vector<sequence_number>& sequences, std::string& bytes,
                          std::vector<event_ref>& events,
                          std::vector<sequence_number>& missing) const;

  /// First sequence whose ingestion time is at or after `time_ms`; the head + 1 when there is none.
  /// Cost: reads what lies between two index entries, plus an index of one segment when it has none
  /// yet.
  sequence_number find_time(unix_ms time_ms, std::string& error) const;

 private:
  /// One segment's part of read(). False: go on with the next segment.
  bool read_segment(const segment_info& segment, sequence_number from, std::size_t bytes_max,
                    read_result& out) const;
  std::shared_ptr<const segment_index> index_of(const segment_info& segment,
                                                std::string& error) const;

  const log_device& device_;
  segment_table& table_;
};

} // namespace baseplate::journal
