// A tail or a browser stream between the bus and a socket: what to write next, and how much credit
// to give back. Pure: portions in, text out, piece by piece as the socket takes it. Invariants:
// each event at most once and in order; what waits is bounded by the credit given; credit comes
// back only
//             for what was written; "caught-up" comes once, after every event up to the head at the
//             beginning
// Threads:    one at a time
#pragma once

#include "messages/bus.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace baseplate::gateway {

/// What a stream is, for its whole life.
struct live_stream_settings {
  /// The bus' name.
  std::string bus;
  /// The stream ends after so many events; 0: never.
  std::uint64_t count_max = 0;
  /// The stream ends when it has caught up.
  bool stops_when_caught_up = false;
  /// Tells "caught-up" and "gap"; a browser stream has neither.
  bool has_markers = true;
  /// The data of an event; an empty result leaves it out. Absent: the tail form.
  std::function<std::string(std::string_view envelope)> render;
};

class live_stream {
 public:
  explicit live_stream(live_stream_settings settings);

  /// The bus took the subscription.
  void begin(const live_subscribed& answer);

  /// More of the log.
  void add(portion next);

  /// Appends up to about `bytes_max` (at least one event, if one waits) and adds what it used of
  /// the credit to `credit`.
  void render(std::string& out, std::size_t bytes_max, std::uint32_t& credit);

  /// True when render() would append nothing.
  bool empty() const;

  /// Nothing follows: the count is reached, or it has caught up and should stop there.
  bool finished() const { return finished_; }

  subscriber_id subscriber() const { return subscriber_; }

 private:
  void render_event(std::string& out, std::string_view envelope, sequence_number sequence);
  void check_caught_up(std::string& out);

  live_stream_settings settings_;
  std::string bus_json_;
  subscriber_id subscriber_ = 0;
  sequence_number head_ = 0;
  sequence_number done_ = 0;
  std::uint64_t count_ = 0;
  bool begun_ = false;
  bool caught_up_ = false;
  bool finished_ = false;
  std::deque<portion> waiting_;
  /// Events of the first waiting portion that are done.
  std::size_t at_ = 0;
};

} // namespace baseplate::gateway
