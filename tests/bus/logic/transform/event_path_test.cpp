#include "actors/bus/logic/transform/event_path.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace baseplate::transform {
namespace {

constexpr std::string_view event = R"({
  "detail-type": "order placed", "resources": ["arn:1", "arn:2"],
  "detail": {"order_id": "o-1", "amount": 300.0, "none": null, "empty": {},
             "items": [{"sku": "a", "n": 1}, {"sku": "b"}, {"n": 3}], "a/b": {"c-d": true}}
})";

std::optional<std::string> at(std::string_view path) {
  auto compiled = event_path::parse(path);
  if (!compiled)
    return "refused at " + std::to_string(compiled.error().offset);
  std::string out;
  if (!compiled->append_value(event, out))
    return std::nullopt;
  return out;
}

TEST(EventPath, FollowsDotsIndexesAndWildcards) {
  EXPECT_EQ(at("$.detail.order_id"), "\"o-1\"");
  EXPECT_EQ(at("$.detail-type"), "\"order placed\"");
  EXPECT_EQ(at("$.detail.amount"), "300.0");
  EXPECT_EQ(at("$.detail.none"), "null");
  EXPECT_EQ(at("$.detail.empty"), "{}");
  EXPECT_EQ(at("$.resources"), "[\"arn:1\",\"arn:2\"]");
  EXPECT_EQ(at("$.resources[1]"), "\"arn:2\"");
  EXPECT_EQ(at("$.detail.items[0].sku"), "\"a\"");
  EXPECT_EQ(at("$.detail.a/b.c-d"), "true");
  EXPECT_EQ(at("$.detail.items[*].sku"), "[\"a\",\"b\"]");
  EXPECT_EQ(at("$.detail.items.*.n"), "[1,3]");
  EXPECT_EQ(at("$.detail.items[*]"), "[{\"sku\":\"a\",\"n\":1},{\"sku\":\"b\"},{\"n\":3}]");
}

TEST(EventPath, IsTheWholeEventWithoutSteps) {
  auto whole = at("$");
  ASSERT_TRUE(whole);
  EXPECT_TRUE(whole->starts_with("{\"detail-type\":\"order placed\",\"resources\""));
  EXPECT_EQ(whole->find('\n'), std::string::npos);
}

TEST(EventPath, LeadsNowhereWithoutAFault) {
  for (auto path : {"$.nothing", "$.detail.order_id.x", "$.detail.items.sku", "$.resources[2]",
                    "$.detail[0]", "$.detail.empty.*", "$.detail.items[*].x", "$.source[*]"})
    EXPECT_EQ(at(path), std::nullopt) << path;
}

TEST(EventPath, RefusesWhatTheServiceHasNot) {
  EXPECT_EQ(at(""), "refused at 0");
  EXPECT_EQ(at("detail"), "refused at 0");
  EXPECT_EQ(at("$detail"), "refused at 1");
  EXPECT_EQ(at("$."), "refused at 2");
  EXPECT_EQ(at("$..a"), "refused at 2");
  EXPECT_EQ(at("$.a."), "refused at 4");
  EXPECT_EQ(at("$['a']"), "refused at 2");
  EXPECT_EQ(at("$.a[-1]"), "refused at 4");
  EXPECT_EQ(at("$.a[1:2]"), "refused at 5");
  EXPECT_EQ(at("$.a[1"), "refused at 5");
  EXPECT_EQ(at("$.a b"), "refused at 3");
  EXPECT_EQ(at("$.a[?(@.b)]"), "refused at 4");
  EXPECT_EQ(at("$." + std::string(path_bytes_max, 'a')), "refused at 256");
  EXPECT_EQ(at("$.a[99999999999999999999999]"), "refused at 4");
}

TEST(EventPath, StopsOnTextThatIsNoEvent) {
  auto path = *event_path::parse("$.a.b[*]");
  for (std::string_view text : {"", "{", "{\"a\"", "{\"a\":", "{\"a\":{\"b\":[", "[1,", "\"", "x",
                                "{\"a\":{\"b\":[1", "}"}) {
    std::string out;
    EXPECT_FALSE(path.append_value(text, out)) << text;
    EXPECT_EQ(out, "");
  }
}

} // namespace
} // namespace baseplate::transform
