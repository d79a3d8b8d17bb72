#include "messages/chunk.hpp"

namespace baseplate {

const char* chunk_fault(std::size_t bytes, const std::vector<event_ref>& events,
                        sequence_number first, sequence_number last) {
  if (bytes > chunk_bytes_max)
    return "more bytes than a chunk may hold";
  // An empty range has last == first - 1; anything lower, also by wrap-around, is nonsense.
  if (first == 0 || last < first - 1)
    return "the range of sequences is reversed";
  sequence_number previous = first - 1;
  for (const auto& event : events) {
    if (event.sequence <= previous || event.sequence > last)
      return "the index is not in order";
    if (std::size_t{event.offset} + event.length > bytes)
      return "an event lies outside the bytes";
    previous = event.sequence;
  }
  return nullptr;
}

} // namespace baseplate
