#include "actors/outbound/logic/delivery_outcome.hpp"

#include <gtest/gtest.h>

namespace baseplate::outbound {
namespace {

TEST(HttpOutcome, FollowsTheStatus) {
  for (const long status : {200, 201, 202, 204, 299})
    EXPECT_EQ(http_outcome(status), attempt_outcome::delivered) << status;
  for (const long status : {0, 408, 425, 429, 500, 502, 503, 504, 599})
    EXPECT_EQ(http_outcome(status), attempt_outcome::retry) << status;
  for (const long status : {100, 301, 302, 304, 307, 400, 401, 403, 404, 409, 410, 413, 422})
    EXPECT_EQ(http_outcome(status), attempt_outcome::rejected) << status;
}

TEST(SmtpOutcome, FollowsTheReply) {
  EXPECT_EQ(smtp_outcome(250), attempt_outcome::delivered);
  EXPECT_EQ(smtp_outcome(421), attempt_outcome::retry);
  EXPECT_EQ(smtp_outcome(450), attempt_outcome::retry);
  EXPECT_EQ(smtp_outcome(550), attempt_outcome::rejected);
  EXPECT_EQ(smtp_outcome(0), attempt_outcome::retry);
}

TEST(RetryAfter, TakesSecondsAndDates) {
  EXPECT_EQ(parse_retry_after("120", 0), 120'000);
  EXPECT_EQ(parse_retry_after(" 5 ", 0), 5'000);
  EXPECT_EQ(parse_retry_after("0", 0), 0);
  constexpr unix_ms noon = 1'700'049'600'000; // 2023-11-15T12:00:00Z
  EXPECT_EQ(parse_retry_after("Wed, 15 Nov 2023 12:00:30 GMT", noon), 30'000);
  EXPECT_EQ(parse_retry_after("Wed, 15 Nov 2023 11:00:00 GMT", noon), 0);
}

TEST(RetryAfter, IgnoresNonsenseAndCapsTheRest) {
  for (const auto* text : {"", "soon", "-5", "1.5", "12 apples", "2023-11-15"})
    EXPECT_EQ(parse_retry_after(text, 0), 0) << text;
  EXPECT_EQ(parse_retry_after("99999999999999999999999", 0), retry_after_max_ms);
  EXPECT_EQ(parse_retry_after("Wed, 15 Nov 2090 12:00:30 GMT", 0), retry_after_max_ms);
}

} // namespace
} // namespace baseplate::outbound
