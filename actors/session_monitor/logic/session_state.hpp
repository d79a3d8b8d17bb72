// What is kept of one open session, and its text: a JSON array, because a million of them are kept.
// Pure. The order of the members is the format; version it by the first one if it must change.
#pragma once

#include "messages/identity.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace baseplate::session_monitor {

struct session_state {
  /// Times are event time when `event_time`, else arrival.
  unix_ms started_ms = 0;
  unix_ms last_seen_ms = 0;
  /// When STARTED or RENEWED was last said.
  unix_ms announced_ms = 0;
  std::uint64_t events = 0;
  bool event_time = false;
  /// The visitor (cross_session_cookie_id); may be empty.
  std::string user_id;
  /// May be empty.
  std::string site_id;
};

/// [1,started,last,announced,events,event_time,"user","site"]
std::string encode(const session_state& state);

/// nullopt when the text is no state of ours.
std::optional<session_state> decode(std::string_view text);

} // namespace baseplate::session_monitor
