// Routing and answers. Publishing is in publishing.cpp, the bus' side in asking.cpp.
#include "actors/gateway/request_handler.hpp"

#include "actors/gateway/logic/openapi.hpp"
#include "actors/gateway/logic/request_target.hpp"
#include "messages/assert.hpp"

#include <algorithm>

namespace baseplate::gateway {

namespace {

/// Bodies of requests that have no use for one.
constexpr std::uint64_t ignored_body_bytes_max = 64 * 1024;

} // namespace

request_handler::request_handler(const gateway_options& options, const server_ports& ports,
                                 server_counters& counters)
    : options_(options), ports_(ports), counters_(counters),
      workspace_(options.ingest.json_depth_max), ids_(ports.random) {
  add_routes();
}

void request_handler::add_routes() {
  routes_.add("GET", "/", endpoint::index);
  routes_.add("POST", "/", endpoint::aws);
  routes_.add("POST", "/v1/events", endpoint::events);
  routes_.add("GET", "/v1/tail", endpoint::tail);
  routes_.add("GET", "/livez", endpoint::livez);
  routes_.add("GET", "/readyz", endpoint::readyz);
  routes_.add("GET", "/metrics", endpoint::metrics);
  routes_.add("GET", "/v1/openapi.json", endpoint::openapi);
  routes_.add("GET", "/v1/subscribers", endpoint::subscribers);
  routes_.add("POST", "/v1/subscribers/{name}/pause", endpoint::subscriber_pause);
  routes_.add("POST", "/v1/subscribers/{name}/resume", endpoint::subscriber_resume);
  routes_.add("GET", "/v1/subscribers/{name}/dead-letters", endpoint::dead_letters);
  auto documented = built_in_routes();
  for (std::size_t i = 0; i < ports_.routes.size(); ++i) {
    const auto& route = ports_.routes[i];
    routes_.add(route.method, route.path, endpoint::group_route, i);
    documented_route shown;
    shown.method = route.method;
    shown.path = route.path;
    shown.summary = route.summary;
    if (route.method != "GET" && route.method != "DELETE")
      shown.request_types.emplace_back("application/json");
    documented.push_back(std::move(shown));
  }
  for (std::size_t i = 0; i < ports_.streams.size(); ++i) {
    const auto& stream = ports_.streams[i];
    routes_.add("GET", stream.path, endpoint::group_stream, i);
    documented_route shown;
    shown.method = "GET";
    shown.path = stream.path;
    shown.summary = stream.summary;
    shown.response_type = "text/event-stream";
    documented.push_back(std::move(shown));
  }
  openapi_ = render_openapi(BASEPLATE_VERSION, documented);
}

head_decision request_handler::on_head(const parsed_request& request) {
  head_decision out;
  out.body_bytes_max = ignored_body_bytes_max;
  const auto target = parse_target(request.target());
  if (!target || (target->path == "*" && request.method() != "OPTIONS")) {
    out.refusal = error_response(400, "BadRequest", "The request target is malformed.");
    return out;
  }
  if (request.method() != "OPTIONS")
    out.route = routes_.match(request.method(), target->path);
  if (out.route.result == route_match::kind::found) {
    if (out.route.endpoint == endpoint::aws || out.route.endpoint == endpoint::events)
      out.body_bytes_max = options_.body_bytes_max;
    else if (out.route.endpoint == endpoint::group_route)
      out.body_bytes_max = std::min<std::uint64_t>(ports_.routes[out.route.index].body_bytes_max,
                                                   options_.body_bytes_max);
    const auto encoding = request.header("content-encoding");
    if (!encoding.empty() && encoding != "identity" && request.has_body()) {
      out.refusal = error_response(415, "UnsupportedContentEncoding",
                                   "Bodies are taken without a content encoding.");
      return out;
    }
  }
  if (request.content_length().value_or(0) > out.body_bytes_max) {
    if (out.route.result == route_match::kind::found && out.route.endpoint == endpoint::aws) {
      const aws_error error{413, "RequestEntityTooLargeException",
                            "The body is larger than this server takes."};
      http_response response;
      response.status = error.status;
      response.headers.emplace_back("X-Amzn-Errortype", error.type);
      response.content_type = "application/x-amz-json-1.1";
      response.body = gateway::render(error);
      out.refusal = std::move(response);
    } else {
      out.refusal = error_response(413, "ContentTooLarge",
                                   "The body is larger than this endpoint takes: at most "
                                       + std::to_string(out.body_bytes_max) + " bytes.");
    }
  }
  return out;
}

void request_handler::on_request(const exchange& to, parsed_request& request,
                                 const route_match& route) {
  const auto target = parse_target(request.target());
  BASEPLATE_ASSERT(target.has_value());
  if (request.method() == "OPTIONS") {
    answer_options(to, request, target->path);
    return;
  }
  switch (route.result) {
  case route_match::kind::not_found:
    respond(to,
            error_response(404, "NotFound",
                           "There is nothing at this path; /v1/openapi.json lists what there is."));
    return;
  case route_match::kind::bad_encoding:
    respond(to, error_response(400, "BadRequest", "The path's percent-encoding is not valid."));
    return;
  case route_match::kind::method_not_allowed: {
    auto response = error_response(405, "MethodNotAllowed",
                                   "This path does not take the method; see the Allow header.");
    response.headers.emplace_back("Allow", routes_.allowed(target->path));
    respond(to, response);
    return;
  }
  case route_match::kind::found:
    answer_built_in(to, request, route);
  }
}

void request_handler::answer_built_in(const exchange& to, parsed_request& request,
                                      const route_match& route) {
  http_response response;
  switch (route.endpoint) {
  case endpoint::aws:
    put_events(to, request);
    return;
  case endpoint::events:
    publish_records(to, request);
    return;
  case endpoint::group_route:
    group_route(to, request, route);
    return;
  case endpoint::tail:
    tail(to, request);
    return;
  case endpoint::group_stream:
    group_stream(to, request, route);
    return;
  case endpoint::readyz:
    answer_ready(to);
    return;
  case endpoint::subscribers:
  case endpoint::subscriber_pause:
  case endpoint::subscriber_resume: {
    ask_pending ask;
    ask.to = to;
    if (route.endpoint != endpoint::subscribers) {
      ask.what = route.endpoint == endpoint::subscriber_pause ? ask_pending::kind::pause
                                                              : ask_pending::kind::resume;
      ask.subscriber = route.path_values.at(0);
    }
    ask_status(std::move(ask));
    return;
  }
  case endpoint::dead_letters:
    ask_letters(to, request, route);
    return;
  case endpoint::livez:
    response.content_type = "text/plain";
    response.body = "ok\n";
    break;
  case endpoint::metrics:
    response.content_type = "text/plain; version=0.0.4";
    if (ports_.metrics_text)
      response.body = ports_.metrics_text();
    counters_.requests_in_flight = in_flight();
    response.body += gateway::render(counters_);
    break;
  case endpoint::openapi:
    response.body = openapi_;
    break;
  case endpoint::index:
    response.body = "{\"name\":\"baseplate\",\"version\":\"" BASEPLATE_VERSION
                    "\",\"openapi\":\"/v1/openapi.json\",\"publish\":\"/v1/events\","
                    "\"tail\":\"/v1/tail\",\"subscribers\":\"/v1/subscribers\","
                    "\"metrics\":\"/metrics\",\"ready\":\"/readyz\"}";
    break;
  }
  respond(to, response);
}

void request_handler::answer_options(const exchange& to, const parsed_request& request,
                                     std::string_view path) {
  const auto allowed
      = path == "*" ? std::string{"GET, HEAD, POST, OPTIONS"} : routes_.allowed(path);
  if (allowed.empty()) {
    respond(to, error_response(404, "NotFound", "There is nothing at this path."));
    return;
  }
  http_response response;
  response.status = 204;
  response.content_type.clear();
  response.headers.emplace_back("Allow", allowed);
  // CloudEvents web hook validation: whoever asks may send, as often as it likes.
  if (const auto origin = request.header("webhook-request-origin");
      !origin.empty() && path == "/v1/events") {
    response.headers.emplace_back("WebHook-Allowed-Origin", std::string{origin});
    response.headers.emplace_back("WebHook-Allowed-Rate", "*");
  }
  respond(to, response);
}

void request_handler::answer_ready(const exchange& to) {
  readiness state;
  if (draining_)
    state = {false, "the node is stopping"};
  else if (ports_.ready)
    state = ports_.ready();
  if (state.ready)
    state.ready = ports_.journal->ready(&state.reason);
  http_response response;
  response.status = state.ready ? 200 : 503;
  response.body = state.ready ? "{\"ready\":true}" : "{\"ready\":false,\"reason\":";
  if (!state.ready) {
    append_json_string(response.body, state.reason);
    response.body += '}';
  }
  respond(to, response);
}

ingest_context request_handler::context(const parsed_request* request) {
  const auto now = ports_.now();
  if (now / 1000 != text_second_) {
    text_second_ = now / 1000;
    now_text_ = to_rfc3339(now);
  }
  ingest_context out{options_.ingest, workspace_, ids_, ports_.bus_by_name, now, now_text_, {}, {}};
  if (request) {
    const auto trace = request->header("traceparent");
    if (is_traceparent(trace)) {
      out.traceparent = trace;
      if (const auto state = request->header("tracestate");
          state.size() <= 512 && simdjson::validate_utf8(state.data(), state.size()))
        out.tracestate = state;
    }
  }
  return out;
}

std::string request_handler::render(const exchange& to, const http_response& response) {
  const auto now = ports_.now();
  if (now / 1000 != date_second_) {
    date_second_ = now / 1000;
    date_ = http_date(now);
  }
  if (response.status >= 100 && response.status < 600)
    ++counters_.responses[response.status / 100];
  std::string out;
  out.reserve(256 + response.body.size());
  append_response_head(out, response.status, response.content_type, response.body.size(), date_,
                       {to.keep_alive, to.http10}, response.headers);
  if (!to.head_only && response.status != 204)
    out += response.body;
  return out;
}

void request_handler::respond(const exchange& to, const http_response& response) {
  to.to->answer(to.slot, render(to, response), !to.keep_alive);
}

void request_handler::respond_aws(const exchange& to, std::string body) {
  http_response response;
  response.content_type = "application/x-amz-json-1.1";
  response.headers.emplace_back("x-amzn-RequestId", ids_.make());
  response.body = std::move(body);
  respond(to, response);
}

void request_handler::respond_aws(const exchange& to, const aws_error& error) {
  http_response response;
  response.status = error.status;
  response.content_type = "application/x-amz-json-1.1";
  response.headers.emplace_back("x-amzn-RequestId", ids_.make());
  response.headers.emplace_back("X-Amzn-Errortype", error.type);
  if (error.type == "ThrottlingException" || error.status == 503)
    response.headers.emplace_back("Retry-After", "1");
  response.body = gateway::render(error);
  respond(to, response);
}

void request_handler::sweep(time_point now) {
  std::vector<std::uint64_t> late;
  const auto collect = [&](std::uint64_t token, const auto& pending) {
    if (now > pending.deadline)
      late.push_back(token);
  };
  publishes_.for_each(collect);
  for (const auto token : late) {
    auto pending = publishes_.take(token);
    ++counters_.replies_timed_out;
    constexpr const char* text
        = "The log did not answer in time. Whether the events were published is "
          "unknown: they may be.";
    if (auto* route = std::get_if<route_pending>(&pending->what); route && route->wait)
      end_wait(route->wait, error_response(504, "LogTimeout", text));
    else if (std::holds_alternative<put_events_pending>(pending->what))
      respond_aws(pending->to, aws_error{500, "InternalFailure", text});
    else
      respond(pending->to, error_response(504, "LogTimeout", text));
  }
  late.clear();
  asks_.for_each(collect);
  for (const auto token : late) {
    const auto ask = asks_.take(token);
    ++counters_.replies_timed_out;
    if (ask->what == ask_pending::kind::stream)
      --counters_.streams_open;
    respond(ask->to, error_response(504, "BusTimeout", "The bus did not answer in time."));
  }
  late.clear();
  waits_.for_each(collect);
  for (const auto token : late) {
    const auto durable = waits_.find(token)->durable;
    ++counters_.replies_timed_out;
    end_wait(token, error_response(
                        504, "ReplyTimeout",
                        durable ? "The group did not answer in time. The event is durable and will "
                                  "be processed; ask again with the same idempotency key."
                                : "The log did not answer in time. Whether the event was "
                                  "published is unknown: it may be."));
  }
}

} // namespace baseplate::gateway
