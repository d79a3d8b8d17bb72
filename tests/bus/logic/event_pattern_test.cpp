#include "actors/bus/logic/event_pattern.hpp"

#include <gtest/gtest.h>

namespace baseplate::bus {
namespace {

struct refused {
  const char* pattern;
  pattern_fault code;
  const char* text;
  const char* pointer;
};

TEST(EventPattern, RefusesWithTheServicesWordsAndThePlace) {
  const refused cases[]{
      {"", pattern_fault::not_json, "Filter is empty", ""},
      {"[]", pattern_fault::not_an_object, "Filter is not an object", ""},
      {"\"x\"", pattern_fault::not_an_object, "Filter is not an object", ""},
      {"5", pattern_fault::not_an_object, "Filter is not an object", ""},
      {"{}", pattern_fault::empty_object, "Empty objects are not allowed", ""},
      {R"({"a":{}})", pattern_fault::empty_object, "Empty objects are not allowed", "/a"},
      {R"({"a":[]})", pattern_fault::empty_array, "Empty arrays are not allowed", "/a"},
      {R"({"a":{"b":[]}})", pattern_fault::empty_array, "Empty arrays are not allowed", "/a/b"},
      {R"({"a":1})", pattern_fault::not_object_or_array, "\"a\" must be an object or an array",
       "/a"},
      {R"({"a":{"b/c":"x"}})", pattern_fault::not_object_or_array,
       "\"b/c\" must be an object or an array", "/a/b~1c"},
      {R"({"a":null})", pattern_fault::not_object_or_array, "\"a\" must be an object or an array",
       "/a"},
      {R"({"a":["x",["y"]]})", pattern_fault::invalid_value,
       "Match value must be String, number, true, false, or null", "/a/1"},
      {R"({"a":["x",{"prefix":"y"}]})", pattern_fault::unsupported_operator,
       "Operator \"prefix\" is not supported: only exact values are", "/a/1/prefix"},
      {R"({"a":{"b":[{"exists":false}]}})", pattern_fault::unsupported_operator,
       "Operator \"exists\" is not supported: only exact values are", "/a/b/0/exists"},
      {R"({"a":[{"EXISTS":true}]})", pattern_fault::unknown_operator,
       "Unrecognized match type EXISTS", "/a/0/EXISTS"},
      {R"({"a":[{}]})", pattern_fault::empty_object, "Empty objects are not allowed", "/a/0"},
      {R"({"source":["x"],"$or":[{"a":[1]},{"b":[2]}]})", pattern_fault::unsupported_operator,
       "$or is not supported: only exact values are", "/$or"},
      {R"({"detail":{"$or":[1]}})", pattern_fault::unsupported_operator,
       "$or is not supported: only exact values are", "/detail/$or"},
      {"{'bad': 'quotation'}", pattern_fault::not_json,
       "Unexpected character (''' (code 39)): was expecting double-quote to start field name", ""},
      {R"({"not": closed mark")", pattern_fault::not_json,
       "Unrecognized token 'closed': was expecting (JSON String, Number, Array, Object or token "
       "'null', 'true' or 'false')",
       "/not"},
      {R"({"a":[1)", pattern_fault::not_json, "Unexpected end-of-input", "/a"},
      {R"({"a":[1]} x)", pattern_fault::not_json, "Text behind the end of the object", ""},
  };
  for (const auto& x : cases) {
    const auto result = parse_event_pattern(x.pattern);
    ASSERT_FALSE(result) << x.pattern;
    EXPECT_EQ(result.error().code, x.code) << x.pattern;
    EXPECT_EQ(result.error().text, x.text) << x.pattern;
    EXPECT_EQ(result.error().pointer, x.pointer) << x.pattern;
  }
}

TEST(EventPattern, RefusesWhatIsNoJson) {
  for (const auto* text : {R"({"a":[01]})",
                           R"({"a":[1.]})",
                           R"({"a":[.5]})",
                           R"({"a":[+1]})",
                           R"({"a":[1e]})",
                           R"({"a":[-]})",
                           R"({"a":[tru]})",
                           R"({"a":[truex]})",
                           R"({"a":["\x"]})",
                           R"({"a":["\u12g4"]})",
                           R"({"a":["x)",
                           R"({"a" ["x"]})",
                           R"({"a":["x" "y"]})",
                           R"({"a":["x",]})",
                           R"({"a":["x"],})",
                           R"({"a":["x"])",
                           R"({a:["x"]})",
                           "{\"a\":[\"\n\"]}",
                           R"({"a":[NaN]})",
                           "{",
                           "{\"",
                           "\x01"}) {
    const auto result = parse_event_pattern(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().code, pattern_fault::not_json) << text;
    EXPECT_FALSE(result.error().text.empty());
  }
}

TEST(EventPattern, LetsTheLastMentionOfAPathCount) {
  const auto twice = parse_event_pattern(R"({"a":{"b":[1]},"a.b":["x"]})");
  ASSERT_TRUE(twice);
  ASSERT_EQ(twice->fields.size(), 1u);
  EXPECT_EQ(twice->fields[0].path, "a.b");
  EXPECT_EQ(twice->fields[0].values, std::vector<std::string>{"sx"});
}

TEST(EventPattern, RefusesMoreLevelsOrBytesThanItTakes) {
  std::string deep;
  for (std::size_t i = 0; i <= pattern_depth_max; ++i)
    deep += R"({"a":)";
  deep += "[1]";
  deep += std::string(pattern_depth_max + 1, '}');
  EXPECT_EQ(parse_event_pattern(deep).error().code, pattern_fault::too_large);
  const auto wide = R"({"a":[")" + std::string(pattern_bytes_max, 'x') + R"("]})";
  EXPECT_EQ(parse_event_pattern(wide).error().code, pattern_fault::too_large);
}

TEST(EventPattern, SaysWhereInOneSentence) {
  EXPECT_EQ(to_string(parse_event_pattern(R"({"a":1})").error()),
            "Event pattern is not valid. Reason: \"a\" must be an object or an array (at /a)");
}

} // namespace
} // namespace baseplate::bus
