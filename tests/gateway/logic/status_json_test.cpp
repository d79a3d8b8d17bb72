#include "actors/gateway/logic/status_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::gateway {

TEST(StatusJson, ShowsBusesAndSubscribers) {
  bus_status status;
  status.head = 9;
  status.buses.push_back({1, "default", 9, 2});
  subscriber_status one;
  one.name = "checkout\"";
  one.bus = "default";
  one.paused = true;
  one.matched = UINT64_MAX;
  status.subscribers.push_back(one);
  const auto json = boost::json::parse(render_status(status));
  EXPECT_EQ(json.at("head").to_number<int>(), 9);
  EXPECT_EQ(json.at("buses").at(0).at("matched_none").to_number<int>(), 2);
  EXPECT_EQ(json.at("subscribers").at(0).at("name").as_string(), "checkout\"");
  EXPECT_TRUE(json.at("subscribers").at(0).at("paused").as_bool());
  EXPECT_EQ(json.at("subscribers").at(0).at("matched").as_uint64(), UINT64_MAX);
  EXPECT_EQ(boost::json::parse(render_status({})).at("subscribers").as_array().size(), 0u);
}

TEST(StatusJson, ShowsDeadLettersWithTheirEventsAndTheNextPage) {
  dead_letter letter;
  letter.sequence = 5;
  letter.condition = "quarantined";
  letter.reason = "it \"threw\"";
  letter.attempts = 3;
  letter.at_ms = 0;
  letter.envelope = R"({"id":"x"})";
  const auto page = boost::json::parse(render_dead_letters("s", {letter}, 1));
  EXPECT_EQ(page.at("dead_letters").at(0).at("event").at("id").as_string(), "x");
  EXPECT_EQ(page.at("dead_letters").at(0).at("at").as_string(), "1970-01-01T00:00:00Z");
  EXPECT_EQ(page.at("next_after").to_number<int>(), 5);
  EXPECT_TRUE(boost::json::parse(render_dead_letters("s", {letter}, 2)).at("next_after").is_null());
}

} // namespace baseplate::gateway
