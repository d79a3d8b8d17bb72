#include "actors/gateway/server_counters.hpp"

namespace baseplate::gateway {

namespace {

void append(std::string& out, const char* name, const char* type, const char* help,
            std::uint64_t value) {
  out += "# HELP ";
  out += name;
  out += ' ';
  out += help;
  out += "\n# TYPE ";
  out += name;
  out += ' ';
  out += type;
  out += '\n';
  out += name;
  out += ' ';
  out += std::to_string(value);
  out += '\n';
}

} // namespace

std::string render(const server_counters& x) {
  std::string out;
  append(out, "baseplate_http_connections_accepted_total", "counter", "Connections accepted.",
         x.connections_accepted);
  append(out, "baseplate_http_connections_refused_total", "counter",
         "Connections above the limit, answered with 503.", x.connections_refused);
  append(out, "baseplate_http_connections_open", "gauge", "Connections open now.",
         x.connections_open);
  append(out, "baseplate_http_streams_open", "gauge", "Tails and browser streams open now.",
         x.streams_open);
  append(out, "baseplate_http_requests_in_flight", "gauge",
         "Requests that wait for the journal, the bus or a group.", x.requests_in_flight);
  append(out, "baseplate_http_buffered_bytes", "gauge", "Bytes of bodies being read.",
         x.buffered_bytes);
  append(out, "baseplate_http_written_bytes_total", "counter", "Bytes written to clients.",
         x.written_bytes);
  out += "# HELP baseplate_http_responses_total Answers by class of status.\n"
         "# TYPE baseplate_http_responses_total counter\n";
  for (int i = 1; i < 6; ++i)
    out += "baseplate_http_responses_total{status=\"" + std::to_string(i) + "xx\"} "
           + std::to_string(x.responses[i]) + "\n";
  append(out, "baseplate_gateway_events_accepted_total", "counter",
         "Events that are durable in the log by way of HTTP.", x.events_accepted);
  append(out, "baseplate_gateway_events_refused_total", "counter", "Events refused by validation.",
         x.events_refused);
  append(out, "baseplate_gateway_events_to_unknown_bus_total", "counter",
         "PutEvents entries for a bus that does not exist: answered as successes, kept nowhere.",
         x.events_to_unknown_bus);
  append(out, "baseplate_gateway_publishes_refused_total", "counter",
         "Requests that the journal refused.", x.publishes_refused);
  append(out, "baseplate_gateway_replies_timed_out_total", "counter",
         "Requests that waited longer than the reply timeout.", x.replies_timed_out);
  return out;
}

} // namespace baseplate::gateway
