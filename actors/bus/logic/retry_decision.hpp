// Decides whether a failed delivery is tried again, and when. Pure: time and randomness come in.
// Spec:    EventBridge RetryPolicy (MaximumRetryAttempts, MaximumEventAgeInSeconds); exponential
// back-off, full jitter;
//          the later of back-off and the server's Retry-After
// Threads: no state
#pragma once

#include "messages/subscriber.hpp"

#include <cstdint>
#include <string_view>

namespace baseplate::bus {

struct retry_decision {
  /// Wait this long and try again; below 0: give up.
  std::int64_t delay_ms = -1;
  /// When given up: "MaximumRetryAttempts" or "MaximumEventAgeInSeconds".
  std::string_view condition;

  bool again() const { return delay_ms >= 0; }
};

struct failed_attempt {
  /// Attempts made so far, this one included; at least 1.
  std::uint32_t attempts = 1;
  /// When the node took the event.
  unix_ms ingested_at_ms = 0;
  unix_ms now_ms = 0;
  /// What the server asked for; 0: nothing.
  std::int64_t retry_after_ms = 0;
  /// Uniform over all 64-bit numbers.
  std::uint64_t random = 0;
};

/// Gives up when the attempts are used up, or when the next one would come after the event's
/// maximum age.
retry_decision decide_retry(const retry_policy& policy, const failed_attempt& x);

/// Longest delay before attempt `attempts` + 1: backoff_ms doubled for each attempt, at most
/// backoff_max_ms.
std::int64_t backoff_limit_ms(const retry_policy& policy, std::uint32_t attempts);

} // namespace baseplate::bus
