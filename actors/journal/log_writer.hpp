// Encodes records into the buffer of the next group commit and puts it on the device.
// Begin records and finish them, append(), then sync(): two steps, so that a crash fits in between.
// Invariants: LSN and sequence count without gaps; a batch lies in one segment; a segment is synced
// before the next
//             one begins; after a failed append the log is as before the batch
// Threads:    one
#pragma once

#include "actors/journal/log_device.hpp"
#include "actors/journal/logic/record_codec.hpp"
#include "actors/journal/segment_table.hpp"
#include "messages/chunk.hpp"

#include <memory>
#include <string>
#include <vector>

namespace baseplate::journal {

/// Where the next record goes.
struct log_position {
  log_number lsn = 1;
  sequence_number sequence = 1;
  segment_name segment;
  /// Bytes of the segment so far.
  std::uint64_t offset = 0;
};

/// A batch that was written. Its chunk holds the written bytes and indexes all their events.
struct appended_batch {
  chunk_ptr chunk;
  /// Of the segment.
  log_number segment = 0;
  log_number first_lsn = 0;
  log_number last_lsn = 0;

  /// The records back to back.
  std::string_view records() const {
    return chunk->envelope({0, 0, 0, 0, static_cast<std::uint32_t>(chunk->size_bytes())});
  }
};

class log_writer {
 public:
  log_writer(log_device& device, segment_table& table, std::uint64_t segment_bytes);

  /// Goes on at `position`, whose segment exists. `index` is what is known of that segment.
  void start(const log_position& position, index_builder index);

  // -- staging --------------------------------------------------------------------

  /// Begins a record; its payload is appended to buffer() until finish(). `events` of them are to
  /// follow.
  void begin(record_kind kind, std::uint32_t owner, std::uint32_t events, unix_ms at_ms);

  /// Ends it. Returns its LSN.
  log_number finish();

  std::string& buffer() { return buffer_; }

  /// Indices of the events in buffer(), to be filled by whoever appends them.
  std::vector<event_ref>& events() { return events_; }

  const std::vector<event_ref>& events() const { return events_; }

  /// What the next record and the next event get.
  log_number next_lsn() const { return next_lsn_; }

  sequence_number next_sequence() const { return next_sequence_; }

  bool empty() const { return buffer_.empty(); }

  std::size_t staged_bytes() const { return buffer_.size(); }

  /// Room for a batch of about so many bytes.
  void reserve(std::size_t bytes) { buffer_.reserve(bytes + chunk::padding); }

  // -- writing --------------------------------------------------------------------

  /// Writes what is staged. On an error nothing of it is in the log, unless `broken()`.
  /// @pre not empty; the batch before was synced
  device_result append(unix_ms now_ms, appended_batch& out);

  /// Makes the batch durable and readable.
  device_result sync();

  /// An error left the device in an unknown state: nothing may be written any more.
  bool broken() const { return broken_; }

  /// Last record and event that are durable.
  log_number synced_lsn() const { return synced_lsn_; }

  /// A request of this batch reached the node at that moment of the steady clock; 0: not known.
  void note_received(std::int64_t ns) {
    if (ns != 0 && (received_ns_ == 0 || ns < received_ns_))
      received_ns_ = ns;
  }

 private:
  /// Of the oldest request of this batch.
  std::int64_t received_ns_ = 0;
  device_result rotate(unix_ms now_ms);
  void drop_batch();

  log_device& device_;
  segment_table& table_;
  std::uint64_t segment_bytes_;

  std::string buffer_;
  std::vector<event_ref> events_;
  std::size_t record_start_ = 0;
  record_header header_;

  /// The segment that the batch goes to; made by append() when it does not exist yet.
  segment_name segment_;
  bool rotating_ = false;
  std::uint64_t offset_ = 0;
  index_builder index_;
  /// What the table was told of the index.
  log_number published_segment_ = 0;
  std::size_t published_entries_ = 0;

  log_number next_lsn_ = 1;
  sequence_number next_sequence_ = 1;
  log_number batch_lsn_ = 1;
  sequence_number batch_sequence_ = 1;
  log_number synced_lsn_ = 0;
  bool broken_ = false;
};

} // namespace baseplate::journal
