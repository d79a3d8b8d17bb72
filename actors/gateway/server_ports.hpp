// What the HTTP server is connected to. All of it may be called from the I/O thread and must not
// block.
#pragma once

#include "actors/gateway/bus_port.hpp"
#include "actors/gateway/logic/ingest.hpp"
#include "messages/http.hpp"
#include "messages/journal_port.hpp"
#include "messages/latency_histogram.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::gateway {

/// Whether the node takes events; the reason is for people.
struct readiness {
  bool ready = true;
  std::string reason;
};

struct server_ports {
  std::shared_ptr<journal_port> journal;
  std::shared_ptr<bus_port> bus;
  wall_clock now;
  bus_lookup bus_by_name;
  std::vector<http_route> routes;
  std::vector<http_stream_route> streams;
  /// Metrics of the rest of the node in Prometheus' text format; the server's own are appended. May
  /// be empty.
  std::function<std::string()> metrics_text;
  /// How long publishing requests take from parsed to answered; may be null.
  std::shared_ptr<latency_histogram> acknowledged;
  /// Beside journal_port::ready and draining. May be empty.
  std::function<readiness()> ready;
  /// 64 random bits a call, to seed the generator of ids.
  random_bits random;
};

} // namespace baseplate::gateway
