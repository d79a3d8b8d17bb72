#include "actors/gateway/logic/openapi.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace baseplate::gateway {

namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

json::array parameters_of(const documented_route& route) {
  json::array out;
  std::size_t at = 0;
  while ((at = route.path.find('{', at)) != std::string::npos) {
    const auto end = route.path.find('}', at);
    out.push_back({{"name", route.path.substr(at + 1, end - at - 1)},
                   {"in", "path"},
                   {"required", true},
                   {"schema", {{"type", "string"}}}});
    at = end;
  }
  for (auto& name : route.query)
    out.push_back({{"name", name}, {"in", "query"}, {"schema", {{"type", "string"}}}});
  return out;
}

} // namespace

std::vector<documented_route> built_in_routes() {
  return {
      {"POST",
       "/",
       "AWS JSON 1.1: X-Amz-Target AWSEvents.PutEvents",
       {"application/x-amz-json-1.1"},
       {},
       "application/x-amz-json-1.1"},
      {"POST",
       "/v1/events",
       "Publish events; answered when they are durable",
       {"application/json", "application/x-ndjson", "application/cloudevents+json",
        "application/cloudevents-batch+json"},
       {"bus"},
       "application/json"},
      {"GET",
       "/v1/tail",
       "Events of a bus as server-sent events, from any place in the log on",
       {},
       {"bus", "from", "pattern", "count", "follow"},
       "text/event-stream"},
      {"GET",
       "/v1/subscribers",
       "Buses and subscribers with their accounting",
       {},
       {},
       "application/json"},
      {"POST",
       "/v1/subscribers/{name}/pause",
       "Stop handing events to a subscriber",
       {},
       {},
       "application/json"},
      {"POST",
       "/v1/subscribers/{name}/resume",
       "Go on handing events to a subscriber",
       {},
       {},
       "application/json"},
      {"GET",
       "/v1/subscribers/{name}/dead-letters",
       "Events that a subscriber gave up on",
       {},
       {"after", "count"},
       "application/json"},
      {"GET", "/livez", "The process answers", {}, {}, "text/plain"},
      {"GET", "/readyz", "The node takes events", {}, {}, "application/json"},
      {"GET", "/metrics", "Metrics in Prometheus' text format", {}, {}, "text/plain"},
      {"GET", "/v1/openapi.json", "This document", {}, {}, "application/json"},
  };
}

std::string render_openapi(std::string_view version, const std::vector<documented_route>& routes) {
  json::object paths;
  for (auto& route : routes) {
    json::object operation;
    operation["summary"] = route.summary;
    if (auto parameters = parameters_of(route); !parameters.empty())
      operation["parameters"] = std::move(parameters);
    if (!route.request_types.empty()) {
      json::object content;
      for (auto& type : route.request_types)
        content[type] = json::object{{"schema", json::object{}}};
      operation["requestBody"] = {{"required", true}, {"content", std::move(content)}};
    }
    json::object good{{"description", "Done"}};
    good["content"] = json::object{{route.response_type, json::object{}}};
    json::object bad{{"description", "Refused"}};
    bad["content"] = json::object{
        {"application/json", {{"schema", {{"$ref", "#/components/schemas/error"}}}}}};
    operation["responses"] = json::object{{"200", std::move(good)}, {"default", std::move(bad)}};
    auto& item = paths[route.path];
    if (!item.is_object())
      item = json::object{};
    item.as_object()[lower(route.method)] = std::move(operation);
  }
  const json::value error_schema = {
      {"type", "object"},
      {"required", {"error"}},
      {"properties",
       {{"error",
         {{"type", "object"},
          {"required", json::array{"code", "message"}},
          {"properties",
           {{"code", {{"type", "string"}}},
            {"message", {{"type", "string"}}},
            {"pointer", {{"type", "string"}, {"description", "JSON Pointer to the fault"}}}}}}}}}};
  json::object error = error_schema.as_object();
  error["required"] = json::array{"error"};
  const json::object document{{"openapi", "3.1.0"},
                              {"info", {{"title", "Baseplate"}, {"version", version}}},
                              {"paths", std::move(paths)},
                              {"components", {{"schemas", {{"error", std::move(error)}}}}}};
  return json::serialize(document);
}

} // namespace baseplate::gateway
