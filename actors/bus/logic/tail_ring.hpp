// The newest chunks of the log with what matched in them, bounded by bytes. Subscribers that are
// current share these chunks. Pure. Threads: one at a time. Cost: find() is logarithmic in the
// chunks.
#pragma once

#include "actors/bus/logic/event_matcher.hpp"
#include "messages/chunk.hpp"

#include <deque>

namespace baseplate::bus {

class tail_ring {
 public:
  struct entry {
    chunk_ptr chunk;
    chunk_matches matches;
    std::size_t bytes = 0;
  };

  /// `bytes_max`: chunks beyond it are given up from the oldest on; the newest always stays.
  explicit tail_ring(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Adds the chunk behind the last one. @pre it speaks for at least one sequence and begins behind
  /// the last one. A chunk that does not begin right behind the last one makes the ring begin anew.
  void push(chunk_ptr chunk, chunk_matches matches);

  /// True: pop_oldest() must be called before the next push.
  bool over_limit() const { return bytes_ > bytes_max_ && entries_.size() > 1; }

  void pop_oldest();

  /// The chunk that speaks for `sequence`; null: it is older than the ring, or newer.
  const entry* find(sequence_number sequence) const;

  const std::deque<entry>& entries() const { return entries_; }

  /// First sequence that the ring speaks for; 0: the ring is empty.
  sequence_number first() const {
    return entries_.empty() ? 0 : entries_.front().chunk->first_sequence();
  }

  std::size_t size_bytes() const { return bytes_; }

 private:
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<entry> entries_;
};

} // namespace baseplate::bus
