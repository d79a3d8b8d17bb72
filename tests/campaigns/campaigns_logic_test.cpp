#include "actors/campaigns/campaigns.hpp"
#include "messages/campaigns.hpp"
#include "messages/json/encode.hpp"
#include "messages/shop_requests.hpp"
#include "tests/checkout/step_fold.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

namespace baseplate::campaigns {
namespace {

namespace json = boost::json;

constexpr unix_ms start = 1'790'000'000'000;
constexpr unix_ms minute = 60'000;
constexpr unix_ms hour = 60 * minute;
constexpr unix_ms day = 24 * hour;

class CampaignsLogic : public ::testing::Test {
 protected:
  void look_at_basket(unix_ms now, const char* page_type = "bag",
                      const std::string& customer = "c-1", std::optional<bool> consent = true) {
    json::object who{{"id", customer}, {"email", customer + "@example.com"}};
    if (consent)
      who["marketing_consent"] = *consent;
    json::object detail{{"meta_data", {{"session_cookie_id", "s-1"}, {"event_type", "page_event"}}},
                        {"data", {{"page_type", page_type}, {"customer", who}}}};
    fold.publish("shop.web", "page_event", json::serialize(detail), now);
  }

  void place(unix_ms now, const std::string& customer_id = "c-1", bool consent = true) {
    order_placed event{make_metadata(checkout_service, order_placed::type),
                       {"o-1",
                        {customer_id, customer_id + "@example.com", consent},
                        "en-GB",
                        "GB",
                        {"EUR", 1999},
                        {{"10001", 1, 1999}},
                        {}}};
    fold.publish("service-checkout", std::string(order_placed::detail_type), to_json_text(event),
                 now);
  }

  void complete(unix_ms now, const std::string& order_id = "o-1", bool consent = false,
                const std::string& source = "service-checkout") {
    order_complete event{make_metadata(checkout_service, order_complete::type),
                         {order_id,
                          {"c-1", "c-1@example.com", consent},
                          "en-GB",
                          {"EUR", 1999},
                          {{"10001", 1, 1999}},
                          "pay-1"}};
    fold.publish(source, std::string(order_complete::detail_type), to_json_text(event), now);
  }

  void consent(unix_ms now, bool given) {
    consent_changed event{
        make_metadata({"SHOP-ACCOUNTS", "service-accounts"}, consent_changed::type),
        {"c-1", given}};
    fold.publish("service-accounts", std::string(consent_changed::detail_type), to_json_text(event),
                 now);
  }

  std::size_t mails(std::string_view kind) {
    std::size_t count = 0;
    for (auto& mail : fold.of_type("MAIL_REQUESTED"))
      count += mail.text("kind") == kind ? 1 : 0;
    return count;
  }

  std::size_t reminders() { return mails("abandoned_basket"); }

  std::string suppressed_because(std::size_t index) {
    return fold.of_type("MAIL_SUPPRESSED").at(index).text("reason");
  }

  test::step_fold fold{{make_campaigns()}};
};

TEST_F(CampaignsLogic, AcknowledgesACompleteOrderOnce) {
  complete(start);
  complete(start + 1);
  complete(start + 2, "o-2");
  EXPECT_EQ(mails("order_acknowledgement"), 2u);
  auto mail = fold.of_type("MAIL_REQUESTED").at(0);
  EXPECT_EQ(mail.source, "service-campaigns");
  EXPECT_EQ(mail.detail_type, mail_requested::detail_type);
  EXPECT_EQ(mail.text("message_id"), "order-ack-o-1@mail.baseplate.local");
  EXPECT_EQ(mail.text("to"), "c-1@example.com");
}

TEST_F(CampaignsLogic, AcknowledgesWhateverConsentAndCapSay) {
  for (int i = 0; i < 10; ++i)
    complete(start + i, "o-" + std::to_string(i), false);
  EXPECT_EQ(mails("order_acknowledgement"), 10u);
  EXPECT_EQ(fold.count("MAIL_SUPPRESSED"), 0u);
}

TEST_F(CampaignsLogic, DoesNotAcknowledgeWhatCheckoutDidNotSay) {
  complete(start, "o-1", true, "somebody");
  fold.publish("service-checkout", "order_complete",
               R"({"metadata":{"type":"ORDER_COMPLETE"},"data":{"order_id":"o-2"}})", start);
  EXPECT_EQ(fold.count("MAIL_REQUESTED"), 0u);
}

TEST_F(CampaignsLogic, RemindsOfABasketAnHourAfterTheLastLookAtIt) {
  look_at_basket(start);
  look_at_basket(start + 30 * minute, "checkout");
  fold.advance(start + 90 * minute - 1);
  EXPECT_EQ(reminders(), 0u);
  fold.advance(start + 90 * minute);
  ASSERT_EQ(reminders(), 1u);
  auto mail = fold.of_type("MAIL_REQUESTED").at(0);
  EXPECT_EQ(mail.text("to"), "c-1@example.com");
  EXPECT_EQ(mail.text("session_id"), "s-1");
  fold.advance(start + 30 * day);
  EXPECT_EQ(reminders(), 1u);
}

TEST_F(CampaignsLogic, DoesNotRemindWhoOrdered) {
  look_at_basket(start);
  place(start + 59 * minute);
  fold.advance(start + 30 * day);
  EXPECT_EQ(reminders(), 0u);
  EXPECT_EQ(fold.count("MAIL_SUPPRESSED"), 0u);
}

TEST_F(CampaignsLogic, RemindsTheCustomerAndNotAnotherOneWhoOrdered) {
  look_at_basket(start);
  place(start + minute, "c-2");
  fold.advance(start + day);
  EXPECT_EQ(reminders(), 1u);
}

TEST_F(CampaignsLogic, DoesNotRemindWithoutConsent) {
  look_at_basket(start, "bag", "c-1", false);
  fold.advance(start + day);
  look_at_basket(start + 2 * day, "bag", "c-1", std::nullopt);
  fold.advance(start + 3 * day);
  EXPECT_EQ(reminders(), 0u);
  ASSERT_EQ(fold.count("MAIL_SUPPRESSED"), 2u);
  EXPECT_EQ(suppressed_because(0), "no_consent");
}

TEST_F(CampaignsLogic, TakesConsentBackUntilTheMailIsDue) {
  look_at_basket(start);
  consent(start + 59 * minute, false);
  fold.advance(start + day);
  EXPECT_EQ(reminders(), 0u);
  EXPECT_EQ(suppressed_because(0), "no_consent");
}

TEST_F(CampaignsLogic, KeepsConsentThatAPageDoesNotMention) {
  look_at_basket(start);
  look_at_basket(start + minute, "bag", "c-1", std::nullopt);
  fold.advance(start + day);
  EXPECT_EQ(reminders(), 1u);
}

TEST_F(CampaignsLogic, SendsAtMostOneReminderIn24Hours) {
  look_at_basket(start);
  fold.advance(start + hour);
  EXPECT_EQ(reminders(), 1u);
  look_at_basket(start + 2 * hour);
  fold.advance(start + 3 * hour);
  EXPECT_EQ(reminders(), 1u);
  EXPECT_EQ(suppressed_because(0), "frequency_cap");
  // The first was sent an hour after the start: the cap ends at 25 hours.
  look_at_basket(start + 24 * hour - 1);
  fold.advance(start + 25 * hour - 1);
  EXPECT_EQ(reminders(), 1u);
  look_at_basket(start + 25 * hour);
  fold.advance(start + 26 * hour);
  EXPECT_EQ(reminders(), 2u);
}

TEST_F(CampaignsLogic, TakesOnlyBasketPagesOfCustomersThatCanBeMailed) {
  look_at_basket(start, "product");
  look_at_basket(start, "bag", "bad customer");
  fold.publish("shop.web", "page_event", R"({"data":{"page_type":"bag"}})", start);
  fold.publish("shop.web", "page_event",
               R"({"data":{"page_type":"bag","customer":{"id":"c-9","email":"no address"}}})",
               start);
  EXPECT_EQ(fold.timers(), 0u);
}

TEST_F(CampaignsLogic, ForgetsCustomersAndOrdersThatStaySilent) {
  look_at_basket(start);
  complete(start);
  fold.advance(start + 90 * day - 1);
  EXPECT_TRUE(fold.state("campaigns", "order/o-1"));
  EXPECT_TRUE(fold.state("campaigns", "customer/c-1"));
  fold.advance(start + 90 * day);
  EXPECT_FALSE(fold.state("campaigns", "order/o-1"));
  EXPECT_FALSE(fold.state("campaigns", "customer/c-1"));
  EXPECT_EQ(fold.timers(), 0u);
}

TEST_F(CampaignsLogic, NeverRemindsWithinTheIntervalOrAfterAnOrderForAnySequence) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    fold = test::step_fold{{make_campaigns()}};
    std::mt19937 dice(seed);
    unix_ms now = start;
    unix_ms last_mail = 0;
    bool ordered = true;
    std::size_t seen = 0;
    for (int i = 0; i < 60; ++i) {
      now += dice() % (5 * hour);
      fold.advance(now);
      for (; seen < reminders(); ++seen) {
        auto at = fold.of_type("MAIL_REQUESTED").at(seen).ingested_at_ms;
        ASSERT_FALSE(ordered) << "seed " << seed;
        ASSERT_TRUE(last_mail == 0 || at - last_mail >= 24 * hour) << "seed " << seed;
        last_mail = at;
      }
      if (dice() % 4 == 0) {
        place(now);
        ordered = true;
      } else {
        look_at_basket(now);
        ordered = false;
      }
    }
  }
}

TEST(CampaignsOptions, RefuseWhatIsOutOfRange) {
  EXPECT_THROW(make_campaigns({.basket_abandoned_after_ms = 999}), std::invalid_argument);
  EXPECT_THROW(make_campaigns({.marketing_interval_ms = -1}), std::invalid_argument);
  EXPECT_THROW(make_campaigns({.kept_ms = 1}), std::invalid_argument);
  EXPECT_THROW(make_campaigns({.message_id_domain = "a b"}), std::invalid_argument);
  EXPECT_THROW(make_campaigns({.message_id_domain = ""}), std::invalid_argument);
  EXPECT_THROW(make_campaigns({.shop_name = "a\nb"}), std::invalid_argument);
}

} // namespace
} // namespace baseplate::campaigns
