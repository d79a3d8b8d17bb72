#include "messages/json/chunk_image.hpp"

namespace baseplate {

chunk_image to_image(const chunk_ptr& chunk) {
  BASEPLATE_ASSERT(chunk != nullptr);
  chunk_image out{chunk->first_sequence(), chunk->last_sequence(), {}};
  out.events.reserve(chunk->events().size());
  for (const auto& event : chunk->events())
    out.events.push_back(
        {event.sequence, event.ingested_at_ms, event.bus, std::string(chunk->envelope(event))});
  return out;
}

chunk_ptr from_image(const chunk_image& image, std::string& fault) {
  std::string bytes;
  std::vector<event_ref> events;
  events.reserve(image.events.size());
  for (const auto& event : image.events) {
    if (bytes.size() + event.envelope.size() > chunk_bytes_max) {
      fault = "more bytes than a chunk may hold";
      return nullptr;
    }
    events.push_back({event.sequence, event.ingested_at_ms, event.bus,
                      static_cast<std::uint32_t>(bytes.size()),
                      static_cast<std::uint32_t>(event.envelope.size())});
    bytes += event.envelope;
  }
  if (const char* wrong = chunk_fault(bytes.size(), events, image.first, image.last)) {
    fault = wrong;
    return nullptr;
  }
  return std::make_shared<const chunk>(std::move(bytes), std::move(events), image.first,
                                       image.last);
}

} // namespace baseplate
