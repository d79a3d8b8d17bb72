// A piece of the log in memory: the bytes as they were written, with an index of the events in
// them. Immutable and shared: ring, subscribers and deliveries hold the same bytes; nobody copies
// an event.
#pragma once

#include "messages/assert.hpp"
#include "messages/identity.hpp"

#include <boost/describe.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate {

/// Where an event lies in its chunk.
struct event_ref {
  sequence_number sequence = 0;
  unix_ms ingested_at_ms = 0;
  bus_id bus = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
};
BOOST_DESCRIBE_STRUCT(event_ref, (), (sequence, ingested_at_ms, bus, offset, length))

/// Log bytes with an index. Whoever builds one leaves `padding` readable bytes behind the last
/// event (simdjson reads ahead).
class chunk {
 public:
  /// Bytes that must be readable behind the last event.
  static constexpr std::size_t padding = 64;

  chunk() = default;

  /// Takes `bytes`, appends the padding, keeps the index. @pre `events` in order of sequence,
  /// inside `bytes`. `first` and `last` are the range of sequences that the chunk speaks for: it
  /// may hold fewer events (readback filters), never others. An empty range has last == first - 1.
  chunk(std::string bytes, std::vector<event_ref> events, sequence_number first,
        sequence_number last)
      : bytes_(std::move(bytes)), events_(std::move(events)), first_(first), last_(last) {
    size_ = bytes_.size();
    bytes_.append(padding, '\0');
    BASEPLATE_ASSERT(last_ + 1 >= first_);
  }

  /// The envelope's JSON. Valid as long as the chunk lives.
  std::string_view envelope(const event_ref& event) const {
    BASEPLATE_ASSERT(std::size_t{event.offset} + event.length <= size_);
    return {bytes_.data() + event.offset, event.length};
  }

  const std::vector<event_ref>& events() const { return events_; }

  sequence_number first_sequence() const { return first_; }

  sequence_number last_sequence() const { return last_; }

  /// What the chunk was built from, without the padding.
  std::string_view bytes() const { return {bytes_.data(), size_}; }

  /// When the oldest request in it reached the node, on the steady clock in ns; 0: unknown (read
  /// back, or from a peer).
  std::int64_t received_ns() const { return received_ns_; }

  /// @pre nobody else sees the chunk yet
  void set_received_ns(std::int64_t x) { received_ns_ = x; }

  /// Bytes held, for limits.
  std::size_t size_bytes() const { return size_; }

 private:
  std::string bytes_;
  std::vector<event_ref> events_;
  std::size_t size_ = 0;
  sequence_number first_ = 1;
  sequence_number last_ = 0;
  std::int64_t received_ns_ = 0;
};

/// Bytes of a chunk at most: offsets are 32 bits.
inline constexpr std::size_t chunk_bytes_max = 0x7FFF'FFFF;

/// What contradicts the invariants of a chunk of so many bytes, as a text; null: nothing. For parts
/// that come from outside (another node, JSON), before a chunk is made of them.
const char* chunk_fault(std::size_t bytes, const std::vector<event_ref>& events,
                        sequence_number first, sequence_number last);

/// Shared and never null when sent in a message.
using chunk_ptr = std::shared_ptr<const chunk>;

} // namespace baseplate
