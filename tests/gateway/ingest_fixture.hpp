// What the tests of parsing share: two buses, a fixed time, ids from a counter.
#pragma once

#include "actors/gateway/logic/ingest.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace baseplate::gateway {

struct ingest_fixture {
  ingest_settings settings;
  ingest_workspace workspace{512};
  std::uint64_t counter = 1;
  uuid_source ids{[this] { return counter++; }};
  bus_lookup buses = [](std::string_view name) -> std::optional<bus_id> {
    if (name == "default")
      return 1;
    if (name == "orders")
      return 2;
    return std::nullopt;
  };
  std::string traceparent;

  ingest_context context() {
    // 2026-01-31T12:00:00Z
    return {settings,    workspace, ids, buses, 1'769'860'800'000, "2026-01-31T12:00:00Z",
            traceparent, {}};
  }

  /// The envelopes of a batch, parsed.
  static std::vector<boost::json::object> envelopes(const event_batch& batch) {
    std::vector<boost::json::object> out;
    std::size_t at = 0;
    for (auto& slice : batch.events) {
      out.push_back(boost::json::parse(batch.bytes.substr(at, slice.length)).as_object());
      at += slice.length;
    }
    return out;
  }
};

} // namespace baseplate::gateway
