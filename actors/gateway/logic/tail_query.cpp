#include "actors/gateway/logic/tail_query.hpp"

#include "actors/gateway/logic/request_target.hpp"

#include <charconv>

namespace baseplate::gateway {

namespace {

constexpr std::size_t pattern_bytes_max = 4096;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return out;
}

request_fault bad(std::string_view parameter, std::string message) {
  return {400, "InvalidParameter", std::string{parameter} + ": " + std::move(message), ""};
}

} // namespace

std::variant<tail_request, request_fault> parse_tail(std::string_view query,
                                                     std::string_view last_event_id) {
  const auto values = parse_query(query);
  if (!values)
    return bad("query", "the percent-encoding is not valid.");
  tail_request out;
  auto& wanted = out.subscription;
  wanted.bus = "default";
  for (auto& [name, value] : *values) {
    if (name == "bus") {
      if (value.empty() || value.size() > 256)
        return bad(name, "must be the name of a bus.");
      wanted.bus = value;
    } else if (name == "pattern") {
      if (value.size() > pattern_bytes_max)
        return bad(name, "must not be longer than 4096 bytes.");
      wanted.pattern = value;
    } else if (name == "count") {
      const auto number = parse_number(value);
      if (!number || *number == 0)
        return bad(name, "must be a number from 1 on.");
      out.count_max = *number;
    } else if (name == "follow") {
      if (value != "true" && value != "false")
        return bad(name, "must be true or false.");
      out.stops_when_caught_up = value == "false";
    } else if (name == "from") {
      if (value == "latest") {
        wanted.start = start_position::latest;
      } else if (value == "oldest") {
        wanted.start = start_position::oldest;
      } else if (const auto number = parse_number(value)) {
        wanted.start = start_position::oldest;
        wanted.from_sequence = *number;
      } else if (const auto time = from_rfc3339(value); time >= 0) {
        wanted.start = start_position::time;
        wanted.start_time_ms = time;
      } else {
        return bad(name, "must be oldest, latest, a sequence, or an RFC 3339 time.");
      }
    } else {
      return bad(name,
                 "is not a parameter of tail; there are bus, pattern, from, count and follow.");
    }
  }
  if (!last_event_id.empty()) {
    const auto number = parse_number(last_event_id);
    if (!number || *number == UINT64_MAX)
      return request_fault{400, "InvalidParameter", "Last-Event-ID: must be a sequence.", ""};
    wanted.start = start_position::oldest;
    wanted.from_sequence = *number + 1;
    wanted.start_time_ms = 0;
  }
  return out;
}

} // namespace baseplate::gateway
