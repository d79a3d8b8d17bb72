#include "messages/registry.hpp"
#include "tests/messages/schema_validator.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace baseplate {
namespace {

TEST(Registry, NamesEachTypeOnce) {
  std::set<std::string_view> names;
  for (const auto& type : all_message_types())
    EXPECT_TRUE(names.insert(type.name).second) << type.name;
  EXPECT_GE(names.size(), 50u);
}

TEST(Registry, FindsTypesByNameAndEventsByDetailType) {
  ASSERT_NE(find_message_type("commit"), nullptr);
  EXPECT_EQ(find_message_type("commit")->name, "commit");
  EXPECT_EQ(find_message_type("order_placed")->event, "order_placed");
  ASSERT_NE(find_message_type("payment"), nullptr);
  EXPECT_EQ(find_message_type("payment")->name, "payment_event");
  EXPECT_EQ(find_message_type("session")->name, "session_event");
  EXPECT_EQ(find_message_type("page_event")->name, "page_event");
  EXPECT_EQ(find_message_type(""), nullptr);
  EXPECT_EQ(find_message_type("Commit"), nullptr);
  EXPECT_EQ(find_message_type("nonsense"), nullptr);
}

TEST(Registry, RoundTripsArbitraryValuesOfEveryType) {
  for (const auto& type : all_message_types())
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const auto fault = type.round_trip(seed);
      ASSERT_FALSE(fault) << type.name << ", seed " << seed << ": " << *fault;
    }
}

TEST(Registry, GivesEachTypeASampleThatItsSchemaTakes) {
  for (const auto& type : all_message_types()) {
    const auto fault = schema_fault(type.schema(), type.sample());
    EXPECT_EQ(fault, "") << type.name << ": " << type.sample();
  }
}

TEST(Registry, GivesDomainEventsTheirHead) {
  const auto sample = find_message_type("order_placed")->sample();
  EXPECT_EQ(sample.at("metadata").at("domain").as_string(), "SHOP-CHECKOUT");
  EXPECT_EQ(sample.at("metadata").at("type").as_string(), "ORDER_PLACED");
  EXPECT_EQ(find_message_type("session")->sample().at("metadata").at("type").as_string(),
            "STARTED");
}

TEST(Registry, IsWhatTheReadmeLists) {
  std::ifstream file(std::string(BASEPLATE_SOURCE_DIR) + "/messages/README.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(text.empty());
  for (const auto& type : all_message_types()) {
    // Parts of messages have no row of their own.
    if (type.name == "bus_spec" || type.name == "subscriber_spec" || type.name == "dead_letter")
      continue;
    EXPECT_NE(text.find("`" + std::string(type.name) + "`"), std::string::npos) << type.name;
  }
}

TEST(Schema, SaysWhatAnOrderMustHave) {
  const auto schema = find_message_type("place_order")->schema();
  EXPECT_EQ(schema.at("$schema").as_string(), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema.at("title").as_string(), "place_order");
  EXPECT_EQ(schema.at("additionalProperties"), boost::json::value(false));
  EXPECT_EQ(schema.at("required"),
            boost::json::parse(R"(["customer","locale","country_code","currency","items"])"));
  EXPECT_EQ(
      schema.at("properties").at("items"),
      boost::json::parse(
          R"({"type":"array","items":{"$ref":"#/$defs/order_item"},"minItems":1,"maxItems":100})"));
  EXPECT_EQ(schema.at("$defs").at("order_item").at("properties").at("quantity"),
            boost::json::parse(R"({"type":"integer","minimum":1,"maximum":999})"));
  EXPECT_EQ(schema.at("$defs").at("customer").at("required"),
            boost::json::parse(R"(["id","email"])"));
}

TEST(Schema, NamesEnumeratorsAndSpellings) {
  const auto schema = find_message_type("payment_event")->schema();
  EXPECT_EQ(schema.at("$defs").at("event_metadata").at("properties").at("status"),
            boost::json::parse(R"({"enum":["false","true"]})"));
  EXPECT_TRUE(schema.at("$defs")
                  .at("payment_event_data")
                  .at("properties")
                  .as_object()
                  .contains("legoPaymentId"));
}

/// Each way of spoiling a sample must be seen by the schema: else the validator here proves
/// nothing.
TEST(Schema, RefusesSpoiledOrders) {
  const auto* type = find_message_type("place_order");
  const auto schema = type->schema();
  ASSERT_EQ(schema_fault(schema, type->sample()), "");
  auto extra = type->sample();
  extra["extra"] = 1;
  EXPECT_NE(schema_fault(schema, extra), "");
  auto missing = type->sample();
  missing.erase("currency");
  EXPECT_NE(schema_fault(schema, missing), "");
  auto range = type->sample();
  range["items"].as_array()[0].as_object()["quantity"] = 0;
  EXPECT_NE(schema_fault(schema, range), "");
  auto kind = type->sample();
  kind["locale"] = 1;
  EXPECT_NE(schema_fault(schema, kind), "");
  auto empty = type->sample();
  empty["items"].as_array().clear();
  EXPECT_NE(schema_fault(schema, empty), "");
}

} // namespace
} // namespace baseplate
