#include "actors/bus/logic/tail_ring.hpp"

#include <algorithm>

namespace baseplate::bus {

void tail_ring::push(chunk_ptr chunk, chunk_matches matches) {
  BASEPLATE_ASSERT(chunk->last_sequence() >= chunk->first_sequence());
  if (!entries_.empty()) {
    const auto last = entries_.back().chunk->last_sequence();
    BASEPLATE_ASSERT(chunk->first_sequence() > last);
    if (chunk->first_sequence() != last + 1) {
      entries_.clear();
      bytes_ = 0;
    }
  }
  const auto bytes = chunk->size_bytes() + chunk->events().size() * sizeof(event_ref)
                     + matches.size_bytes() + sizeof(entry);
  bytes_ += bytes;
  entries_.push_back({std::move(chunk), std::move(matches), bytes});
}

void tail_ring::pop_oldest() {
  BASEPLATE_ASSERT(!entries_.empty());
  bytes_ -= entries_.front().bytes;
  entries_.pop_front();
}

const tail_ring::entry* tail_ring::find(sequence_number sequence) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), sequence,
      [](const entry& x, sequence_number s) { return x.chunk->last_sequence() < s; });
  if (found == entries_.end() || found->chunk->first_sequence() > sequence)
    return nullptr;
  return &*found;
}

} // namespace baseplate::bus
