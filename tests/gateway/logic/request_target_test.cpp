#include "actors/gateway/logic/request_target.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

TEST(RequestTarget, TakesOriginAbsoluteAndAsteriskForm) {
  struct target_case {
    const char* text;
    const char* path;
    const char* query;
  };

  for (const auto& one : {target_case{"/", "/", ""},
                          {"/a/b?c=d&e", "/a/b", "c=d&e"},
                          {"/a?", "/a", ""},
                          {"/a??b", "/a", "?b"},
                          {"http://host/a?b", "/a", "b"},
                          {"https://host:1", "/", ""},
                          {"http://host?b", "/", "b"},
                          {"*", "*", ""}}) {
    const auto got = parse_target(one.text);
    ASSERT_TRUE(got) << one.text;
    EXPECT_EQ(got->path, one.path) << one.text;
    EXPECT_EQ(got->query, one.query) << one.text;
  }
}

TEST(RequestTarget, RefusesOthers) {
  for (const char* text :
       {"", "a", "host:80", "/a#b", "http:///a", "http://", "ftp://host/a", "**"})
    EXPECT_FALSE(parse_target(text)) << text;
}

TEST(RequestTarget, DecodesPercentEncodingOnce) {
  EXPECT_EQ(percent_decode("a%20b%2fc%25"), "a b/c%");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("%2520"), "%20");
  for (const char* bad : {"%", "%4", "%g0", "a%0", "%00", "%ff", "%c3"})
    EXPECT_FALSE(percent_decode(bad)) << bad;
}

TEST(RequestTarget, SplitsQueries) {
  const auto got = parse_query("a=1&b=x%26y&&c&a=2&=v");
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, (query_values{{"a", "1"}, {"b", "x&y"}, {"c", ""}, {"a", "2"}, {"", "v"}}));
  EXPECT_EQ(*find(*got, "a"), "1");
  EXPECT_EQ(find(*got, "z"), nullptr);
  EXPECT_FALSE(parse_query("a=%"));
  EXPECT_TRUE(parse_query("")->empty());
}

} // namespace baseplate::gateway
