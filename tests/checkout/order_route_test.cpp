#include "actors/checkout/checkout.hpp"
#include "tests/checkout/order_builder.hpp"

#include <gtest/gtest.h>

namespace baseplate::checkout {
namespace {

namespace json = boost::json;

class OrderRoute : public ::testing::Test {
 protected:
  OrderRoute() {
    auto routes = checkout_routes({}, [this] { return "request-" + std::to_string(++requests_); });
    EXPECT_EQ(routes.size(), 1u);
    route_ = routes.at(0);
  }

  route_decision ask(const std::string& body, const std::string& key = {},
                     const std::string& content_type = "application/json") {
    http_request request;
    request.method = "POST";
    request.path = "/v1/shop/orders";
    request.body = body;
    request.headers.emplace_back("content-type", content_type);
    if (!key.empty())
      request.headers.emplace_back("idempotency-key", key);
    return route_.decide(request, 1'790'000'000'000);
  }

  static std::string order_id_of(const route_decision& decision) {
    auto detail = json::parse(decision.publish.at(0).detail);
    return std::string(detail.at("data").at("order_id").as_string());
  }

  http_route route_;
  int requests_ = 0;
};

const auto good = json::serialize(test::order_body());

TEST_F(OrderRoute, IsPostOnShopOrders) {
  EXPECT_EQ(route_.method, "POST");
  EXPECT_EQ(route_.path, "/v1/shop/orders");
  EXPECT_EQ(route_.bus, "default");
  EXPECT_EQ(route_.body_bytes_max, 65536u);
}

TEST_F(OrderRoute, PublishesTheCommandAndWaitsForTheReply) {
  auto decision = ask(good);
  ASSERT_EQ(decision.publish.size(), 1u);
  EXPECT_FALSE(decision.response);
  auto& event = decision.publish[0];
  EXPECT_FALSE(event.id.empty());
  EXPECT_EQ(event.source, "service-checkout");
  EXPECT_EQ(event.detail_type, "place_order");
  auto detail = json::parse(event.detail);
  EXPECT_EQ(detail.at("metadata").at("type").as_string(), "PLACE_ORDER");
  EXPECT_EQ(detail.at("data").at("order"), json::value(test::order_body()));
}

TEST_F(OrderRoute, GivesTheSameKeyTheSameOrderAndEachRequestItsOwnEvent) {
  auto first = ask(good, "key-1");
  auto again = ask(good, "key-1");
  auto other = ask(good, "key-2");
  EXPECT_EQ(order_id_of(first), order_id_of(again));
  EXPECT_NE(order_id_of(first), order_id_of(other));
  EXPECT_NE(first.publish[0].id, again.publish[0].id);
}

TEST_F(OrderRoute, GivesRequestsWithoutAKeyAnOrderEach) {
  EXPECT_NE(order_id_of(ask(good)), order_id_of(ask(good)));
}

TEST_F(OrderRoute, DoesNotLetAKeyMeanTheOrderOfARequestWithoutOne) {
  auto without = order_id_of(ask(good));
  EXPECT_NE(without, order_id_of(ask(good, "request-1")));
}

TEST_F(OrderRoute, RefusesABadOrderWithoutPublishingIt) {
  auto decision = ask(R"({"customer":{"id":"c"}})");
  EXPECT_TRUE(decision.publish.empty());
  ASSERT_TRUE(decision.response);
  EXPECT_EQ(decision.response->status, 400);
  auto error = json::parse(decision.response->body).at("error");
  EXPECT_EQ(error.at("code").as_string(), "missing_member");
  EXPECT_EQ(error.at("pointer").as_string(), "/customer/email");
}

TEST_F(OrderRoute, RefusesAKeyThatIsTooLongOrNotVisible) {
  EXPECT_FALSE(ask(good, std::string(255, 'k')).response);
  for (auto& key :
       {std::string(256, 'k'), std::string("a b"), std::string("a\x01"), std::string("\xC3\xBC")}) {
    auto decision = ask(good, key);
    ASSERT_TRUE(decision.response) << key;
    EXPECT_EQ(decision.response->status, 400);
    EXPECT_TRUE(decision.publish.empty());
  }
}

TEST_F(OrderRoute, TakesJsonAndNothingElse) {
  for (auto type : {"application/json", "application/json; charset=utf-8", "Application/JSON", ""})
    EXPECT_FALSE(ask(good, "k", type).response) << type;
  for (auto type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    auto decision = ask(good, "k", type);
    ASSERT_TRUE(decision.response) << type;
    EXPECT_EQ(decision.response->status, 415) << type;
  }
}

} // namespace
} // namespace baseplate::checkout
