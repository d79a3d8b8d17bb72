#include "actors/session_monitor/logic/session_state.hpp"

#include <gtest/gtest.h>

namespace baseplate::session_monitor {
namespace {

TEST(SessionState, ComesBackFromItsTextAsItWas) {
  session_state state{1'431'857'100'000,       1'431'857'103'000, 1'431'857'100'000, 17, true,
                      "visitor \"x\" \\ \n ü", "shop.example.com"};
  auto read = decode(encode(state));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->started_ms, state.started_ms);
  EXPECT_EQ(read->last_seen_ms, state.last_seen_ms);
  EXPECT_EQ(read->announced_ms, state.announced_ms);
  EXPECT_EQ(read->events, 17u);
  EXPECT_TRUE(read->event_time);
  EXPECT_EQ(read->user_id, state.user_id);
  EXPECT_EQ(read->site_id, state.site_id);
}

TEST(SessionState, OfAnOrdinaryVisitorTakesAtMost128Bytes) {
  session_state state{1'431'857'100'000,
                      1'431'857'103'000,
                      1'431'857'100'000,
                      1234,
                      true,
                      "ff00f4bf-12a0-a508-b1a9-10f4805d3b10",
                      "shop.example.com"};
  EXPECT_LE(encode(state).size(), 128u);
}

TEST(SessionState, RefusesWhatIsNoStateOfOurs) {
  for (auto text : {"", "{}", "[]", "[1,2,3]", R"([2,1,1,1,1,0,"",""])", R"([1,"1",1,1,1,0,"",""])",
                    R"([1,1,1,1,1,0,"",5])", R"([1,1,1,1,1,0,"",""]x)"})
    EXPECT_FALSE(decode(text)) << text;
}

} // namespace
} // namespace baseplate::session_monitor
