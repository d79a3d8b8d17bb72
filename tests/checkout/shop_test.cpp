// The five groups on one bus: what an order becomes, end to end, as far as it is logic. Sockets,
// crashes and the real bus are for the system tests.
#include "actors/campaigns/campaigns.hpp"
#include "actors/checkout/checkout.hpp"
#include "actors/notifications/notifications.hpp"
#include "actors/payments/logic/webhook_signature.hpp"
#include "actors/payments/payments.hpp"
#include "actors/session_monitor/session_monitor.hpp"
#include "messages/json/encode.hpp"
#include "messages/payments.hpp"
#include "tests/checkout/order_builder.hpp"
#include "tests/checkout/step_fold.hpp"

#include <gtest/gtest.h>

#include <random>

namespace baseplate {
namespace {

namespace json = boost::json;

constexpr unix_ms start = 1'790'000'000'000;
constexpr unix_ms minute = 60'000;
const std::string secret = "psp-development-secret";

payments::payments_options payments_options() {
  payments::payments_options out;
  out.webhook_secrets = {secret};
  return out;
}

/// The shop's groups and its HTTP routes, with a provider played by the test.
class Shop : public ::testing::Test {
 protected:
  Shop()
      : fold({checkout::make_checkout(), payments::make_payments(payments_options()),
              campaigns::make_campaigns(), notifications::make_notifications(),
              session_monitor::make_session_monitor()}),
        orders_(
            checkout::checkout_routes({}, [this] { return std::to_string(++requests_); }).at(0)),
        webhooks_(payments::payments_routes(payments_options()).at(0)) {}

  /// Places an order over the route; gives its id.
  std::string place(const std::string& key, unix_ms now, std::int64_t rest_minor = 99) {
    http_request request;
    request.body = json::serialize(test::order_body(rest_minor));
    request.headers = {{"idempotency-key", key}};
    auto decision = orders_.decide(request, now);
    publish(decision, now);
    auto& reply = fold.replies.back();
    EXPECT_EQ(reply.correlation, decision.publish.at(0).id);
    EXPECT_EQ(reply.status, 201);
    return std::string(json::parse(reply.body).at("order_id").as_string());
  }

  /// A webhook of the provider for this order; gives the status.
  int notify(const std::string& order_id, payment_type type, bool success, std::int64_t sequence,
             unix_ms now) {
    psp_notice notice;
    notice.id = "n-" + order_id + "-" + std::to_string(sequence);
    notice.order_id = order_id;
    notice.payment_id = "pay-" + order_id;
    notice.type = type;
    notice.success = success;
    notice.amount_minor = 1999;
    notice.currency = "EUR";
    notice.sequence = sequence;
    http_request request;
    request.body = to_json_text(notice);
    request.headers
        = {{"psp-signature", payments::sign_webhook({secret}, request.body, now / 1000)}};
    auto decision = webhooks_.decide(request, now);
    publish(decision, now);
    return decision.response->status;
  }

  void publish(const route_decision& decision, unix_ms now) {
    for (auto& event : decision.publish)
      fold.publish(event.source, event.detail_type, event.detail, now, event.id);
  }

  std::vector<std::string> statuses(const std::string& order_id) {
    std::vector<std::string> out;
    for (auto& event : fold.of_type("ORDER_STATUS_CHANGED", order_id))
      out.push_back(event.text("status"));
    return out;
  }

  test::step_fold fold;

 private:
  http_route orders_;
  http_route webhooks_;
  int requests_ = 0;
};

using strings = std::vector<std::string>;

TEST_F(Shop, CompletesAnOrderThatIsPaidAndMailsOnce) {
  auto order_id = place("key-1", start);
  EXPECT_EQ(fold.count("PAYMENT_REQUESTED", order_id), 1u);
  EXPECT_EQ(notify(order_id, payment_type::authorisation, true, 1, start + 1), 202);
  EXPECT_EQ(notify(order_id, payment_type::capture, true, 2, start + 2), 202);
  EXPECT_EQ(fold.count("ORDER_COMPLETE", order_id), 1u);
  EXPECT_EQ(fold.count("MAIL_REQUESTED", order_id), 1u);
  EXPECT_EQ(statuses(order_id), (strings{"PLACED", "PAYMENT_AUTHORISED", "COMPLETE"}));
  fold.advance(start + 600 * 24 * 60 * minute);
  EXPECT_EQ(fold.count("ORDER_CANCELLED"), 0u);
  EXPECT_EQ(fold.timers(), 0u);
}

TEST_F(Shop, CancelsADeclinedOrderAndMailsNobody) {
  auto order_id = place("key-1", start);
  notify(order_id, payment_type::authorisation, false, 1, start + 1);
  EXPECT_EQ(statuses(order_id), (strings{"PLACED", "PAYMENT_REFUSED", "CANCELLED"}));
  EXPECT_EQ(fold.count("MAIL_REQUESTED"), 0u);
}

TEST_F(Shop, GivesMoneyBackThatComesAfterTheTimeout) {
  auto order_id = place("key-1", start);
  notify(order_id, payment_type::capture, true, 2, start + 16 * minute);
  notify(order_id, payment_type::authorisation, true, 1, start + 17 * minute);
  EXPECT_EQ(fold.count("ORDER_COMPLETE"), 0u);
  ASSERT_EQ(fold.count("PAYMENT_REFUND_REQUESTED", order_id), 1u);
  notify(order_id, payment_type::refund, true, 3, start + 18 * minute);
  EXPECT_EQ(statuses(order_id), (strings{"PLACED", "CANCELLED", "REFUNDED"}));
  EXPECT_EQ(fold.count("MAIL_REQUESTED"), 0u);
}

TEST_F(Shop, EndsAThousandOrdersAsTheirPaymentsDid) {
  std::mt19937 dice(11);

  struct owed {
    std::string order_id;
    payment_type type;
    bool success;
    std::int64_t sequence;
  };

  std::vector<owed> owed_notices;
  std::map<std::string, bool> approved;
  for (int i = 0; i < 1000; ++i) {
    auto key = "key-" + std::to_string(i);
    auto order_id = place(key, start + i);
    if (dice() % 5 == 0) {
      EXPECT_EQ(place(key, start + i), order_id);
    }
    auto approve = dice() % 10 != 0;
    approved[order_id] = approve;
    for (auto copies = 1 + dice() % 2; copies > 0; --copies) {
      owed_notices.push_back({order_id, payment_type::authorisation, approve, 1});
      if (approve)
        owed_notices.push_back({order_id, payment_type::capture, true, 2});
    }
  }
  std::shuffle(owed_notices.begin(), owed_notices.end(), dice);
  unix_ms now = start + 1000;
  for (auto& each : owed_notices)
    notify(each.order_id, each.type, each.success, each.sequence, ++now);
  fold.advance(start + 60 * minute);
  std::map<std::string, int> completes, cancels, mails;
  for (auto& event : fold.log) {
    auto metadata = event.detail.if_contains("metadata");
    auto data = event.detail.if_contains("data");
    if (!metadata || !data || !data->as_object().contains("order_id"))
      continue;
    auto type = metadata->at("type").as_string();
    auto order_id = std::string(data->at("order_id").as_string());
    completes[order_id] += type == "ORDER_COMPLETE" ? 1 : 0;
    cancels[order_id] += type == "ORDER_CANCELLED" ? 1 : 0;
    mails[order_id] += type == "MAIL_REQUESTED" ? 1 : 0;
  }
  ASSERT_EQ(approved.size(), 1000u);
  for (auto& [order_id, approve] : approved) {
    EXPECT_EQ(completes[order_id], approve ? 1 : 0);
    EXPECT_EQ(cancels[order_id], approve ? 0 : 1);
    EXPECT_EQ(mails[order_id], approve ? 1 : 0);
  }
  EXPECT_EQ(fold.count("REFUND_REQUESTED"), 0u);
}

} // namespace
} // namespace baseplate
