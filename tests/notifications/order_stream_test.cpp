#include "actors/notifications/notifications.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::notifications {
namespace {

namespace json = boost::json;

http_stream_route stream() {
  return notifications_streams().at(0);
}

TEST(OrderStream, IsTheEventsOfOneOrderFromTheOldestOn) {
  EXPECT_EQ(stream().path, "/v1/shop/orders/{id}/events");
  EXPECT_TRUE(stream().from_oldest);
  auto pattern = json::parse(stream().pattern({"o-1"}));
  EXPECT_EQ(pattern.at("detail").at("data").at("order_id"), json::array{"o-1"});
  for (auto& type : pattern.at("detail-type").as_array())
    EXPECT_NE(type, "psp_webhook_received");
}

TEST(OrderStream, HasNothingForWhatIsNoOrderId) {
  for (auto& values : std::vector<std::vector<std::string>>{
           {}, {""}, {"a", "b"}, {R"(x"]}}})"}, {"a b"}, {std::string(129, 'x')}, {"\xFF"}})
    EXPECT_EQ(stream().pattern(values), "");
}

TEST(OrderStream, ShowsABrowserFourFieldsAndNoMore) {
  auto seen = json::parse(stream().render(
      R"({"version":"0","id":"e","detail-type":"order_placed","source":"service-checkout",)"
      R"("account":"0","time":"2026-01-31T12:00:00Z","region":"local","resources":[],"detail":)"
      R"({"metadata":{"type":"ORDER_PLACED","status":"true"},"data":{"order_id":"o-1",)"
      R"("customer":{"id":"c-1","email":"c@example.com"},"total":{"currency":"EUR"}}}})"));
  json::value expected{{"type", "ORDER_PLACED"},
                       {"status", "true"},
                       {"orderId", "o-1"},
                       {"time", "2026-01-31T12:00:00Z"}};
  EXPECT_EQ(seen, expected);
}

TEST(OrderStream, ShowsTheStatusOfAStatusChange) {
  auto seen = json::parse(stream().render(
      R"({"detail-type":"order_status_changed","time":"2026-01-31T12:00:01Z","detail":)"
      R"({"metadata":{"type":"ORDER_STATUS_CHANGED","status":"true"},"data":)"
      R"({"order_id":"o-1","status":"COMPLETE","time":"2026-01-31T12:00:00Z"}}})"));
  EXPECT_EQ(seen.at("status").as_string(), "COMPLETE");
  EXPECT_EQ(seen.at("time").as_string(), "2026-01-31T12:00:00Z");
}

TEST(OrderStream, LeavesOutWhatItCannotRead) {
  for (auto envelope : {"", "{", "{}", R"({"detail":{"metadata":{"type":"X"}}})", "[]"})
    EXPECT_EQ(stream().render(envelope), "") << envelope;
}

} // namespace
} // namespace baseplate::notifications
