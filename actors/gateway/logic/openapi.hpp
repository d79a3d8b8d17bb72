// The OpenAPI 3.1 document of a node: the gateway's own endpoints and the groups' routes. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace baseplate::gateway {

/// An endpoint as the document shows it.
struct documented_route {
  std::string method;
  /// With {names}.
  std::string path;
  std::string summary;
  /// Media types of the request's body; empty: it has none.
  std::vector<std::string> request_types;
  /// Names of query parameters.
  std::vector<std::string> query;
  /// Media type of the answer.
  std::string response_type = "application/json";
};

/// The gateway's own endpoints.
std::vector<documented_route> built_in_routes();

/// The document as JSON text.
std::string render_openapi(std::string_view version, const std::vector<documented_route>& routes);

} // namespace baseplate::gateway
