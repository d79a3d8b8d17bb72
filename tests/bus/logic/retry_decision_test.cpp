#include "actors/bus/logic/retry_decision.hpp"

#include <gtest/gtest.h>

#include <random>

namespace baseplate::bus {
namespace {

TEST(BackoffLimit, DoublesUpToItsMaximum) {
  retry_policy policy;
  policy.backoff_ms = 500;
  policy.backoff_max_ms = 3000;
  const std::int64_t expected[]{500, 1000, 2000, 3000, 3000};
  for (std::uint32_t i = 0; i < 5; ++i)
    EXPECT_EQ(backoff_limit_ms(policy, i + 1), expected[i]);
  EXPECT_EQ(backoff_limit_ms(policy, 4'000'000'000), 3000);
}

TEST(RetryDecision, SpreadsDelaysOverTheWholeRange) {
  const retry_policy policy;
  std::mt19937_64 random(1);
  std::int64_t least = 1'000'000;
  std::int64_t most = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto x = decide_retry(policy, {1, 0, 0, 0, random()});
    ASSERT_TRUE(x.again());
    least = std::min(least, x.delay_ms);
    most = std::max(most, x.delay_ms);
  }
  EXPECT_GE(least, 1);
  EXPECT_LT(least, 10);
  EXPECT_LE(most, 500);
  EXPECT_GT(most, 490);
}

TEST(RetryDecision, GivesUpOnceTheRetriesAreUsedUp) {
  retry_policy policy;
  policy.retry_attempts_max = 2;
  EXPECT_TRUE(decide_retry(policy, {1, 0, 0, 0, 7}).again());
  EXPECT_TRUE(decide_retry(policy, {2, 0, 0, 0, 7}).again());
  const auto last = decide_retry(policy, {3, 0, 0, 0, 7});
  EXPECT_FALSE(last.again());
  EXPECT_EQ(last.condition, "MaximumRetryAttempts");
  policy.retry_attempts_max = 0;
  EXPECT_FALSE(decide_retry(policy, {1, 0, 0, 0, 7}).again());
}

TEST(RetryDecision, GivesUpWhenTheNextAttemptWouldComeTooLate) {
  retry_policy policy;
  policy.event_age_max_s = 60;
  EXPECT_TRUE(decide_retry(policy, {1, 1000, 60'000, 0, 0}).again());
  const auto late = decide_retry(policy, {1, 1000, 61'000, 0, 0});
  EXPECT_FALSE(late.again());
  EXPECT_EQ(late.condition, "MaximumEventAgeInSeconds");
  EXPECT_FALSE(decide_retry(policy, {1, 1000, 10'000, 60'000, 0}).again());
}

TEST(RetryDecision, WaitsForTheLaterOfBackoffAndRetryAfter) {
  const retry_policy policy;
  EXPECT_EQ(decide_retry(policy, {1, 0, 0, 20'000, 7}).delay_ms, 20'000);
  EXPECT_EQ(decide_retry(policy, {1, 0, 0, 3, 399}).delay_ms, 400);
}

} // namespace
} // namespace baseplate::bus
