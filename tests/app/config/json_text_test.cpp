#include "app/config/json_text.hpp"

#include <gtest/gtest.h>

namespace baseplate::app {
namespace {

TEST(JsonText, SaysLineAndColumnOfASyntaxError) {
  auto parsed = parse_json_text("{\n  \"a\": 1,\n  oops\n}");
  ASSERT_EQ(parsed.faults.size(), 1u);
  EXPECT_EQ(parsed.faults[0].pointer, "");
  EXPECT_NE(parsed.faults[0].reason.find("line 3, column 3"), std::string::npos)
      << parsed.faults[0].reason;
}

TEST(JsonText, RefusesWhatIsNoSingleDocument) {
  for (auto text :
       {"", " ", "{", "{} {}", "{}x", "[1,]", "{\"a\":1,}", "nul", "\"\xff\"", "{'a':1}"}) {
    auto parsed = parse_json_text(text);
    EXPECT_EQ(parsed.faults.size(), 1u) << text;
    EXPECT_TRUE(parsed.value.is_null()) << text;
  }
}

TEST(JsonText, RefusesMoreThan32Levels) {
  std::string open(33, '['), close(33, ']');
  EXPECT_EQ(parse_json_text(open + close).faults.size(), 1u);
  EXPECT_EQ(parse_json_text(open.substr(1) + close.substr(1)).faults.size(), 0u);
}

TEST(JsonText, ReportsEachMemberThatIsGivenTwice) {
  auto parsed = parse_json_text(R"({"a":1,"b":[{"c":1},{"c":1,"x/y":2,"x/y":3}],"a":{"a":1}})");
  ASSERT_EQ(parsed.faults.size(), 2u);
  EXPECT_EQ(parsed.faults[0].pointer, "/b/1/x~1y");
  EXPECT_EQ(parsed.faults[1].pointer, "/a");
}

TEST(JsonText, FindsARepeatedMemberWrittenWithAnEscape) {
  auto parsed = parse_json_text(R"({"ab":1,"\u0061b":2})");
  ASSERT_EQ(parsed.faults.size(), 1u);
  EXPECT_EQ(parsed.faults[0].pointer, "/ab");
}

TEST(JsonText, KnowsJsonPointersFromOtherText) {
  for (auto text : {"", "/", "/a", "/a/0/b", "/~0~1", "/a b"})
    EXPECT_TRUE(is_json_pointer(text)) << text;
  for (auto text : {"a", "a/b", "/~", "/~2", "/a~"})
    EXPECT_FALSE(is_json_pointer(text)) << text;
}

TEST(JsonText, MergesAsTheExamplesOfRfc7386Say) {
  const char* cases[][3] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", R"(null)", R"(null)"},
      {R"({"a":"foo"})", R"("bar")", R"("bar")"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (auto& [target, patch, expected] : cases) {
    auto value = boost::json::parse(target);
    merge_patch(value, boost::json::parse(patch));
    EXPECT_EQ(value, boost::json::parse(expected)) << target << " with " << patch;
  }
}

} // namespace
} // namespace baseplate::app
