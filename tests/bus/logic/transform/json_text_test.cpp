#include "actors/bus/logic/transform/json_text.hpp"

#include <gtest/gtest.h>

namespace baseplate::transform {
namespace {

TEST(JsonText, TakesWhatRfc8259Takes) {
  for (auto text : {"0", "-0", "12.5e-7", "\"\"", "\"\\u00e9\\n\\/\"", "true", "null", "[]", "{}",
                    " { \"a\" : [ 1 , { \"b\" : null } ] , \"a\" : 2 } \n", "[[],{},[[{}]]]"})
    EXPECT_FALSE(check_json(text)) << text;
}

TEST(JsonText, TellsWhereAFaultIs) {
  struct example {
    std::string_view text;
    std::size_t offset;
  };

  for (auto x : {example{"", 0},         example{"01", 1},
                 example{"-", 1},        example{"1.", 2},
                 example{"1e", 2},       example{"+1", 0},
                 example{"tru", 0},      example{"\"a", 2},
                 example{"\"\\x\"", 1},  example{"\"\\u12g4\"", 1},
                 example{"\"a\nb\"", 2}, example{"[1,]", 3},
                 example{"[1 2]", 3},    example{"{\"a\":1,}", 7},
                 example{"{a:1}", 1},    example{"{\"a\" 1}", 5},
                 example{"{\"a\":}", 5}, example{"{} {}", 3},
                 example{"[1}", 2},      example{"{\"a\":1]", 6},
                 example{"]", 0},        example{"[", 1},
                 example{"nullx", 4}}) {
    auto fault = check_json(x.text);
    ASSERT_TRUE(fault) << x.text;
    EXPECT_EQ(fault->offset, x.offset) << x.text << ": " << fault->text;
    EXPECT_NE(fault->text, "");
  }
}

TEST(JsonText, RefusesWhatIsNestedTooDeeply) {
  std::string deep(json_depth_max, '[');
  deep.append(json_depth_max, ']');
  EXPECT_FALSE(check_json(deep));
  auto fault = check_json("[" + deep + "]");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->offset, json_depth_max);
}

TEST(JsonText, TellsWhereTheKeysAre) {
  std::string_view text = R"({"a": {"b": 1}, "c": ["d"]})";
  std::vector<text_span> keys;
  ASSERT_FALSE(check_json(text, &keys));
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(text.substr(keys[1].begin, keys[1].end - keys[1].begin), "\"b\"");
  EXPECT_EQ(text.substr(keys[2].begin, keys[2].end - keys[2].begin), "\"c\"");
}

TEST(JsonText, SeveralStringsAreApartFromOneValue) {
  EXPECT_FALSE(check_json_strings("\"a\"\n\"b\" "));
  EXPECT_FALSE(check_json_strings("\"a\""));
  for (auto text : {"", "1", "\"a\" 1", "\"a\",\"b\"", "{}"})
    EXPECT_TRUE(check_json_strings(text)) << text;
}

TEST(JsonText, TheLastMemberOfANameCountsAndEscapesDoNotMatter) {
  std::string_view text = R"({"a":1, "b" : {"a":2} , "\u0061" : [3] })";
  EXPECT_EQ(find_member(text, "a"), "[3]");
  EXPECT_EQ(find_member(text, "b"), "{\"a\":2}");
  EXPECT_EQ(find_member(text, "c"), "");
  EXPECT_EQ(find_member("[1]", "a"), "");
}

TEST(JsonText, MinifiesOutsideStringsOnly) {
  std::string out;
  append_minified("{ \"a b\" :\t[ 300.0 , \" \\\" \" ] ,\n\"c\":  true }", out);
  EXPECT_EQ(out, "{\"a b\":[300.0,\" \\\" \"],\"c\":true}");
}

TEST(JsonText, UnescapesAndEscapes) {
  std::string out;
  append_unescaped("a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00", out);
  EXPECT_EQ(out, "a\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
  out.clear();
  append_unescaped("\\ud83d.\\ude00", out);
  EXPECT_EQ(out, "\xEF\xBF\xBD.\xEF\xBF\xBD");
  out.clear();
  append_json_string("a\"\\\n\x01\xC3\xA9", out);
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\u0001\xC3\xA9\"");
}

} // namespace
} // namespace baseplate::transform
