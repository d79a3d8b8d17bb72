// A chunk as JSON shows it: the events that it holds, without the log's framing around them.
#pragma once

#include "messages/chunk.hpp"

#include <boost/describe.hpp>

#include <string>
#include <vector>

namespace baseplate {

struct chunk_event {
  sequence_number sequence = 0;
  unix_ms ingested_at_ms = 0;
  bus_id bus = 0;
  /// The envelope's JSON, byte for byte.
  std::string envelope;
};
BOOST_DESCRIBE_STRUCT(chunk_event, (), (sequence, ingested_at_ms, bus, envelope))

struct chunk_image {
  sequence_number first = 1;
  sequence_number last = 0;
  std::vector<chunk_event> events;
};
BOOST_DESCRIBE_STRUCT(chunk_image, (), (first, last, events))

/// @pre not null
chunk_image to_image(const chunk_ptr& chunk);

/// Null and the reason in `fault` when the parts contradict each other.
chunk_ptr from_image(const chunk_image& image, std::string& fault);

} // namespace baseplate
