// Publishing: PutEvents, records, and the routes of groups.
#include "actors/gateway/logic/cloudevents.hpp"
#include "actors/gateway/logic/native_events.hpp"
#include "actors/gateway/logic/request_target.hpp"
#include "actors/gateway/request_handler.hpp"
#include "messages/assert.hpp"

#include <chrono>
#include <exception>
#include <stdexcept>

namespace baseplate::gateway {

namespace {

http_response refusal(journal_error error, std::string_view reason) {
  std::string text{reason};
  const auto later = [](http_response response, const char* seconds) {
    response.headers.emplace_back("Retry-After", seconds);
    return response;
  };
  switch (error) {
  case journal_error::overloaded:
    return later(
        error_response(429, "Overloaded",
                       "The log is behind; nothing of this request was published. " + text),
        "1");
  case journal_error::storage_full:
    return later(error_response(507, "StorageFull",
                                "The disk of the log is full; nothing of this request was "
                                "published. "
                                    + text),
                 "10");
  case journal_error::stopping:
    return later(
        error_response(503, "Stopping",
                       "The node is stopping; nothing of this request was published. " + text),
        "2");
  case journal_error::storage_failed:
    return later(error_response(503, "StorageFailed",
                                "The log cannot be written; nothing of this request was "
                                "acknowledged. "
                                    + text),
                 "10");
  default:
    return error_response(500, "InternalError",
                          std::string{"The log refused the request: "} + to_string(error) + ". "
                              + text);
  }
}

http_response overloaded() {
  auto response = error_response(503, "Overloaded", "Too many requests are in work.");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

} // namespace

namespace {

std::int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

} // namespace

void request_handler::publish(event_batch batch, publish_pending pending) {
  pending.deadline = now_ + options_.reply_timeout;
  pending.received_ns = batch.received_ns = steady_ns();
  const auto token = publishes_.put(std::move(pending));
  ports_.journal->publish(std::move(batch), token, sink_);
}

void request_handler::put_events(const exchange& to, parsed_request& request) {
  const auto target = request.header("x-amz-target");
  if (target.empty()) {
    respond_aws(to, aws_error{400, "UnknownOperationException",
                              "POST / speaks the AWS JSON protocol and needs X-Amz-Target; plain "
                              "events go to /v1/events."});
    return;
  }
  if (request.has_header("smithy-protocol") || target != "AWSEvents.PutEvents") {
    respond_aws(to, aws_error{400, "UnknownOperationException",
                              "The operation is not known here; there is AWSEvents.PutEvents."});
    return;
  }
  if (is_busy()) {
    respond_aws(
        to, aws_error{400, "ThrottlingException", "Rate exceeded: too many requests are in work."});
    return;
  }
  auto parsed = parse_put_events(request.body, context(&request));
  workspace_.trim();
  if (parsed.error) {
    respond_aws(to, *parsed.error);
    return;
  }
  for (auto& entry : parsed.entries) {
    counters_.events_refused += entry.fault != entry_fault::none;
    counters_.events_to_unknown_bus += entry.bus_unknown;
  }
  if (parsed.batch.events.empty()) {
    std::string body;
    append_put_events_response(body, parsed.entries);
    respond_aws(to, std::move(body));
    return;
  }
  publish(std::move(parsed.batch), {to, put_events_pending{std::move(parsed.entries)}});
}

void request_handler::publish_records(const exchange& to, parsed_request& request) {
  const auto target = parse_target(request.target());
  const auto query = parse_query(target ? target->query : std::string_view{});
  if (!query) {
    respond(to,
            error_response(400, "InvalidParameter", "The query's percent-encoding is not valid."));
    return;
  }
  std::string bus = "default";
  for (auto& [name, value] : *query) {
    if (name != "bus") {
      respond(to, error_response(400, "InvalidParameter",
                                 "The only parameter is bus; there is no \"" + name + "\"."));
      return;
    }
    bus = value;
  }
  if (!ports_.bus_by_name(bus)) {
    respond(to, error_response(
                    404, "UnknownBus",
                    "There is no bus of this name; buses are declared in the configuration."));
    return;
  }
  if (is_busy()) {
    respond(to, overloaded());
    return;
  }
  const auto content_type = request.header("content-type");
  const auto type = media_type(content_type);
  const auto in = context(&request);
  ingested_records ingested;
  switch (cloudevents_mode(content_type, request.has_header("ce-specversion"))) {
  case content_mode::batched:
  case content_mode::structured: {
    if (type != "application/cloudevents+json" && type != "application/cloudevents-batch+json") {
      respond(to, error_response(415, "UnsupportedMediaType",
                                 "CloudEvents are taken in their JSON format only."));
      return;
    }
    ingested = type == "application/cloudevents+json"
                   ? parse_cloudevent(request.body, bus, in)
                   : parse_cloudevents_batch(request.body, bus, in);
    break;
  }
  case content_mode::binary: {
    ce_headers headers;
    request.for_each_header([&](std::string_view name, std::string_view value) {
      if (name.substr(0, 3) == "ce-")
        headers.emplace_back(name.substr(3), value);
    });
    ingested = parse_binary_cloudevent(headers, content_type, request.body, bus, in);
    break;
  }
  case content_mode::none:
    if (type.empty() || type == "application/json") {
      ingested = parse_native_json(request.body, bus, in);
    } else if (type == "application/x-ndjson" || type == "application/jsonl"
               || type == "application/x-jsonlines") {
      ingested = parse_native_lines(request.body, bus, in);
    } else {
      auto response = error_response(415, "UnsupportedMediaType",
                                     "Events are taken as application/json, application/x-ndjson, "
                                     "application/cloudevents+json or "
                                     "application/cloudevents-batch+json, or with ce- headers.");
      response.headers.emplace_back("Accept", "application/json, application/x-ndjson, "
                                              "application/cloudevents+json, "
                                              "application/cloudevents-batch+json");
      respond(to, response);
      return;
    }
  }
  workspace_.trim();
  if (ingested.fault) {
    respond(to, error_response(ingested.fault->status, ingested.fault->code,
                               ingested.fault->message, ingested.fault->pointer));
    return;
  }
  counters_.events_refused += ingested.records.size() - ingested.batch.events.size();
  if (ingested.batch.events.empty()) {
    finish_records(to, ingested, 0);
    return;
  }
  auto batch = std::move(ingested.batch);
  publish(std::move(batch), {to, records_pending{std::move(ingested)}});
}

void request_handler::finish_records(const exchange& to, const ingested_records& ingested,
                                     sequence_number first) {
  http_response response;
  const record_result* fault = nullptr;
  bool any = ingested.records.empty();
  for (auto& record : ingested.records) {
    any |= record.accepted();
    if (!record.accepted() && !fault)
      fault = &record;
  }
  if (!any) { // nothing was taken: the request failed, with the first reason on top
    const auto status = fault->code == "UnknownBus"      ? 404
                        : fault->code == "EventTooLarge" ? 413
                                                         : 400;
    response = error_response(status, fault->code, fault->message, fault->pointer);
    if (!ingested.single) {
      response.body.pop_back();
      response.body += ',';
      response.body += std::string_view{render_records(ingested, first)}.substr(1);
    }
  } else {
    response.body = render_records(ingested, first);
  }
  respond(to, response);
}

void request_handler::group_route(const exchange& to, parsed_request& request,
                                  const route_match& route) {
  const auto& declared = ports_.routes[route.index];
  if (is_busy()) {
    respond(to, overloaded());
    return;
  }
  const auto target = parse_target(request.target());
  http_request plain;
  plain.method = request.method();
  plain.path = target->path;
  plain.query = target->query;
  plain.path_values = route.path_values;
  request.for_each_header([&](std::string_view name, std::string_view value) {
    plain.headers.emplace_back(name, value);
  });
  plain.body = request.body;
  const auto in = context(&request);
  route_decision decision;
  try {
    decision = declared.decide(plain, in.now_ms);
    const auto bus = ports_.bus_by_name(declared.bus);
    if (!bus && !decision.publish.empty())
      throw std::runtime_error("its bus does not exist: " + declared.bus);
    event_batch batch;
    batch.ingested_at_ms = in.now_ms;
    for (auto& event : decision.publish) {
      simdjson::dom::element detail;
      if (workspace_.detail.parse(event.detail).get(detail) || !detail.is_object())
        throw std::runtime_error("it published a detail that is no JSON object");
      if (event.id.empty())
        event.id = ids_.make();
      envelope_parts parts;
      parts.id = event.id;
      parts.source = event.source;
      parts.detail_type = event.detail_type;
      parts.account = options_.ingest.account;
      parts.region = options_.ingest.region;
      parts.time = in.now_text;
      parts.detail = event.detail;
      std::string extensions;
      if (!in.traceparent.empty()) {
        append_member(extensions, "traceparent", in.traceparent);
        extensions = "{" + extensions + "}";
        parts.extensions_json = extensions;
      }
      const auto before = batch.bytes.size();
      append_envelope(batch.bytes, parts);
      batch.events.push_back({*bus, static_cast<std::uint32_t>(batch.bytes.size() - before)});
    }
    workspace_.trim();
    if (batch.events.empty()) {
      if (!decision.response)
        throw std::runtime_error("it neither published nor answered");
      respond(to, *decision.response);
      return;
    }
    route_pending pending;
    if (!decision.response) {
      // Before publishing: the reply may overtake the journal's completion.
      const auto& correlation = decision.publish.front().id;
      pending.wait = waits_.put({to, correlation, now_ + options_.reply_timeout, false, {}});
      waits_by_correlation_.emplace(correlation, pending.wait);
    }
    pending.response = std::move(decision.response);
    publish(std::move(batch), {to, std::move(pending)});
  } catch (const std::exception& error) {
    respond(to, error_response(500, "InternalError",
                               "The route " + declared.method + " " + declared.path
                                   + " failed: " + error.what()));
  }
}

void request_handler::on_completions(std::vector<publish_completion> completions) {
  for (auto& completion : completions)
    if (auto pending = publishes_.take(completion.token))
      finish(*pending, completion);
}

void request_handler::finish(publish_pending& pending, const publish_completion& completion) {
  if (ports_.acknowledged)
    ports_.acknowledged->observe(steady_ns() - pending.received_ns);
  const auto refused = completion.error != journal_error::none;
  if (refused)
    ++counters_.publishes_refused;
  else
    counters_.events_accepted += completion.last - completion.first + 1;
  if (auto* put = std::get_if<put_events_pending>(&pending.what)) {
    if (refused) {
      respond_aws(pending.to, publish_refusal(completion.error, completion.reason));
      return;
    }
    std::string body;
    body.reserve(64 + put->entries.size() * 56);
    append_put_events_response(body, put->entries);
    respond_aws(pending.to, std::move(body));
  } else if (auto* records = std::get_if<records_pending>(&pending.what)) {
    if (refused)
      respond(pending.to, refusal(completion.error, completion.reason));
    else
      finish_records(pending.to, records->ingested, completion.first);
  } else if (auto* route = std::get_if<route_pending>(&pending.what)) {
    if (route->wait) {
      auto* wait = waits_.find(route->wait);
      if (refused) {
        end_wait(route->wait, refusal(completion.error, completion.reason));
      } else if (wait) {
        wait->durable = true;
        if (wait->early) {
          const auto response = std::move(*wait->early);
          end_wait(route->wait, response);
        }
      }
    } else if (refused) {
      respond(pending.to, refusal(completion.error, completion.reason));
    } else {
      respond(pending.to, *route->response);
    }
  }
}

void request_handler::end_wait(std::uint64_t token, const http_response& response) {
  const auto wait = waits_.take(token);
  if (!wait)
    return;
  auto [at, end] = waits_by_correlation_.equal_range(wait->correlation);
  for (; at != end; ++at)
    if (at->second == token) {
      waits_by_correlation_.erase(at);
      break;
    }
  respond(wait->to, response);
}

void request_handler::tell(const route_reply& reply) {
  std::vector<std::uint64_t> tokens;
  const auto [begin, end] = waits_by_correlation_.equal_range(reply.correlation);
  for (auto at = begin; at != end; ++at)
    tokens.push_back(at->second);
  http_response response;
  response.status = reply.status >= 200 && reply.status < 600 ? reply.status : 500;
  response.body = reply.body;
  for (const auto token : tokens) {
    auto* wait = waits_.find(token);
    if (!wait->durable)
      wait->early = response; // answered when the journal has said that the event is durable
    else
      end_wait(token, response);
  }
}

} // namespace baseplate::gateway
