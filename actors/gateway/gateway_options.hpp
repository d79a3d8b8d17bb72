// Settings of the HTTP server. Values; app/config reads them, nothing here checks ranges but
// check().
#pragma once

#include "actors/gateway/logic/ingest.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace baseplate::gateway {

struct gateway_options {
  /// Address to bind: an IPv4 or IPv6 address. Default: this machine only.
  std::string host = "127.0.0.1";
  /// 0: any free port.
  std::uint16_t port = 8080;

  /// Request line and headers, bytes, 1 KiB to 1 MiB; more is answered with 431.
  std::uint32_t header_bytes_max = 16 * 1024;
  /// Request target, bytes, 256 to header_bytes_max; longer is answered with 414.
  std::uint32_t target_bytes_max = 8 * 1024;
  /// Body, bytes, 1 KiB to 64 MiB; more is answered with 413.
  std::uint32_t body_bytes_max = 2 * 1024 * 1024;
  /// Bodies that are being read, all connections together, bytes, 1 MiB up; above it 503.
  std::uint64_t buffered_bytes_max = 256 * 1024 * 1024;
  /// What may be published: entries, records, bytes, JSON depth; account and region of envelopes.
  ingest_settings ingest;

  /// Open connections, 1 to 100000; further ones are answered with 503 and closed.
  std::uint32_t connections_max = 4096;
  /// Requests of one connection in work at once, 1 to 1024; then reading pauses.
  std::uint32_t pipelined_requests_max = 64;
  /// Requests that wait for the journal or a group, all connections together, 1 up; above it 503.
  std::uint32_t requests_in_flight_max = 16'384;
  /// Tails and browser streams open at once, 1 up; above it 503.
  std::uint32_t streams_max = 1024;

  /// From the first byte of a request to the end of its headers; then 408. Also for the TLS
  /// handshake.
  std::chrono::milliseconds header_timeout{10'000};
  /// From the first byte of a request to its end; then 408.
  std::chrono::milliseconds request_timeout{30'000};
  /// Silence between requests before the connection is closed.
  std::chrono::milliseconds idle_timeout{75'000};
  /// For the client to take a piece of an answer or stream; then the connection is closed.
  std::chrono::milliseconds write_timeout{30'000};
  /// How long a request may wait for the journal, the bus or its group; then 504.
  std::chrono::milliseconds reply_timeout{10'000};
  /// Between two heartbeats of a stream that has nothing to say.
  std::chrono::milliseconds heartbeat_interval{15'000};
  /// How exact the timeouts are: one timer for all connections fires so often while there are any.
  std::chrono::milliseconds sweep_interval{500};
  /// From the order to stop to the end at the latest, for requests in work.
  std::chrono::milliseconds drain_timeout{4'000};

  /// Credit of a stream at the bus, events.
  std::uint32_t stream_credit_events = 256;

  /// PEM files; both empty: plain HTTP. TLS 1.2 and newer.
  std::string tls_certificate_file;
  std::string tls_private_key_file;
};

} // namespace baseplate::gateway
