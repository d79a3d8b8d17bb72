// HTTP as values: what the gateway hands to a group's routes and what it gets back. No socket, no
// Beast.
#pragma once

#include "messages/event.hpp"
#include "messages/identity.hpp"
#include "messages/json/member_rule.hpp"

#include <boost/describe.hpp>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace baseplate {

/// A request that was read whole. Header names are lower case.
struct http_request {
  std::string method;
  /// Without the query.
  std::string path;
  std::string query;
  std::vector<std::pair<std::string, std::string>> headers;
  /// What stood for {name} in the route's path, in order.
  std::vector<std::string> path_values;
  std::string body;

  /// The first header of that name (lower case), or empty.
  std::string_view header(std::string_view name) const {
    for (auto& [key, value] : headers)
      if (key == name)
        return value;
    return {};
  }
};

struct http_response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type = "application/json";
  std::string body;
};

/// An error body: {"error":{"code":..,"message":..,"pointer":..}}; `pointer` is a JSON Pointer to
/// the fault or empty.
http_response error_response(int status, std::string_view code, std::string_view message,
                             std::string_view pointer = {});

/// An event that a route wants published on its group's bus.
struct route_event {
  std::string id;
  std::string source;
  std::string detail_type;
  /// JSON object text.
  std::string detail;
};

/// What a route decided about a request.
struct route_decision {
  /// Published first, durably, before any answer leaves. Empty: nothing is published.
  std::vector<route_event> publish;
  /// The answer once `publish` is durable. Absent: wait for the group's reply to `publish[0].id`.
  std::optional<http_response> response;
};

/// A group's HTTP route. `decide` is pure: the request and the time go in.
struct http_route {
  std::string method;
  /// "/v1/shop/orders/{id}": a name in braces takes one segment.
  std::string path;
  std::string bus = "default";
  /// Largest body taken, in bytes; a larger one is answered with 413.
  std::size_t body_bytes_max = 1024 * 1024;
  /// For /v1/openapi.json.
  std::string summary;
  std::function<route_decision(const http_request&, unix_ms now)> decide;
};

/// A browser stream: SSE of the events of a bus that match a pattern built from the path.
struct http_stream_route {
  /// "/v1/shop/orders/{id}/events"
  std::string path;
  std::string bus = "default";
  std::string summary;
  /// The event pattern for these path values; empty result: 404.
  std::function<std::string(const std::vector<std::string>& path_values)> pattern;
  /// The SSE `data` for an event's envelope: only what a browser may see. Empty: the event is left
  /// out.
  std::function<std::string(std::string_view envelope)> render;
  /// True: the stream begins with the retained past of the bus, then follows.
  bool from_oldest = true;
};

/// A group's answer to a request that waits at the gateway for event `correlation`. Sent after the
/// commit is durable.
struct route_reply {
  std::string correlation;
  int status = 200;
  std::string body;
};
BOOST_DESCRIBE_STRUCT(route_reply, (), (correlation, status, body))

constexpr auto member_rules(const route_reply*) {
  return std::array{member_rule{.member = "body", .secret = true}};
}

} // namespace baseplate
