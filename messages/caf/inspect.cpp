#include "messages/caf/inspect.hpp"

namespace baseplate::wire {

caf::error make_chunk(chunk_ptr& out, std::string bytes, std::vector<event_ref> events,
                      sequence_number first, sequence_number last) {
  if (const char* fault = chunk_fault(bytes.size(), events, first, last))
    return caf::make_error(caf::sec::invalid_argument, std::string("chunk: ") + fault);
  out = std::make_shared<const chunk>(std::move(bytes), std::move(events), first, last);
  return caf::none;
}

} // namespace baseplate::wire
