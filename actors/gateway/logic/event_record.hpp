// One event on its way from a request's record into the batch: what native and CloudEvents parsing
// have in common. Pure. Threads: one at a time.
#pragma once

#include "actors/gateway/logic/ingest.hpp"
#include "messages/json/pointer.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>

namespace baseplate::gateway {

/// Longest id, source, type, subject and other attribute in bytes.
inline constexpr std::size_t attribute_bytes_max = 1024;

/// The parts of an event as its record gives them.
struct event_record {
  /// Empty: a new UUID.
  std::string_view id;
  std::string_view source;
  std::string_view detail_type;
  /// Unix time; -1: the receive time.
  unix_ms time_ms = -1;
  std::string_view bus;
  /// JSON array of strings; empty: none.
  std::string_view resources_json;
  /// JSON object text.
  std::string_view detail;
  /// Members of the `extensions` object without its braces.
  std::string_view extension_members;
};

/// Checks what is common (lengths, bus, size), then appends the envelope to the batch, or says what
/// is wrong. `pointer` is the record's; `bus_pointer` and the like are built from it.
record_result append_event(const event_record& record, std::string_view pointer,
                           const ingest_context& context, event_batch& batch);

/// A refusal of the record at `pointer`.
record_result refuse(std::string_view code, std::string message, std::string pointer);

} // namespace baseplate::gateway
