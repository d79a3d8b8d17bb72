// The bus' side: tails and browser streams, subscribers, pauses, dead letters.
#include "actors/gateway/logic/request_target.hpp"
#include "actors/gateway/logic/status_json.hpp"
#include "actors/gateway/request_handler.hpp"

#include <algorithm>
#include <charconv>

namespace baseplate::gateway {

namespace {

constexpr std::uint32_t letters_count_default = 100;
constexpr std::uint32_t letters_count_max = 1000;

http_response busy() {
  auto response = error_response(503, "Overloaded", "Too many requests or streams are open.");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

} // namespace

// -- streams ----------------------------------------------------------------------

void request_handler::subscribe(const exchange& to, subscribe_live question,
                                live_stream_settings settings) {
  if (to.head_only) {
    http_response response;
    response.content_type = "text/event-stream";
    respond(to, response);
    return;
  }
  if (!ports_.bus_by_name(question.bus)) {
    respond(to, error_response(404, "UnknownBus", "There is no bus of this name."));
    return;
  }
  if (is_busy() || counters_.streams_open >= options_.streams_max) {
    respond(to, busy());
    return;
  }
  settings.bus = question.bus;
  question.credit_events = options_.stream_credit_events;
  ask_pending ask;
  ask.to = to;
  ask.what = ask_pending::kind::stream;
  ask.stream = std::move(settings);
  ask.deadline = now_ + options_.reply_timeout;
  ++counters_.streams_open; // counted from the question on, so that the limit holds
  question.request = asks_.put(std::move(ask));
  ports_.bus->ask(std::move(question));
}

void request_handler::tail(const exchange& to, const parsed_request& request) {
  const auto target = parse_target(request.target());
  auto parsed = parse_tail(target->query, request.header("last-event-id"));
  if (auto* fault = std::get_if<request_fault>(&parsed)) {
    respond(to, error_response(fault->status, fault->code, fault->message, fault->pointer));
    return;
  }
  auto& wanted = std::get<tail_request>(parsed);
  live_stream_settings settings;
  settings.count_max = wanted.count_max;
  settings.stops_when_caught_up = wanted.stops_when_caught_up;
  subscribe(to, std::move(wanted.subscription), std::move(settings));
}

void request_handler::group_stream(const exchange& to, const parsed_request& request,
                                   const route_match& route) {
  const auto& declared = ports_.streams[route.index];
  subscribe_live question;
  question.bus = declared.bus;
  try {
    question.pattern = declared.pattern(route.path_values);
  } catch (const std::exception& error) {
    respond(to, error_response(500, "InternalError",
                               "The stream " + declared.path + " failed: " + error.what()));
    return;
  }
  if (question.pattern.empty()) {
    respond(to, error_response(404, "NotFound", "There is nothing at this path."));
    return;
  }
  question.start = declared.from_oldest ? start_position::oldest : start_position::latest;
  if (const auto last = request.header("last-event-id"); !last.empty()) {
    sequence_number sequence = 0;
    if (!parse_number(last, sequence) || sequence == UINT64_MAX) {
      respond(to, error_response(400, "InvalidParameter", "Last-Event-ID: must be a sequence."));
      return;
    }
    question.start = start_position::oldest;
    question.from_sequence = sequence + 1;
  }
  live_stream_settings settings;
  settings.has_markers = false;
  settings.render = declared.render;
  subscribe(to, std::move(question), std::move(settings));
}

void request_handler::tell(const live_subscribed& answer) {
  const auto ask = asks_.take(answer.request);
  if (!ask || ask->what != ask_pending::kind::stream || ask->to.to->closed()) {
    if (ask)
      --counters_.streams_open;
    if (answer.error.empty()) // nobody waits for it any more
      ports_.bus->drop({answer.subscriber});
    return;
  }
  if (!answer.error.empty()) {
    --counters_.streams_open;
    respond(ask->to, error_response(400, "InvalidSubscription", answer.error));
    return;
  }
  auto stream = std::make_unique<live_stream>(ask->stream);
  stream->begin(answer);
  streams_.emplace(answer.subscriber, ask->to.to);
  ++counters_.responses[2];
  const auto now = ports_.now();
  std::string head;
  append_stream_head(head, http_date(now));
  ask->to.to->begin_stream(ask->to.slot, std::move(head), std::move(stream));
}

void request_handler::tell(portion next) {
  const auto at = streams_.find(next.subscriber);
  if (at == streams_.end())
    return;
  const auto client = at->second.lock();
  if (!client || !client->stream())
    return;
  client->stream()->add(std::move(next));
  client->on_stream_changed();
}

void request_handler::on_stream_closed(connection&, subscriber_id subscriber) {
  if (streams_.erase(subscriber) == 0)
    return;
  --counters_.streams_open;
  ports_.bus->drop({subscriber});
}

// -- questions --------------------------------------------------------------------

void request_handler::ask_status(ask_pending ask) {
  if (is_busy()) {
    respond(ask.to, busy());
    return;
  }
  ask.deadline = now_ + options_.reply_timeout;
  ports_.bus->ask(get_bus_status{asks_.put(std::move(ask))});
}

void request_handler::ask_letters(const exchange& to, const parsed_request& request,
                                  const route_match& route) {
  ask_pending ask;
  ask.to = to;
  ask.what = ask_pending::kind::letters;
  ask.subscriber = route.path_values.at(0);
  ask.count = letters_count_default;
  const auto target = parse_target(request.target());
  const auto query = parse_query(target->query);
  if (!query) {
    respond(to,
            error_response(400, "InvalidParameter", "The query's percent-encoding is not valid."));
    return;
  }
  for (auto& [name, value] : *query) {
    const auto good = name == "after"   ? parse_number(value, ask.after)
                      : name == "count" ? parse_number(value, ask.count) && ask.count >= 1
                                              && ask.count <= letters_count_max
                                        : false;
    if (!good) {
      respond(to, error_response(400, "InvalidParameter",
                                 name + ": there are after (a sequence) and count (1 to "
                                     + std::to_string(letters_count_max) + ")."));
      return;
    }
  }
  ask_status(std::move(ask));
}

void request_handler::tell(const bus_status& answer) {
  auto ask = asks_.take(answer.request);
  if (!ask)
    return;
  if (ask->what == ask_pending::kind::status) {
    http_response response;
    response.body = render_status(answer);
    respond(ask->to, response);
    return;
  }
  const auto at
      = std::find_if(answer.subscribers.begin(), answer.subscribers.end(),
                     [&](const subscriber_status& one) { return one.name == ask->subscriber; });
  if (at == answer.subscribers.end()) {
    respond(ask->to,
            error_response(404, "UnknownSubscriber",
                           "There is no subscriber of this name; /v1/subscribers lists them."));
    return;
  }
  ask->deadline = now_ + options_.reply_timeout;
  if (ask->what == ask_pending::kind::letters) {
    list_dead_letters question;
    question.subscriber = at->id;
    question.after = ask->after;
    question.count_max = ask->count;
    question.request = asks_.put(std::move(*ask));
    ports_.bus->ask(question);
    return;
  }
  set_paused question;
  question.subscriber = ask->subscriber;
  question.paused = ask->what == ask_pending::kind::pause;
  question.request = asks_.put(std::move(*ask));
  ports_.bus->ask(std::move(question));
}

void request_handler::tell(const pause_set& answer) {
  const auto ask = asks_.take(answer.request);
  if (!ask)
    return;
  if (!answer.error.empty()) {
    respond(ask->to, error_response(409, "NotChanged", answer.error));
    return;
  }
  http_response response;
  response.body = "{\"subscriber\":";
  append_json_string(response.body, ask->subscriber);
  response.body
      += ask->what == ask_pending::kind::pause ? ",\"paused\":true}" : ",\"paused\":false}";
  respond(ask->to, response);
}

void request_handler::tell(const dead_letters_listed& answer) {
  const auto ask = asks_.take(answer.request);
  if (!ask)
    return;
  http_response response;
  response.body = render_dead_letters(ask->subscriber, answer.letters, ask->count);
  respond(ask->to, response);
}

} // namespace baseplate::gateway
