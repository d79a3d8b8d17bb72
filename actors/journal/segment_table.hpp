// Which segments there are, how far they may be read, and where in them a sequence lies.
// Invariants: readers never see bytes behind the last sync; segments are in order of name; only the
// last one grows Threads:    safe; every call is short
#pragma once

#include "actors/journal/log_device.hpp"

#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace baseplate::journal {

/// A record's place: one entry for the first record of a segment and then one per 64 KiB.
struct index_entry {
  /// The record's first_sequence.
  sequence_number first_sequence = 0;
  std::uint32_t offset = 0;
  /// Newest ingestion time of the events before this record in its segment; the lowest number when
  /// there is none.
  unix_ms newest_before_ms = 0;
};

using segment_index = std::vector<index_entry>;

/// Bytes between two entries of an index.
inline constexpr std::uint32_t index_stride_bytes = 64 * 1024;

/// Builds an index record by record, in order.
class index_builder {
 public:
  void add(sequence_number first_sequence, std::uint64_t offset, std::uint32_t events,
           unix_ms at_ms);

  const segment_index& index() const { return index_; }

  /// Forgets what was added at or behind `offset`: its write failed.
  void cut(std::uint64_t offset);

 private:
  segment_index index_;
  unix_ms newest_ms_ = std::numeric_limits<unix_ms>::min();
};

struct segment_info {
  segment_name name;
  unix_ms created_ms = 0;
  /// Bytes that may be read: all of them are synced.
  std::uint64_t bytes = 0;
  /// Null: not known yet. Of the last segment as of now.
  std::shared_ptr<const segment_index> index;
};

class segment_table {
 public:
  /// Everything known at start. The last one will be written.
  void assign(std::vector<segment_info> segments);

  /// A new last segment; its header is durable.
  void add(segment_info segment);

  /// Takes out the oldest `count`, so that nobody begins to read them. Returns them.
  std::vector<segment_info> remove_oldest(std::size_t count);

  /// The last segment may be read up to `bytes`; the log up to `sequence`.
  void set_durable(std::uint64_t bytes, sequence_number sequence,
                   std::shared_ptr<const segment_index> index);

  void set_index(const segment_name& name, std::shared_ptr<const segment_index> index);

  std::vector<segment_info> segments() const;
  std::size_t count() const;

  /// The segment where `sequence` is or would be; the oldest one when it is older than all. @pre
  /// not empty
  segment_info locate(sequence_number sequence) const;

  /// The one behind `name`; nothing when it is the last.
  std::optional<segment_info> next(const segment_name& name) const;

  bool contains(const segment_name& name) const;

  /// Oldest sequence that the log can hold.
  sequence_number oldest() const;

  /// Last durable sequence.
  sequence_number durable() const;

 private:
  mutable std::mutex mutex_;
  std::vector<segment_info> segments_;
  sequence_number durable_ = 0;
};

} // namespace baseplate::journal
