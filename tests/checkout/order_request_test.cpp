#include "actors/checkout/logic/order_request.hpp"
#include "messages/json/pointer.hpp"
#include "tests/checkout/order_builder.hpp"

#include <gtest/gtest.h>

namespace baseplate::checkout {
namespace {

namespace json = boost::json;

TEST(OrderRequest, TakesAGoodOrderWhole) {
  auto read = parse_order_request(json::serialize(test::order_body()));
  ASSERT_TRUE(read.order) << read.fault.message << " at " << read.fault.pointer;
  EXPECT_EQ(read.order->customer.id, "c-1");
  EXPECT_EQ(read.order->customer.email, "c-1@example.com");
  EXPECT_TRUE(read.order->customer.marketing_consent);
  EXPECT_EQ(read.order->items.size(), 2u);
  EXPECT_EQ(total_of(*read.order).amount_minor, 1999);
  EXPECT_EQ(total_of(*read.order).currency, "EUR");
}

TEST(OrderRequest, DoesNotAssumeConsent) {
  auto body = test::order_body();
  body["customer"].as_object().erase("marketing_consent");
  auto read = parse_order_request(json::serialize(body));
  ASSERT_TRUE(read.order);
  EXPECT_FALSE(read.order->customer.marketing_consent);
}

struct bad_order {
  /// Where `value` is put; its last token is created. An empty value removes the member.
  std::string pointer;
  std::string value;
  std::string code;
  /// Where the fault is told; empty: at `pointer`.
  std::string told_at = {};
};

TEST(OrderRequest, SaysWhatIsWrongAndWhere) {
  const std::vector<bad_order> table{
      {"/customer", "", "missing_member"},
      {"/customer", "5", "wrong_type"},
      {"/customer/id", "", "missing_member"},
      {"/customer/id", "\"\"", "bad_length"},
      {"/customer/id", "\"a\\u0000b\"", "bad_value"},
      {"/customer/email", "", "missing_member"},
      {"/customer/email", "null", "wrong_type"},
      {"/customer/email", "\"no address\"", "bad_value"},
      {"/customer/email", "\"@example.com\"", "bad_value"},
      {"/customer/email", "\"a@b@c\"", "bad_value"},
      {"/customer/email", "\"a@b\\r\\nBcc: x@y\"", "bad_value"},
      {"/customer/email", "\"a@b,c@d\"", "bad_value"},
      {"/customer/email", "\"\xC3\xBC@example.com\"", "bad_value"},
      {"/customer/marketing_consent", "\"true\"", "wrong_type"},
      {"/customer/name", "\"x\"", "unknown_member"},
      {"/locale", "", "missing_member"},
      {"/locale", "\"x\"", "bad_length"},
      {"/country_code", "\"gb\"", "bad_value"},
      {"/country_code", "\"GBR\"", "bad_length"},
      {"/currency", "\"eur\"", "bad_value"},
      {"/currency", "\"EURO\"", "bad_length"},
      {"/items", "", "missing_member"},
      {"/items", "{}", "wrong_type"},
      {"/items", "[]", "bad_length"},
      {"/items/0", "7", "wrong_type"},
      {"/items/0/sku", "", "missing_member"},
      {"/items/0/sku", "\"a\\tb\"", "bad_value"},
      {"/items/1/quantity", "0", "out_of_range"},
      {"/items/1/quantity", "1000", "out_of_range"},
      {"/items/1/quantity", "1.5", "wrong_type"},
      {"/items/1/quantity", "\"1\"", "wrong_type"},
      {"/items/1/price_minor", "-1", "out_of_range"},
      {"/items/1/price_minor", "1000000001", "out_of_range"},
      {"/items/1/colour", "\"red\"", "unknown_member"},
      {"/total", "1", "unknown_member"},
      {"/items", R"([{"sku":"x","quantity":1,"price_minor":0}])", "bad_value", "/items"},
      {"/items",
       R"([{"sku":"x","quantity":999,"price_minor":1000000000},)"
       R"({"sku":"x","quantity":2,"price_minor":1000000000}])",
       "bad_value", "/items"},
  };
  for (auto& bad : table) {
    auto body = json::value(test::order_body());
    auto slash = bad.pointer.rfind('/');
    auto parent = const_cast<json::value*>(resolve_pointer(body, bad.pointer.substr(0, slash)));
    ASSERT_TRUE(parent) << bad.pointer;
    auto name = bad.pointer.substr(slash + 1);
    if (bad.value.empty())
      parent->as_object().erase(name);
    else if (parent->is_array())
      parent->as_array().at(std::stoul(name)) = json::parse(bad.value);
    else
      parent->as_object()[name] = json::parse(bad.value);
    auto read = parse_order_request(json::serialize(body));
    ASSERT_FALSE(read.order) << bad.pointer << " = " << bad.value;
    EXPECT_EQ(read.fault.code, bad.code) << bad.pointer << " = " << bad.value;
    EXPECT_EQ(read.fault.pointer, bad.told_at.empty() ? bad.pointer : bad.told_at) << bad.value;
    EXPECT_FALSE(read.fault.message.empty());
  }
}

TEST(OrderRequest, RefusesWhatIsNoJsonObject) {
  for (auto text : {"", "{", "nonsense", "{\"customer\":", "\xFF\xFE", "{} {}"}) {
    auto read = parse_order_request(text);
    ASSERT_FALSE(read.order) << text;
    EXPECT_EQ(read.fault.code, "not_json") << text;
    EXPECT_EQ(read.fault.pointer, "");
  }
  EXPECT_EQ(parse_order_request("[]").fault.code, "wrong_type");
  EXPECT_EQ(parse_order_request(std::string(100'000, '[')).fault.code, "not_json");
}

TEST(OrderRequest, TakesAHundredItemsAndNotOneMore) {
  auto body = test::order_body();
  auto item = body.at("items").as_array().at(0);
  auto& items = body.at("items").as_array();
  items.clear();
  for (int i = 0; i < 100; ++i)
    items.push_back(item);
  EXPECT_TRUE(parse_order_request(json::serialize(body)).order);
  items.push_back(item);
  auto read = parse_order_request(json::serialize(body));
  EXPECT_EQ(read.fault.code, "bad_length");
  EXPECT_EQ(read.fault.pointer, "/items");
}

} // namespace
} // namespace baseplate::checkout
