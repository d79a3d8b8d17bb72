// What the HTTP server counts. Owned by the I/O thread, which also renders /metrics: no atomics.
#pragma once

#include <cstdint>
#include <string>

namespace baseplate::gateway {

struct server_counters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t connections_open = 0;
  std::uint64_t streams_open = 0;
  std::uint64_t requests_in_flight = 0;
  std::uint64_t buffered_bytes = 0;
  /// By hundreds of the status: 2xx at [2].
  std::uint64_t responses[6] = {};
  std::uint64_t written_bytes = 0;
  std::uint64_t events_accepted = 0;
  std::uint64_t events_refused = 0;
  /// PutEvents entries for a bus that does not exist: answered as successes, published nowhere.
  std::uint64_t events_to_unknown_bus = 0;
  /// Requests that the journal refused.
  std::uint64_t publishes_refused = 0;
  /// Requests that waited longer than the reply timeout.
  std::uint64_t replies_timed_out = 0;
};

/// Prometheus text of the counters.
std::string render(const server_counters& counters);

} // namespace baseplate::gateway
