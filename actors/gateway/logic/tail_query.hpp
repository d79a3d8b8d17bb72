// What GET /v1/tail asks for: bus, filter, beginning, count. Pure. Spec: docs/spec/http-api.md,
// section Tail.
#pragma once

#include "actors/gateway/logic/ingest.hpp"
#include "messages/bus.hpp"

#include <string_view>
#include <variant>

namespace baseplate::gateway {

/// A tail, ready to be asked of the bus.
struct tail_request {
  subscribe_live subscription;
  /// The stream ends after so many events; 0: never.
  std::uint64_t count_max = 0;
  /// The stream ends when it has reached what was the head when it began.
  bool stops_when_caught_up = false;
};

/// Parses the query; `last_event_id` is the header's value and wins over `from`. A fault names the
/// parameter.
std::variant<tail_request, request_fault> parse_tail(std::string_view query,
                                                     std::string_view last_event_id);

} // namespace baseplate::gateway
