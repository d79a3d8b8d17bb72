// `baseplate tail`: prints the events that the log of a bus holds, from any place on, and follows
// it. Follows across restarts of the node: it reconnects and goes on behind the last event that it
// printed.
#pragma once

#include "app/client/http_client.hpp"

#include <cstdint>
#include <string>

namespace baseplate::app {

struct tail_options {
  client_options client;
  std::string bus = "default";
  /// latest, oldest, a sequence, or an RFC 3339 time.
  std::string from = "latest";
  /// Event pattern as JSON; empty: all events.
  std::string pattern;
  /// Ends after so many events; 0: never.
  std::uint64_t count = 0;
  /// False: ends at what was the end of the log when it began.
  bool follow = true;
  /// One event a line: the envelope with the members bus and sequence. Else a line for people.
  bool json = false;
};

/// Runs it; returns the exit code. Events go to stdout, remarks to stderr.
int run_tail(const tail_options& options);

/// A line for people: "sequence  time  source  detail-type  detail". Pure; text that is no event
/// comes back as it is.
std::string render_tail_line(const std::string& event_json);

} // namespace baseplate::app
