#include "actors/bus/logic/retry_decision.hpp"

#include <algorithm>

namespace baseplate::bus {

std::int64_t backoff_limit_ms(const retry_policy& policy, std::uint32_t attempts) {
  const std::int64_t most = std::max<std::int64_t>(policy.backoff_max_ms, 1);
  std::int64_t limit = std::max<std::int64_t>(policy.backoff_ms, 1);
  for (std::uint32_t i = 1; i < attempts && limit < most; ++i)
    limit *= 2;
  return std::min(limit, most);
}

retry_decision decide_retry(const retry_policy& policy, const failed_attempt& x) {
  if (x.attempts > policy.retry_attempts_max)
    return {-1, "MaximumRetryAttempts"};
  const auto limit = backoff_limit_ms(policy, x.attempts);
  auto delay = static_cast<std::int64_t>(x.random % static_cast<std::uint64_t>(limit)) + 1;
  delay = std::max(delay, x.retry_after_ms);
  const auto age_max_ms = std::int64_t{policy.event_age_max_s} * 1000;
  if (x.now_ms + delay - x.ingested_at_ms > age_max_ms)
    return {-1, "MaximumEventAgeInSeconds"};
  return {delay, {}};
}

} // namespace baseplate::bus
