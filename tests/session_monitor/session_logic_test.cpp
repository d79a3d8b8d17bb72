#include "actors/session_monitor/session_monitor.hpp"
#include "tests/checkout/step_fold.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <stdexcept>

namespace baseplate::session_monitor {
namespace {

constexpr unix_ms minute = 60'000;
constexpr unix_ms hour = 60 * minute;
/// A live clock that is far from the imported history below.
constexpr unix_ms live = 1'790'000'000'000;
constexpr unix_ms history = 1'431'857'100'000;

std::string page(const std::string& session, unix_ms timestamp) {
  return R"({"meta_data":{"site_id":"shop","session_cookie_id":")" + session
         + R"(","cross_session_cookie_id":"visitor","timestamp":)" + std::to_string(timestamp)
         + R"(,"event_type":"page_event","event_subtype":"page_load"},"data":{"page_type":"home"}})";
}

class SessionLogic : public ::testing::Test {
 protected:
  void see(const std::string& session, unix_ms now) { see(session, now, now); }

  void see(const std::string& session, unix_ms timestamp, unix_ms now) {
    fold.publish("shop.web", "page_event", page(session, timestamp), now);
  }

  std::vector<std::string> said(const std::string& session) {
    std::vector<std::string> out;
    for (auto& event : fold.log)
      if (event.source == "service-session" && event.text("session_id") == session)
        out.push_back(event.metadata("type"));
    return out;
  }

  test::step_fold fold{{make_session_monitor()}};
};

using strings = std::vector<std::string>;

TEST_F(SessionLogic, StartsASessionWithItsFirstPageAndExpiresItAfterThirtyIdleMinutes) {
  see("a", live);
  fold.advance(live + 30 * minute - 1);
  EXPECT_EQ(said("a"), (strings{"STARTED"}));
  fold.advance(live + 30 * minute);
  EXPECT_EQ(said("a"), (strings{"STARTED", "EXPIRED"}));
  EXPECT_FALSE(fold.state("session_monitor", "a"));
  EXPECT_EQ(fold.timers(), 0u);
}

TEST_F(SessionLogic, SaysInTheEventWhoStartedWhenAndHowItEnded) {
  see("a", live);
  see("a", live + minute);
  fold.advance(live + hour);
  auto expired = fold.of_type("EXPIRED").at(0);
  EXPECT_EQ(expired.source, "service-session");
  EXPECT_EQ(expired.detail_type, "session");
  EXPECT_EQ(expired.metadata("domain"), "SHOP-SESSION");
  EXPECT_EQ(expired.metadata("status"), "true");
  EXPECT_EQ(expired.text("user_id"), "visitor");
  EXPECT_EQ(expired.data("started_at").as_int64(), live);
  EXPECT_EQ(expired.data("last_seen_at").as_int64(), live + minute);
  EXPECT_EQ(expired.data("expired_at").as_int64(), live + 31 * minute);
  EXPECT_EQ(expired.data("idle_seconds").to_number<int>(), 1800);
  EXPECT_EQ(expired.data("events").to_number<int>(), 2);
  EXPECT_EQ(expired.text("time"), "arrival");
}

TEST_F(SessionLogic, MovesTheEndWithEveryPage) {
  for (auto at : {0, 29, 58, 87})
    see("a", live + at * minute);
  fold.advance(live + 116 * minute);
  EXPECT_EQ(fold.count("EXPIRED"), 0u);
  fold.advance(live + 117 * minute);
  EXPECT_EQ(fold.count("EXPIRED"), 1u);
}

TEST_F(SessionLogic, SaysRenewedAtMostOncePerFiveMinutes) {
  for (int second = 0; second < 20 * 60; second += 10)
    see("a", live + second * 1000);
  EXPECT_EQ(said("a"), (strings{"STARTED", "RENEWED", "RENEWED", "RENEWED"}));
}

TEST_F(SessionLogic, KeepsSessionsApart) {
  see("a", live);
  see("b", live + 20 * minute);
  fold.advance(live + 35 * minute);
  EXPECT_EQ(said("a"), (strings{"STARTED", "EXPIRED"}));
  EXPECT_EQ(said("b"), (strings{"STARTED"}));
}

TEST_F(SessionLogic, GoesByArrivalWhenTheClientsClockIsWrongByLessThanTheHistoryLimit) {
  see("a", live - 59 * minute, live);
  see("b", live + 10 * hour, live);
  fold.advance(live + 30 * minute - 1);
  EXPECT_EQ(fold.count("EXPIRED"), 0u);
  fold.advance(live + 30 * minute);
  EXPECT_EQ(fold.count("EXPIRED"), 2u);
}

TEST_F(SessionLogic, ClosesImportedSessionsByTheWatermarkAndNotByTheWallClock) {
  see("a", history, live);
  fold.advance(live + 10 * hour);
  EXPECT_EQ(fold.count("EXPIRED"), 0u);
  // Lateness of five minutes: the watermark stands at 34 minutes, then at 30.
  see("b", history + 35 * minute - 1, fold.now());
  EXPECT_EQ(fold.count("EXPIRED"), 0u);
  see("b", history + 35 * minute, fold.now());
  EXPECT_EQ(said("a"), (strings{"STARTED", "EXPIRED"}));
  EXPECT_EQ(fold.of_type("EXPIRED").at(0).text("time"), "event");
}

TEST_F(SessionLogic, ExpiresBeforeItStartsAgainWhenThePageComesBeforeTheTimer) {
  see("a", history, live);
  // Past the idle time, yet within the lateness: the timer cannot have fired.
  see("a", history + 31 * minute, live);
  EXPECT_EQ(said("a"), (strings{"STARTED", "EXPIRED", "STARTED"}));
  EXPECT_EQ(fold.of_type("EXPIRED").at(0).data("expired_at").as_int64(), history + 30 * minute);
}

TEST_F(SessionLogic, TakesAPauseOfExactlyTheIdleTimeForTheEnd) {
  see("a", history, live);
  see("a", history + 30 * minute - 1, live);
  EXPECT_EQ(fold.count("EXPIRED"), 0u);
  see("a", history + 60 * minute - 1, live);
  EXPECT_EQ(fold.count("EXPIRED"), 1u);
}

TEST_F(SessionLogic, IsNotShortenedByAPageThatComesLate) {
  see("a", history + 10 * minute, live);
  see("a", history + 8 * minute, live);
  see("b", history + 45 * minute - 1, live);
  EXPECT_EQ(fold.count("EXPIRED"), 0u);
  see("b", history + 45 * minute, live);
  auto expired = fold.of_type("EXPIRED").at(0);
  EXPECT_EQ(expired.data("started_at").as_int64(), history + 8 * minute);
  EXPECT_EQ(expired.data("expired_at").as_int64(), history + 40 * minute);
}

TEST_F(SessionLogic, IgnoresAPageOfALongGoneSessionOfTheSameCookie) {
  see("a", history + 10 * hour, live);
  auto before = fold.state("session_monitor", "a");
  see("a", history, live);
  EXPECT_EQ(fold.state("session_monitor", "a"), before);
  EXPECT_EQ(said("a"), (strings{"STARTED"}));
}

TEST_F(SessionLogic, LetsALivePageEndAnImportedSessionAndStartALiveOne) {
  see("a", history, live);
  see("a", live + 1, live + 1);
  EXPECT_EQ(said("a"), (strings{"STARTED", "EXPIRED", "STARTED"}));
  fold.advance(live + 1 + 30 * minute);
  EXPECT_EQ(said("a"), (strings{"STARTED", "EXPIRED", "STARTED", "EXPIRED"}));
  EXPECT_EQ(fold.timers(), 0u);
}

TEST_F(SessionLogic, SkipsEventsWithoutASessionId) {
  for (auto detail : {R"({"meta_data":{"event_type":"page_event"}})",
                      R"({"meta_data":{"event_type":"page_event","session_cookie_id":""}})",
                      R"({"meta_data":{"event_type":"page_event","session_cookie_id":7}})"})
    fold.publish("shop.web", "page_event", detail, live);
  fold.publish("shop.web", "page_event", page(std::string(257, 'x'), live), live);
  EXPECT_EQ(fold.log.size(), 4u);
}

TEST_F(SessionLogic, TreatsATimestampThatIsNoTimeAsArrival) {
  int session = 0;
  for (auto stamp : {"-5", "0", "\"x\"", "null", "1.5"})
    fold.publish("shop.web", "page_event",
                 R"({"meta_data":{"event_type":"page_event","session_cookie_id":"s)"
                     + std::to_string(++session) + R"(","timestamp":)" + stamp + "}}",
                 live);
  fold.advance(live + hour);
  EXPECT_EQ(fold.count("STARTED"), 5u);
  EXPECT_EQ(fold.count("EXPIRED"), 5u);
  EXPECT_EQ(fold.of_type("EXPIRED").at(0).text("time"), "arrival");
}

TEST_F(SessionLogic, AlternatesStartedAndExpiredForAnyTimes) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    test::step_fold random{{make_session_monitor()}};
    std::mt19937 dice(seed);
    unix_ms at = history;
    for (int i = 0; i < 150; ++i) {
      at += dice() % (20 * minute);
      auto jitter = static_cast<unix_ms>(dice() % (4 * minute));
      random.publish("shop.web", "page_event", page(std::string(1, 'a' + dice() % 3), at - jitter),
                     live);
    }
    std::map<std::string, std::string> last;
    for (auto& event : random.log) {
      if (event.source != "service-session" || event.metadata("type") == "RENEWED")
        continue;
      auto& previous = last[event.text("session_id")];
      auto type = event.metadata("type");
      ASSERT_NE(previous, type) << "seed " << seed;
      ASSERT_FALSE(previous.empty() && type == "EXPIRED") << "seed " << seed;
      previous = type;
    }
    for (auto& [session, type] : last)
      EXPECT_EQ(random.state("session_monitor", session).has_value(), type == "STARTED");
  }
}

TEST(SessionMonitorOptions, RefuseWhatIsOutOfRange) {
  EXPECT_THROW(make_session_monitor({.idle_ms = 999}), std::invalid_argument);
  EXPECT_THROW(make_session_monitor({.idle_ms = 86'400'001}), std::invalid_argument);
  EXPECT_THROW(make_session_monitor({.renew_interval_ms = -1}), std::invalid_argument);
  EXPECT_THROW(make_session_monitor({.history_after_ms = -1}), std::invalid_argument);
  EXPECT_THROW(make_session_monitor({.lateness_ms = -1}), std::invalid_argument);
  EXPECT_NO_THROW(make_session_monitor({.renew_interval_ms = 0, .lateness_ms = 0}));
}

} // namespace
} // namespace baseplate::session_monitor
