#include "messages/caf/inspect.hpp"

#include <fmt/format.h>

namespace baseplate::wire {

caf::error make_chunk(chunk_ptr& out, std::string bytes, std::vector<event_ref> events,
                      sequence_number first, sequence_number last) {
  // An empty range has last == first - 1; anything lower, also by wrap-around, is nonsense.
  if (first == 0 || last < first - 1)
    return caf::make_error(caf::sec::invalid_argument, "chunk: range of sequences is reversed");
  sequence_number previous = first - 1;
  for (const auto& event : events) {
    if (event.sequence <= previous || event.sequence > last)
      return caf::make_error(caf::sec::invalid_argument, "chunk: index is not in order");
    if (std::size_t{event.offset} + event.length > bytes.size())
      return caf::make_error(caf::sec::invalid_argument, "chunk: an event lies outside the bytes");
    previous = event.sequence;
  }
  out = std::make_shared<const chunk>(std::move(bytes), std::move(events), first, last);
  return caf::none;
}

std::string describe_chunk(const chunk_ptr& x) {
  if (!x)
    return "no chunk";
  return fmt::format("chunk {}..{}, {} events, {} bytes", x->first_sequence(), x->last_sequence(),
                     x->events().size(), x->size_bytes());
}

} // namespace baseplate::wire
