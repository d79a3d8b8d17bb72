#include "actors/notifications/logic/order_progress.hpp"
#include "actors/notifications/notifications.hpp"
#include "tests/checkout/step_fold.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace baseplate::notifications {
namespace {

namespace json = boost::json;

constexpr unix_ms start = 1'790'000'000'000;
constexpr unix_ms day = 86'400'000;

struct happening {
  const char* source;
  const char* detail_type;
  const char* type;
  const char* status = "true";
};

const happening placed{"service-checkout", "order_placed", "ORDER_PLACED"};
const happening complete{"service-checkout", "order_complete", "ORDER_COMPLETE"};
const happening cancelled{"service-checkout", "order_cancelled", "ORDER_CANCELLED"};
const happening authorised{"service-payments", "payment", "AUTHORISATION"};
const happening refused{"service-payments", "payment", "AUTHORISATION", "false"};
const happening captured{"service-payments", "payment", "CAPTURE"};
const happening refunded{"service-payments", "payment", "REFUND"};
const happening not_refunded{"service-payments", "payment", "REFUND", "false"};
const happening charged_back{"service-payments", "payment", "CHARGEBACK"};

using strings = std::vector<std::string>;

class NotificationsLogic : public ::testing::Test {
 protected:
  void happen(const happening& x, const std::string& order_id = "o-1") {
    json::object detail{{"metadata", {{"type", x.type}, {"status", x.status}}},
                        {"data", {{"order_id", order_id}, {"customer", {{"email", "secret"}}}}}};
    fold.publish(x.source, x.detail_type, json::serialize(detail), start);
  }

  strings told(const std::string& order_id = "o-1") {
    strings out;
    for (auto& event : fold.of_type("ORDER_STATUS_CHANGED", order_id))
      out.push_back(event.text("status"));
    return out;
  }

  strings told_of(const std::vector<happening>& happenings) {
    fold = test::step_fold{{make_notifications()}};
    for (auto& each : happenings)
      happen(each);
    return told();
  }

  test::step_fold fold{{make_notifications()}};
};

TEST_F(NotificationsLogic, TellsEachChangeOfAnOrderOnce) {
  EXPECT_EQ(told_of({placed, placed, authorised, captured, complete, complete}),
            (strings{"PLACED", "PAYMENT_AUTHORISED", "COMPLETE"}));
  EXPECT_EQ(told_of({placed, refused, cancelled}),
            (strings{"PLACED", "PAYMENT_REFUSED", "CANCELLED"}));
  EXPECT_EQ(told_of({placed, cancelled, refunded}), (strings{"PLACED", "CANCELLED", "REFUNDED"}));
  EXPECT_EQ(told_of({placed, authorised, complete, charged_back}),
            (strings{"PLACED", "PAYMENT_AUTHORISED", "COMPLETE", "CHARGED_BACK"}));
}

TEST_F(NotificationsLogic, TakesNothingBackForWhatComesLate) {
  EXPECT_EQ(told_of({complete, placed, authorised, refused}), (strings{"COMPLETE"}));
  EXPECT_EQ(told_of({cancelled, complete, authorised}), (strings{"CANCELLED"}));
  EXPECT_EQ(told_of({complete, cancelled}), (strings{"COMPLETE"}));
  EXPECT_EQ(told_of({placed, not_refunded}), (strings{"PLACED"}));
  EXPECT_EQ(told_of({charged_back, refunded}), (strings{"CHARGED_BACK"}));
}

TEST_F(NotificationsLogic, NeverTellsTwoEndsOrTheSameTwiceForAnyOrderOfEvents) {
  std::vector<happening> all{placed, authorised, complete, cancelled, refunded, refused};
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  do {
    std::vector<happening> happenings;
    for (auto index : order)
      happenings.push_back(all[index]);
    auto result = told_of(happenings);
    ASSERT_EQ(result.back(), "REFUNDED");
    ASSERT_LE(std::count(result.begin(), result.end(), "COMPLETE")
                  + std::count(result.begin(), result.end(), "CANCELLED"),
              1);
    std::sort(result.begin(), result.end());
    ASSERT_EQ(std::adjacent_find(result.begin(), result.end()), result.end());
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(NotificationsLogic, SaysOnlyIdStatusAndTime) {
  happen(placed);
  auto event = fold.of_type("ORDER_STATUS_CHANGED").at(0);
  EXPECT_EQ(event.source, "service-notifications");
  EXPECT_EQ(event.detail_type, "order_status_changed");
  json::value expected{{"order_id", "o-1"}, {"status", "PLACED"}, {"time", to_rfc3339(start)}};
  EXPECT_EQ(event.detail.at("data"), expected);
}

TEST_F(NotificationsLogic, KeepsOrdersApart) {
  happen(placed, "o-1");
  happen(placed, "o-2");
  happen(cancelled, "o-2");
  EXPECT_EQ(told("o-1"), (strings{"PLACED"}));
  EXPECT_EQ(told("o-2"), (strings{"PLACED", "CANCELLED"}));
}

TEST_F(NotificationsLogic, DoesNotListenToItselfOrToEventsWithoutAnOrder) {
  happen({"service-notifications", "order_placed", "ORDER_PLACED"});
  fold.publish("service-payments", "payment",
               R"({"metadata":{"type":"AUTHORISATION","status":"true"},"data":{}})", start);
  EXPECT_TRUE(told().empty());
}

TEST_F(NotificationsLogic, ForgetsAnOrderThatStaysSilent) {
  happen(placed);
  fold.advance(start + 90 * day);
  EXPECT_FALSE(fold.state("notifications", "o-1"));
  EXPECT_EQ(fold.timers(), 0u);
}

TEST(NotificationsOptions, RefuseWhatIsOutOfRange) {
  EXPECT_THROW(make_notifications({.status_kept_ms = 1}), std::invalid_argument);
  EXPECT_THROW(notifications_streams({.status_kept_ms = 1}), std::invalid_argument);
}

} // namespace
} // namespace baseplate::notifications
