#include "actors/payments/payments.hpp"
#include "messages/shop_requests.hpp"
#include "tests/checkout/step_fold.hpp"
#include "tests/payments/notice_builder.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace baseplate::payments {
namespace {

namespace json = boost::json;
using test::notice;

constexpr unix_ms start = 1'790'000'000'000;
constexpr unix_ms day = 86'400'000;

payments_options options() {
  payments_options out;
  out.webhook_secrets = {"psp-development-secret"};
  return out;
}

class PaymentsLogic : public ::testing::Test {
 protected:
  void place(const std::string& order_id = "o-1") {
    order_placed event{make_metadata(checkout_service, order_placed::type),
                       {order_id,
                        {"c-1", "c@example.com", false},
                        "en-GB",
                        "GB",
                        {"EUR", 1999},
                        {{"10001", 1, 1999}},
                        {}}};
    fold.publish("service-checkout", std::string(order_placed::detail_type), to_json_text(event),
                 start);
  }

  void webhook(const std::string& body, bool verified = true, const char* encoding = "utf-8") {
    psp_webhook_received event{
        make_metadata(payments_service, psp_webhook_received::type,
                      verified ? event_status::succeeded : event_status::failed),
        {body, encoding, "t=1,v1=..", verified, {}, start}};
    fold.publish("service-payments", std::string(psp_webhook_received::detail_type),
                 to_json_text(event), start);
  }

  void notify(const psp_notice& given, bool verified = true) {
    webhook(to_json_text(given), verified);
  }

  void ask_refund(const std::string& order_id = "o-1") {
    refund_requested event{make_metadata(checkout_service, refund_requested::type),
                           {order_id, "order_cancelled"}};
    fold.publish("service-checkout", std::string(refund_requested::detail_type),
                 to_json_text(event), start);
  }

  test::step_fold fold{{make_payments(options())}};
};

TEST_F(PaymentsLogic, AsksTheProviderOncePerOrder) {
  place();
  place();
  ASSERT_EQ(fold.count("PAYMENT_REQUESTED"), 1u);
  auto asked = fold.of_type("PAYMENT_REQUESTED").at(0);
  EXPECT_EQ(asked.source, "service-payments");
  EXPECT_EQ(asked.detail_type, payment_requested::detail_type);
  EXPECT_EQ(asked.text("order_id"), "o-1");
  EXPECT_EQ(asked.data("amount_minor").as_int64(), 1999);
  EXPECT_EQ(asked.text("currency"), "EUR");
  EXPECT_FALSE(asked.text("legoPaymentId").empty());
}

TEST_F(PaymentsLogic, SaysAnAuthorisationInTheFormThatTheShopReads) {
  place();
  auto given = notice("n-1", payment_type::authorisation);
  given.occurred_at_ms = start;
  notify(given);
  auto said = fold.of_type("AUTHORISATION").at(0);
  EXPECT_EQ(said.source, "service-payments");
  EXPECT_EQ(said.detail_type, "payment");
  EXPECT_EQ(said.metadata("domain"), "SHOP-PAYMENTS");
  EXPECT_EQ(said.metadata("status"), "true");
  EXPECT_EQ(said.text("order_id"), "o-1");
  EXPECT_EQ(said.text("paymentReference"), "pay-1");
  EXPECT_EQ(said.text("countryCode"), "GB");
  EXPECT_EQ(said.text("eventDate"), to_rfc3339(start));
  EXPECT_FALSE(said.detail.at("data").as_object().contains("reason"));
}

TEST_F(PaymentsLogic, SaysARefusalWithItsReason) {
  place();
  auto given = notice("n-1", payment_type::authorisation, false);
  given.reason = "insufficient_funds";
  notify(given);
  auto said = fold.of_type("AUTHORISATION").at(0);
  EXPECT_EQ(said.metadata("status"), "false");
  EXPECT_EQ(said.text("reason"), "insufficient_funds");
}

TEST_F(PaymentsLogic, DoesNotCountAWebhookWithoutAGoodSignature) {
  place();
  notify(notice("n-1", payment_type::authorisation), false);
  EXPECT_EQ(fold.count("AUTHORISATION"), 0u);
  notify(notice("n-1", payment_type::authorisation), true);
  EXPECT_EQ(fold.count("AUTHORISATION"), 1u);
}

TEST_F(PaymentsLogic, SaysAuthorisationBeforeCaptureWhenTheyComeTheOtherWayRound) {
  place();
  notify(notice("n-2", payment_type::capture));
  notify(notice("n-1", payment_type::authorisation));
  notify(notice("n-2", payment_type::capture));
  std::vector<std::string> said;
  for (auto& event : fold.log)
    if (event.detail_type == "payment")
      said.push_back(event.metadata("type"));
  EXPECT_EQ(said, (std::vector<std::string>{"AUTHORISATION", "CAPTURE"}));
}

TEST_F(PaymentsLogic, RefusesNoticesThatCannotBeUsedAndSaysWhy) {
  webhook("no json");
  webhook("AAEC", true, "base64");
  notify(notice("n-1", payment_type::capture));
  place();
  auto foreign = notice("n-2", payment_type::capture);
  foreign.currency = "USD";
  notify(foreign);
  auto refused = fold.of_type("PSP_NOTICE_REFUSED");
  ASSERT_EQ(refused.size(), 4u);
  EXPECT_EQ(refused[0].text("reason"), "not_json");
  EXPECT_EQ(refused[0].text("webhook_event_id"), fold.log.at(0).id);
  EXPECT_EQ(refused[1].text("reason"), "bad_encoding");
  EXPECT_EQ(refused[2].text("reason"), "unknown_order");
  EXPECT_EQ(refused[3].text("reason"), "other_currency");
  EXPECT_EQ(refused[3].text("notice_id"), "n-2");
  EXPECT_FALSE(fold.state("payments", "!unreadable"));
}

TEST_F(PaymentsLogic, AsksForARefundOnceWithAStableId) {
  place();
  notify(notice("n-1", payment_type::authorisation));
  ask_refund();
  ask_refund();
  ASSERT_EQ(fold.count("PAYMENT_REFUND_REQUESTED"), 1u);
  auto asked = fold.of_type("PAYMENT_REFUND_REQUESTED").at(0);
  EXPECT_EQ(asked.text("refund_id"), named_uuid("refund:o-1"));
  EXPECT_EQ(asked.text("payment_id"), "pay-1");
  EXPECT_EQ(asked.data("amount_minor").as_int64(), 1999);
  notify(notice("n-3", payment_type::refund));
  EXPECT_EQ(fold.count("REFUND"), 1u);
}

TEST_F(PaymentsLogic, AsksBackOnlyWhatIsLeft) {
  place();
  notify(notice("n-1", payment_type::authorisation));
  notify(notice("n-2", payment_type::refund, true, 500));
  ask_refund();
  EXPECT_EQ(fold.of_type("PAYMENT_REFUND_REQUESTED").at(0).data("amount_minor").as_int64(), 1499);
}

TEST_F(PaymentsLogic, RefusesARefundOfNothing) {
  ask_refund();
  place();
  ask_refund();
  notify(notice("n-1", payment_type::refund));
  ask_refund();
  auto refused = fold.of_type("REFUND_REFUSED");
  ASSERT_EQ(refused.size(), 3u);
  EXPECT_EQ(refused[0].text("reason"), "unknown_order");
  EXPECT_EQ(refused[1].text("reason"), "nothing_paid");
  EXPECT_EQ(refused[2].text("reason"), "nothing_left");
  EXPECT_EQ(fold.count("PAYMENT_REFUND_REQUESTED"), 0u);
}

TEST_F(PaymentsLogic, AnswersAnOrderThatCannotBePaidInsteadOfCrashing) {
  fold.publish("service-checkout", "order_placed",
               R"({"metadata":{"type":"ORDER_PLACED","status":"true"},"data":{"order_id":"o-7"}})",
               start);
  EXPECT_EQ(fold.of_type("PAYMENT_REQUEST_REFUSED").at(0).text("reason"), "bad_order");
  EXPECT_FALSE(fold.state("payments", "o-7"));
}

TEST_F(PaymentsLogic, ForgetsAPaymentAfterItsTimeAndKeepsNoTimer) {
  place();
  fold.advance(start + 540 * day - 1);
  EXPECT_TRUE(fold.state("payments", "o-1"));
  fold.advance(start + 540 * day);
  EXPECT_FALSE(fold.state("payments", "o-1"));
  EXPECT_EQ(fold.timers(), 0u);
}

TEST(PaymentsOptions, RefuseWhatIsOutOfRange) {
  EXPECT_THROW(make_payments({}), std::invalid_argument);
  auto with = [](auto change) {
    auto out = options();
    change(out);
    return out;
  };
  EXPECT_NO_THROW(make_payments(options()));
  EXPECT_THROW(make_payments(with([](auto& x) { x.webhook_secrets = {"short"}; })),
               std::invalid_argument);
  EXPECT_THROW(
      make_payments(with([](auto& x) { x.webhook_secrets.resize(5, x.webhook_secrets[0]); })),
      std::invalid_argument);
  EXPECT_THROW(payments_routes(with([](auto& x) { x.signature_tolerance_s = 0; })),
               std::invalid_argument);
  EXPECT_THROW(payments_routes(with([](auto& x) { x.webhook_bytes_max = 10; })),
               std::invalid_argument);
  EXPECT_THROW(make_payments(with([](auto& x) { x.payment_kept_ms = 1; })), std::invalid_argument);
}

} // namespace
} // namespace baseplate::payments
