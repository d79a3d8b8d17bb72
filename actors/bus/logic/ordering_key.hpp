// Reads the ordering key of an event: the value at a JSON Pointer into its envelope, as text. Pure.
// Threads: one at a time
#pragma once

#include "messages/chunk.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>

namespace baseplate::bus {

class ordering_key_reader {
 public:
  /// `pointer`: JSON Pointer; empty: no event has a key.
  explicit ordering_key_reader(std::string pointer) : pointer_(std::move(pointer)) {}

  /// The value's JSON in its shortest form, so that "1" and 1 differ; empty: the event has no such
  /// value and no order. Keys of more than key_bytes_max bytes are taken by their hash: equal
  /// values stay equal.
  std::string read(const chunk& events, const event_ref& event);

  static constexpr std::size_t key_bytes_max = 256;

 private:
  std::string pointer_;
  simdjson::dom::parser parser_;
};

} // namespace baseplate::bus
