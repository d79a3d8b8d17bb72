#include "actors/campaigns/logic/mail_texts.hpp"

#include <gtest/gtest.h>

namespace baseplate::campaigns {
namespace {

TEST(MailTexts, WritePricesInTheCurrencysOwnDigits) {
  EXPECT_EQ(price_text({"EUR", 1999}), "19.99 EUR");
  EXPECT_EQ(price_text({"EUR", 5}), "0.05 EUR");
  EXPECT_EQ(price_text({"EUR", 0}), "0.00 EUR");
  EXPECT_EQ(price_text({"JPY", 1999}), "1999 JPY");
  EXPECT_EQ(price_text({"KWD", 1999}), "1.999 KWD");
}

order_complete_data order(const std::string& id = "o-1", std::size_t items = 1) {
  order_complete_data out;
  out.order_id = id;
  out.customer = {"c-1", "c@example.com", false};
  out.total = {"EUR", 1999};
  out.items.resize(items, {"10001", 2, 950});
  return out;
}

TEST(MailTexts, AcknowledgeAnOrderWithItsItemsAndTotal) {
  auto mail = acknowledgement(order(), "Shop", "mail.example.com");
  EXPECT_EQ(mail.message_id, "order-ack-o-1@mail.example.com");
  EXPECT_EQ(mail.kind, mail_kind::order_acknowledgement);
  EXPECT_EQ(mail.to, "c@example.com");
  EXPECT_EQ(mail.order_id, "o-1");
  EXPECT_EQ(mail.subject, "Your order at Shop");
  EXPECT_NE(mail.text.find("2 x 10001 at 9.50 EUR"), std::string::npos) << mail.text;
  EXPECT_NE(mail.text.find("Total: 19.99 EUR"), std::string::npos) << mail.text;
}

TEST(MailTexts, NameTheSameOrderTheSameAndOthersDifferently) {
  auto id = [](const std::string& order_id) {
    return acknowledgement(order(order_id), "Shop", "x").message_id;
  };
  EXPECT_EQ(id("o-1"), id("o-1"));
  EXPECT_NE(id("o-1"), id("o-2"));
  // What could break a header is replaced by a name that stands for it.
  for (auto odd : {"o 1>\r\nBcc: x", "", "a@b", "\xC3\xBC"}) {
    for (auto c : id(odd))
      EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '@') << odd;
    EXPECT_EQ(id(odd), id(odd));
  }
  EXPECT_NE(id("a b"), id("a  b"));
}

TEST(MailTexts, ListFiftyItemsAndCountTheRest) {
  auto mail = acknowledgement(order("o-1", 60), "Shop", "x");
  EXPECT_NE(mail.text.find("and 10 more"), std::string::npos);
}

TEST(MailTexts, NameAReminderByCustomerAndBasket) {
  auto mail = reminder("c-1", "c@example.com", "s-1", 5, "Shop", "x");
  EXPECT_EQ(mail.kind, mail_kind::abandoned_basket);
  EXPECT_EQ(mail.session_id, "s-1");
  EXPECT_EQ(mail.message_id, reminder("c-1", "c@example.com", "s-1", 5, "Shop", "x").message_id);
  EXPECT_NE(mail.message_id, reminder("c-1", "c@example.com", "s-1", 6, "Shop", "x").message_id);
  EXPECT_NE(mail.message_id, reminder("c-2", "c@example.com", "s-1", 5, "Shop", "x").message_id);
}

} // namespace
} // namespace baseplate::campaigns
