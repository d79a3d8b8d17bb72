// What a bus and a subscriber are, as configuration declares them and control records keep them.
#pragma once

#include "messages/identity.hpp"
#include "messages/json/member_rule.hpp"

#include <boost/describe.hpp>

#include <array>
#include <cstdint>
#include <string>

namespace baseplate {

/// A bus: a retained log with a name.
struct bus_spec {
  /// 1 to 256 characters of A-Z a-z 0-9 . _ - /
  std::string name;
  /// Events older than this may be unlinked, in seconds; 0: no limit by age.
  std::uint64_t retention_age_s = 0;
  /// Bytes of log above which the oldest segments may be unlinked; 0: no limit by size.
  std::uint64_t retention_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(bus_spec, (), (name, retention_age_s, retention_bytes))

constexpr auto member_rules(const bus_spec*) {
  return std::array{
      member_rule{.member = "name", .length_min = 1, .length_max = 256, .example = "default"}};
}

/// Where a new subscriber begins.
enum class start_position : std::uint8_t { latest = 0, oldest = 1, time = 2 };
BOOST_DESCRIBE_ENUM(start_position, latest, oldest, time)

/// What happens to a subscriber that retention overtakes.
enum class lag_policy : std::uint8_t {
  /// It holds the log: segments stay until it has read them.
  hold = 0,
  /// The log goes on without it: it is told the range (a gap) and the events count as expired.
  expire = 1,
};
BOOST_DESCRIBE_ENUM(lag_policy, hold, expire)

/// When to try again, and when to give up. EventBridge RetryPolicy with a back-off of our own.
struct retry_policy {
  /// Retries after the first attempt, 0 to 185 (MaximumRetryAttempts).
  std::uint32_t retry_attempts_max = 185;
  /// Age at which an undelivered event is dead-lettered, 60 to 86400 s (MaximumEventAgeInSeconds).
  std::uint32_t event_age_max_s = 86400;
  /// First delay; each further one doubles, with jitter.
  std::uint32_t backoff_ms = 500;
  std::uint32_t backoff_max_ms = 300'000;
};
BOOST_DESCRIBE_STRUCT(retry_policy, (),
                      (retry_attempts_max, event_age_max_s, backoff_ms, backoff_max_ms))

constexpr auto member_rules(const retry_policy*) {
  return std::array{member_rule{.member = "retry_attempts_max", .maximum = 185},
                    member_rule{.member = "event_age_max_s", .minimum = 60, .maximum = 86400}};
}

/// What a subscriber is.
enum class target_kind : std::uint8_t {
  /// A domain group, named like the subscriber.
  group = 0,
  /// An HTTP endpoint; `target_json` says which.
  http = 1,
  /// A mail per event; `target_json` says through which server.
  smtp = 2,
  /// A line in the node's log.
  log = 3,
};
BOOST_DESCRIBE_ENUM(target_kind, group, http, smtp, log)

/// A subscriber: filter, target, cursor, retry policy, dead letters.
struct subscriber_spec {
  /// 1 to 64 characters of A-Z a-z 0-9 . _ -
  std::string name;
  std::string bus = "default";
  /// EventBridge event pattern as JSON text; empty: every event of the bus.
  std::string pattern;
  target_kind target = target_kind::group;
  /// Settings of the target as a JSON object; its members are the target's own. Empty: none.
  std::string target_json;
  start_position start = start_position::latest;
  /// With start_position::time: the ingestion time to begin at.
  unix_ms start_time_ms = 0;
  /// JSON Pointer into the envelope; events with the same value are kept in order, one in flight.
  /// Empty: none.
  std::string ordering_key;
  retry_policy retry;
  lag_policy lag = lag_policy::hold;
  bool paused = false;
  /// Events in flight or waiting for a retry at most; bounds memory.
  std::uint32_t credit_events = 1024;
};
BOOST_DESCRIBE_STRUCT(subscriber_spec, (),
                      (name, bus, pattern, target, target_json, start, start_time_ms, ordering_key,
                       retry, lag, paused, credit_events))

constexpr auto member_rules(const subscriber_spec*) {
  return std::array{
      member_rule{.member = "name", .length_min = 1, .length_max = 64, .example = "checkout"},
      member_rule{.member = "bus", .length_min = 1, .length_max = 256, .example = "default"},
      member_rule{.member = "target_json",
                  .description = "The target's own settings; may hold credentials.",
                  .secret = true}};
}

} // namespace baseplate
