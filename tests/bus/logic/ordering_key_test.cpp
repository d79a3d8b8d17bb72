#include "actors/bus/logic/ordering_key.hpp"

#include <gtest/gtest.h>

namespace baseplate::bus {
namespace {

std::string key(const std::string& pointer, const std::string& envelope) {
  const chunk events(envelope, {{1, 0, 1, 0, static_cast<std::uint32_t>(envelope.size())}}, 1, 1);
  return ordering_key_reader(pointer).read(events, events.events()[0]);
}

TEST(OrderingKey, IsTheValueAtThePointer) {
  EXPECT_EQ(key("/detail/data/order_id", R"({"detail":{"data":{"order_id":"o-1"}}})"), "\"o-1\"");
  EXPECT_EQ(key("/a", R"({"a": 1})"), "1");
  EXPECT_NE(key("/a", R"({"a":"1"})"), key("/a", R"({"a":1})"));
  EXPECT_EQ(key("/a", R"({"a":[1, 2]})"), key("/a", R"({"a":[1,2]})"));
  EXPECT_EQ(key("/a~1b", R"({"a/b":true})"), "true");
}

TEST(OrderingKey, IsEmptyWhereThereIsNone) {
  EXPECT_EQ(key("", R"({"a":1})"), "");
  EXPECT_EQ(key("/b", R"({"a":1})"), "");
  EXPECT_EQ(key("/a/b", R"({"a":1})"), "");
  EXPECT_EQ(key("/a", "broken"), "");
}

TEST(OrderingKey, IsShortForLongValues) {
  const auto text = R"({"a":")" + std::string(100'000, 'x') + R"("})";
  EXPECT_LE(key("/a", text).size(), ordering_key_reader::key_bytes_max);
  EXPECT_EQ(key("/a", text), key("/a", text));
}

} // namespace
} // namespace baseplate::bus
