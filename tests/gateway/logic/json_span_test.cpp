#include "actors/gateway/logic/json_span.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace baseplate::gateway {

TEST(JsonSpan, FindsTheTextOfEachMemberAndElement) {
  std::vector<std::string> values;
  for_each_member_value(
      R"( { "a" : 1 , "b}" : "x,\"]}" ,"c":[1,{"d":"]"}], "e":{ "f" : [] },"g":true } )",
      [&](std::string_view raw) { values.emplace_back(raw); });
  EXPECT_EQ(values, (std::vector<std::string>{"1", R"("x,\"]}")", R"([1,{"d":"]"}])",
                                              R"({ "f" : [] })", "true"}));
  values.clear();
  for_each_element(R"([ 1,"a\\" , null ,[ ] ])",
                   [&](std::string_view raw) { values.emplace_back(raw); });
  EXPECT_EQ(values, (std::vector<std::string>{"1", R"("a\\")", "null", "[ ]"}));
}

TEST(JsonSpan, FindsNothingInEmptyContainers) {
  int calls = 0;
  const auto count = [&](std::string_view) { ++calls; };
  for_each_member_value(" { } ", count);
  for_each_element("[\n]", count);
  EXPECT_EQ(calls, 0);
}

TEST(JsonSpan, StaysInsideBrokenText) {
  for (const std::string_view text :
       {"", "{", "[", "{\"", "{\"a\\", "{\"a\":", "[[[", "[1,", "{\"a\":\"\\"}) {
    for_each_member_value(text, [&](std::string_view raw) { EXPECT_LE(raw.size(), text.size()); });
    for_each_element(text, [&](std::string_view raw) { EXPECT_LE(raw.size(), text.size()); });
  }
}

} // namespace baseplate::gateway
