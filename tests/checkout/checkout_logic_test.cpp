#include "actors/checkout/checkout.hpp"
#include "messages/json/encode.hpp"
#include "messages/shop_requests.hpp"
#include "tests/checkout/order_builder.hpp"
#include "tests/checkout/step_fold.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

namespace baseplate::checkout {
namespace {

namespace json = boost::json;

constexpr unix_ms start = 1'790'000'000'000;
constexpr unix_ms minute = 60'000;
constexpr unix_ms day = 24 * 60 * minute;

class CheckoutLogic : public ::testing::Test {
 protected:
  std::string place(const std::string& order_id, unix_ms now,
                    const json::object& body = test::order_body()) {
    json::object detail{{"metadata",
                         {{"version", "1"},
                          {"domain", "SHOP-CHECKOUT"},
                          {"service", "service-checkout"},
                          {"type", "PLACE_ORDER"},
                          {"status", "true"}}},
                        {"data", {{"order_id", order_id}, {"order", body}}}};
    return fold.publish("service-checkout", "place_order", json::serialize(detail), now);
  }

  void pay(const std::string& order_id, const char* type, const char* status, unix_ms now) {
    json::object detail{{"metadata", {{"type", type}, {"status", status}}},
                        {"data", {{"order_id", order_id}, {"paymentReference", "pay-1"}}}};
    fold.publish("service-payments", "payment", json::serialize(detail), now);
  }

  std::size_t ends(const std::string& order_id) {
    return fold.count("ORDER_COMPLETE", order_id) + fold.count("ORDER_CANCELLED", order_id);
  }

  json::value answer(std::size_t index) { return json::parse(fold.replies.at(index).body); }

  test::step_fold fold{{make_checkout()}};
};

TEST_F(CheckoutLogic, PlacesAnOrderAndAnswersWhoPlacedIt) {
  auto command = place("o-1", start);
  auto placed = fold.of_type("ORDER_PLACED").at(0);
  EXPECT_EQ(placed.source, "service-checkout");
  EXPECT_EQ(placed.detail_type, order_placed::detail_type);
  EXPECT_EQ(placed.metadata("domain"), "SHOP-CHECKOUT");
  EXPECT_EQ(placed.metadata("status"), "true");
  EXPECT_EQ(placed.text("order_id"), "o-1");
  EXPECT_EQ(placed.data("total").at("amount_minor").as_int64(), 1999);
  EXPECT_EQ(placed.data("customer").at("id").as_string(), "c-1");
  ASSERT_EQ(fold.replies.size(), 1u);
  EXPECT_EQ(fold.replies[0].correlation, command);
  EXPECT_EQ(fold.replies[0].status, 201);
  EXPECT_EQ(answer(0).at("order_id").as_string(), "o-1");
  EXPECT_EQ(answer(0).at("status").as_string(), "PLACED");
  EXPECT_EQ(answer(0).at("events").as_string(), "/v1/shop/orders/o-1/events");
}

TEST_F(CheckoutLogic, AnswersTheSameToTheSameRequestAndPlacesNothingAgain) {
  place("o-1", start);
  auto second = place("o-1", start + 5 * minute);
  EXPECT_EQ(fold.count("ORDER_PLACED"), 1u);
  ASSERT_EQ(fold.replies.size(), 2u);
  EXPECT_EQ(fold.replies[1].correlation, second);
  EXPECT_EQ(fold.replies[1].status, 201);
  EXPECT_EQ(fold.replies[1].body, fold.replies[0].body);
  pay("o-1", "AUTHORISATION", "true", start + 6 * minute);
  place("o-1", start + 7 * minute);
  EXPECT_EQ(fold.replies[2].body, fold.replies[0].body);
  EXPECT_EQ(fold.count("ORDER_COMPLETE"), 1u);
}

TEST_F(CheckoutLogic, RefusesAnotherOrderUnderTheSameKey) {
  place("o-1", start);
  place("o-1", start, test::order_body(100));
  EXPECT_EQ(fold.replies.at(1).status, 422);
  EXPECT_EQ(answer(1).at("error").at("code").as_string(), "idempotency_key_reused");
  EXPECT_EQ(answer(1).at("error").at("pointer").as_string(), "/headers/idempotency-key");
  EXPECT_EQ(fold.count("ORDER_PLACED"), 1u);
}

TEST_F(CheckoutLogic, TakesTheSameOrderInAnotherOrderOfMembersForTheSame) {
  place("o-1", start);
  auto body = test::order_body();
  json::object turned;
  for (auto at = body.end(); at != body.begin();) {
    --at;
    turned[at->key()] = at->value();
  }
  place("o-1", start, turned);
  EXPECT_EQ(fold.replies.at(1).status, 201);
}

TEST_F(CheckoutLogic, CompletesAnOrderWhosePaymentIsAuthorised) {
  place("o-1", start);
  pay("o-1", "AUTHORISATION", "true", start + minute);
  auto complete = fold.of_type("ORDER_COMPLETE").at(0);
  EXPECT_EQ(complete.text("payment_reference"), "pay-1");
  EXPECT_EQ(complete.data("customer").at("email").as_string(), "c-1@example.com");
  EXPECT_EQ(complete.data("items").as_array().size(), 2u);
  fold.advance(start + day);
  EXPECT_EQ(ends("o-1"), 1u);
}

TEST_F(CheckoutLogic, CancelsAnOrderWhosePaymentIsRefused) {
  place("o-1", start);
  pay("o-1", "AUTHORISATION", "false", start + minute);
  EXPECT_EQ(fold.of_type("ORDER_CANCELLED").at(0).text("reason"), "payment_declined");
  fold.advance(start + day);
  EXPECT_EQ(ends("o-1"), 1u);
}

TEST_F(CheckoutLogic, CancelsAnOrderThatIsNotPaidWithinFifteenMinutes) {
  place("o-1", start);
  fold.advance(start + 15 * minute - 1);
  EXPECT_EQ(ends("o-1"), 0u);
  fold.advance(start + 15 * minute);
  EXPECT_EQ(fold.of_type("ORDER_CANCELLED").at(0).text("reason"), "payment_timeout");
}

TEST_F(CheckoutLogic, LeavesACancelledOrderCancelledAndAsksTheMoneyBackOnce) {
  place("o-1", start);
  fold.advance(start + 15 * minute);
  pay("o-1", "AUTHORISATION", "true", start + 16 * minute);
  pay("o-1", "AUTHORISATION", "true", start + 17 * minute);
  EXPECT_EQ(fold.count("ORDER_COMPLETE"), 0u);
  ASSERT_EQ(fold.count("REFUND_REQUESTED"), 1u);
  auto refund = fold.of_type("REFUND_REQUESTED").at(0);
  EXPECT_EQ(refund.detail_type, refund_requested::detail_type);
  EXPECT_EQ(refund.text("order_id"), "o-1");
}

TEST_F(CheckoutLogic, LeavesACompleteOrderCompleteWhateverComesLater) {
  place("o-1", start);
  pay("o-1", "AUTHORISATION", "true", start);
  pay("o-1", "AUTHORISATION", "false", start + 1);
  pay("o-1", "AUTHORISATION", "true", start + 2);
  EXPECT_EQ(fold.count("ORDER_COMPLETE"), 1u);
  EXPECT_EQ(ends("o-1"), 1u);
  EXPECT_EQ(fold.count("REFUND_REQUESTED"), 0u);
}

TEST_F(CheckoutLogic, IgnoresPaymentsOfOrdersThatItDoesNotKnowAndOtherPaymentEvents) {
  pay("o-9", "AUTHORISATION", "true", start);
  EXPECT_FALSE(fold.state("checkout", "o-9"));
  place("o-1", start);
  pay("o-1", "CAPTURE", "true", start);
  pay("o-1", "CHARGEBACK", "false", start);
  EXPECT_EQ(ends("o-1"), 0u);
}

TEST_F(CheckoutLogic, RefusesACommandThatIsNoOrderAndSaysSoOnTheBus) {
  auto body = test::order_body();
  body["currency"] = "euro";
  auto command = place("o-1", start, body);
  EXPECT_EQ(fold.count("ORDER_PLACED"), 0u);
  auto refused = fold.of_type("ORDER_REFUSED").at(0);
  EXPECT_EQ(refused.metadata("status"), "false");
  EXPECT_EQ(refused.text("pointer"), "/currency");
  EXPECT_EQ(fold.replies.at(0).correlation, command);
  EXPECT_EQ(fold.replies.at(0).status, 400);
  EXPECT_FALSE(fold.state("checkout", "o-1"));
}

TEST_F(CheckoutLogic, ForgetsAnEndedOrderAfterThirtyDaysAndKeepsNoTimer) {
  place("o-1", start);
  pay("o-1", "AUTHORISATION", "true", start);
  fold.advance(start + 30 * day - 1);
  EXPECT_TRUE(fold.state("checkout", "o-1"));
  fold.advance(start + 30 * day);
  EXPECT_FALSE(fold.state("checkout", "o-1"));
  EXPECT_EQ(fold.timers(), 0u);
}

TEST_F(CheckoutLogic, GivesEachOrderAtMostOneEndForAnySequenceOfEvents) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    fold = test::step_fold{{make_checkout()}};
    std::mt19937 dice(seed);
    unix_ms now = start;
    for (int i = 0; i < 25; ++i) {
      auto order_id = "o-" + std::to_string(dice() % 3);
      now += dice() % (4 * minute);
      switch (dice() % 4) {
      case 0:
        place(order_id, now, test::order_body(static_cast<int>(dice() % 2)));
        break;
      case 1:
        pay(order_id, "AUTHORISATION", "true", now);
        break;
      case 2:
        pay(order_id, "AUTHORISATION", "false", now);
        break;
      default:
        fold.advance(now);
      }
    }
    fold.advance(now + day);
    for (auto order_id : {"o-0", "o-1", "o-2"}) {
      auto placed = fold.count("ORDER_PLACED", order_id);
      ASSERT_LE(placed, 1u) << "seed " << seed;
      ASSERT_EQ(ends(order_id), placed) << "seed " << seed;
      ASSERT_LE(fold.count("REFUND_REQUESTED", order_id), fold.count("ORDER_CANCELLED", order_id))
          << "seed " << seed;
    }
  }
}

TEST(CheckoutOptions, RefuseWhatIsOutOfRange) {
  EXPECT_THROW(make_checkout({.payment_timeout_ms = 999}), std::invalid_argument);
  EXPECT_THROW(make_checkout({.payment_timeout_ms = 604'800'001}), std::invalid_argument);
  EXPECT_THROW(make_checkout({.order_kept_ms = 86'399'999}), std::invalid_argument);
  EXPECT_THROW(make_checkout({.order_bytes_max = 1023}), std::invalid_argument);
  EXPECT_THROW(checkout_routes({}, nullptr), std::invalid_argument);
}

} // namespace
} // namespace baseplate::checkout
