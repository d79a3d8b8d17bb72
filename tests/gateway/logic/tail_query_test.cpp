#include "actors/gateway/logic/tail_query.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

tail_request good(std::string_view query, std::string_view last = {}) {
  auto parsed = parse_tail(query, last);
  if (auto* fault = std::get_if<request_fault>(&parsed)) {
    ADD_FAILURE() << query << ": " << fault->message;
    return {};
  }
  return std::get<tail_request>(parsed);
}

} // namespace

TEST(TailQuery, BeginsAtTheLatestOfTheDefaultBus) {
  const auto got = good("");
  EXPECT_EQ(got.subscription.bus, "default");
  EXPECT_EQ(got.subscription.start, start_position::latest);
  EXPECT_EQ(got.count_max, 0u);
}

TEST(TailQuery, TakesEveryKindOfBeginning) {
  EXPECT_EQ(good("from=latest").subscription.start, start_position::latest);
  EXPECT_EQ(good("from=oldest").subscription.start, start_position::oldest);
  EXPECT_EQ(good("from=oldest").subscription.from_sequence, 0u);
  EXPECT_EQ(good("from=42").subscription.start, start_position::oldest);
  EXPECT_EQ(good("from=42").subscription.from_sequence, 42u);
  EXPECT_EQ(good("from=1970-01-01T00:00:01Z").subscription.start, start_position::time);
  EXPECT_EQ(good("from=1970-01-01T00:00:01Z").subscription.start_time_ms, 1000);
  EXPECT_EQ(good("from=1970-01-01T01:00:01%2B01:00").subscription.start_time_ms, 1000);
}

TEST(TailQuery, ResumesBehindTheLastEventId) {
  const auto got = good("from=oldest&count=3&bus=b&pattern=%7B%7D&follow=false", "41");
  EXPECT_EQ(got.subscription.from_sequence, 42u);
  EXPECT_EQ(got.subscription.start, start_position::oldest);
  EXPECT_EQ(got.subscription.bus, "b");
  EXPECT_EQ(got.subscription.pattern, "{}");
  EXPECT_EQ(got.count_max, 3u);
  EXPECT_TRUE(got.stops_when_caught_up);
}

TEST(TailQuery, NamesTheParameterThatIsWrong) {
  for (const char* query : {"from=x", "from=", "from=-1", "count=0", "count=x", "bus=", "follow=1",
                            "other=1", "from=%", "count=99999999999999999999"}) {
    const auto parsed = parse_tail(query, "");
    ASSERT_TRUE(std::holds_alternative<request_fault>(parsed)) << query;
    EXPECT_EQ(std::get<request_fault>(parsed).code, "InvalidParameter") << query;
  }
  for (const char* last : {"x", "-1", "18446744073709551615"})
    EXPECT_TRUE(std::holds_alternative<request_fault>(parse_tail("", last))) << last;
}

} // namespace baseplate::gateway
