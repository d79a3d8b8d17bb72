// What requests mean: finds the endpoint, publishes, asks the bus, waits for groups, and answers.
// Invariants: a publishing request is answered after its events are durable, or with the reason why
// they are not;
//             every request is answered exactly once, at the latest by the reply timeout
// Threads:    the I/O thread only
// Not here:   sockets (connection), parsing and rendering (logic/)
#pragma once

#include "actors/gateway/connection.hpp"
#include "actors/gateway/gateway_options.hpp"
#include "actors/gateway/logic/ingest.hpp"
#include "actors/gateway/logic/put_events_request.hpp"
#include "actors/gateway/logic/response_head.hpp"
#include "actors/gateway/logic/route_table.hpp"
#include "actors/gateway/logic/slab.hpp"
#include "actors/gateway/logic/tail_query.hpp"
#include "actors/gateway/logic/uuid_source.hpp"
#include "actors/gateway/server_counters.hpp"
#include "actors/gateway/server_ports.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <variant>

namespace baseplate::gateway {

class request_handler {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Throws std::invalid_argument when a group's route contradicts another one.
  request_handler(const gateway_options& options, const server_ports& ports,
                  server_counters& counters);

  // -- from connections ---------------------------------------------------------------

  head_decision on_head(const parsed_request& request);
  void on_request(const exchange& to, parsed_request& request, const route_match& route);
  std::string render(const exchange& to, const http_response& response);
  void on_stream_closed(connection& gone, subscriber_id subscriber);

  // -- from the journal, the bus and the groups ------------------------------------------

  /// Where the journal's completions go.
  void set_sink(std::shared_ptr<completion_sink> sink) { sink_ = std::move(sink); }

  void on_completions(std::vector<publish_completion> completions);
  void tell(const route_reply& reply);
  void tell(const live_subscribed& answer);
  void tell(portion next);
  void tell(const bus_status& answer);
  void tell(const pause_set& answer);
  void tell(const dead_letters_listed& answer);

  // -- time ---------------------------------------------------------------------------

  /// Ends what waited too long.
  void sweep(time_point now);

  void set_now(time_point now) { now_ = now; }

  time_point now() const { return now_; }

  void set_draining() { draining_ = true; }

  bool draining() const { return draining_; }

  /// Requests that wait for something.
  std::size_t in_flight() const { return publishes_.size() + asks_.size() + waits_.size(); }

 private:
  /// PutEvents whose events are with the journal.
  struct put_events_pending {
    std::vector<put_events_entry> entries;
  };

  /// Native events or CloudEvents.
  struct records_pending {
    ingested_records ingested;
  };

  /// A group's route: its answer once durable, or the wait for the group's reply.
  struct route_pending {
    std::optional<http_response> response;
    std::uint64_t wait = 0;
  };

  struct publish_pending {
    exchange to;
    std::variant<put_events_pending, records_pending, route_pending> what;
    time_point deadline{};
    /// When its request was parsed, on the steady clock.
    std::int64_t received_ns = 0;
  };

  /// A request that waits for its group.
  struct reply_wait {
    exchange to;
    std::string correlation;
    time_point deadline;
    bool durable = false;
    std::optional<http_response> early;
  };

  /// A question to the bus or the journal.
  struct ask_pending {
    enum class kind : std::uint8_t { status, pause, resume, letters, stream };

    exchange to;
    kind what = kind::status;
    std::string subscriber;
    sequence_number after = 0;
    std::uint32_t count = 0;
    live_stream_settings stream;
    time_point deadline;
  };

  void add_routes();
  ingest_context context(const parsed_request* request);
  void respond(const exchange& to, const http_response& response);
  void respond_aws(const exchange& to, std::string body);
  void respond_aws(const exchange& to, const aws_error& error);

  bool is_busy() const { return in_flight() >= options_.requests_in_flight_max; }

  void answer_built_in(const exchange& to, parsed_request& request, const route_match& route);
  void answer_options(const exchange& to, const parsed_request& request, std::string_view path);
  void answer_ready(const exchange& to);
  void put_events(const exchange& to, parsed_request& request);
  void publish_records(const exchange& to, parsed_request& request);
  void finish_records(const exchange& to, const ingested_records& ingested, sequence_number first);
  void group_route(const exchange& to, parsed_request& request, const route_match& route);
  void group_stream(const exchange& to, const parsed_request& request, const route_match& route);
  void tail(const exchange& to, const parsed_request& request);
  void ask_letters(const exchange& to, const parsed_request& request, const route_match& route);
  void ask_status(ask_pending ask);
  void subscribe(const exchange& to, subscribe_live question, live_stream_settings settings);
  void publish(event_batch batch, publish_pending pending);
  void finish(publish_pending& pending, const publish_completion& completion);
  void end_wait(std::uint64_t token, const http_response& response);

  const gateway_options& options_;
  const server_ports& ports_;
  server_counters& counters_;
  std::shared_ptr<completion_sink> sink_;
  route_table routes_;
  std::string openapi_;
  ingest_workspace workspace_;
  uuid_source ids_;

  slab<publish_pending> publishes_;
  slab<ask_pending> asks_;
  slab<reply_wait> waits_;
  std::unordered_multimap<std::string, std::uint64_t> waits_by_correlation_;
  std::unordered_map<subscriber_id, std::weak_ptr<connection>> streams_;

  time_point now_{};
  bool draining_ = false;
  unix_ms date_second_ = -1;
  std::string date_;
  unix_ms text_second_ = -1;
  std::string now_text_;
};

} // namespace baseplate::gateway
