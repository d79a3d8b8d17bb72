#include "actors/session_monitor/logic/session_state.hpp"

#include "messages/event.hpp"

#include <boost/json.hpp>

namespace baseplate::session_monitor {

std::string encode(const session_state& state) {
  std::string out = "[1,";
  for (auto value : {state.started_ms, state.last_seen_ms, state.announced_ms}) {
    out += std::to_string(value);
    out += ',';
  }
  out += std::to_string(state.events);
  out += state.event_time ? ",1," : ",0,";
  append_json_string(out, state.user_id);
  out += ',';
  append_json_string(out, state.site_id);
  out += ']';
  return out;
}

std::optional<session_state> decode(std::string_view text) {
  boost::system::error_code error;
  auto parsed = boost::json::parse(text, error);
  if (error || !parsed.is_array())
    return std::nullopt;
  auto& items = parsed.get_array();
  if (items.size() != 8 || !items[6].is_string() || !items[7].is_string())
    return std::nullopt;
  for (std::size_t i = 0; i < 6; ++i)
    if (!items[i].is_int64())
      return std::nullopt;
  if (items[0].get_int64() != 1)
    return std::nullopt;
  session_state state;
  state.started_ms = items[1].get_int64();
  state.last_seen_ms = items[2].get_int64();
  state.announced_ms = items[3].get_int64();
  state.events = static_cast<std::uint64_t>(items[4].get_int64());
  state.event_time = items[5].get_int64() != 0;
  state.user_id = items[6].get_string();
  state.site_id = items[7].get_string();
  return state;
}

} // namespace baseplate::session_monitor
