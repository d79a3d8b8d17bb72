// What compiling refuses, in which words and where; and its limits.

#include "actors/bus/logic/rules/compiled_pattern.hpp"

#include <gtest/gtest.h>

namespace baseplate::rules {
namespace {

struct refusal {
  const char* pattern;
  pattern_fault code;
  const char* reason;
  const char* pointer;
};

TEST(PatternCompiler, RefusesWithTheReasonAndThePlace) {
  const refusal cases[] = {
      {"[]", pattern_fault::not_an_object, "Filter is not an object", ""},
      {"", pattern_fault::not_json, "Unexpected end-of-input", ""},
      {"{}", pattern_fault::empty_object, "Empty objects are not allowed", ""},
      {R"({"a":{}})", pattern_fault::empty_object, "Empty objects are not allowed", "/a"},
      {R"({"a":[]})", pattern_fault::empty_array, "Empty arrays are not allowed", "/a"},
      {R"({"a":1})", pattern_fault::not_object_or_array, "\"a\" must be an object or an array",
       "/a"},
      {R"({"a":[[1]]})", pattern_fault::invalid_value,
       "Match value must be String, number, true, false, or null", "/a/0"},
      {R"({"a":["x",{}]})", pattern_fault::invalid_operand, "Match expression name not found",
       "/a/1"},
      {R"({"a/b":[{"EXISTS":true}]})", pattern_fault::unknown_operator,
       "Unrecognized match type EXISTS", "/a~1b/0/EXISTS"},
      {R"({"a":[{"prefix":"x","suffix":"y"}]})", pattern_fault::invalid_operand,
       "Only one key allowed in match expression", "/a/0/prefix"},
      {R"({"a":[{"numeric":1}]})", pattern_fault::invalid_operand,
       "Value of numeric must be an array.", "/a/0/numeric"},
      {R"({"a":[{"numeric":[">",1,">",0]}]})", pattern_fault::invalid_operand,
       "Bad numeric range operator: >", "/a/0/numeric"},
      {R"({"a":[{"numeric":[">",5,"<",5]}]})", pattern_fault::invalid_operand,
       "Bottom must be less than top", "/a/0/numeric"},
      {R"({"a":[{"cidr":"10.0.0.0"}]})", pattern_fault::invalid_operand,
       "Malformed CIDR, one '/' required", "/a/0/cidr"},
      {R"({"a":[{"cidr":"10.0.0.0/32"}]})", pattern_fault::invalid_operand,
       "IPv4 mask bits must be < 32", "/a/0/cidr"},
      {R"({"a":[{"wildcard":"a**"}]})", pattern_fault::invalid_operand,
       "Consecutive wildcard characters at pos 2", "/a/0/wildcard"},
      {R"({"a":[{"wildcard":"a\\b"}]})", pattern_fault::invalid_operand,
       "Invalid escape character at pos 2", "/a/0/wildcard"},
      {R"({"a":[{"anything-but":[1,"x"]}]})", pattern_fault::invalid_operand,
       "Inside anything but list, either all values are number or string, mixed type is not "
       "supported",
       "/a/0/anything-but"},
      {R"({"$or":[{"a":[1]}]})", pattern_fault::invalid_or,
       "There must have at least 2 Objects in $or relationship.", "/$or"},
      {R"({"$or":{"a":[1]}})", pattern_fault::invalid_or, "It must be an Array followed with $or.",
       "/$or"},
      {R"({"$or":[{"a":[1]},2]})", pattern_fault::invalid_or,
       "Only JSON object is allowed in array of $or relationship.", "/$or/1"},
      {R"({"$or":[{"prefix":["a"]},{"b":[1]}]})", pattern_fault::invalid_or,
       "prefix is Ruler reserved fieldName which cannot be used inside $or.", "/$or/0/prefix"},
      {R"({"a":[1]} x)", pattern_fault::not_json,
       "Unexpected character ('x' (code 120)): was expecting the end of the text", ""},
  };
  for (const auto& x : cases) {
    const auto got = compile(x.pattern);
    ASSERT_FALSE(got.has_value()) << x.pattern;
    EXPECT_EQ(got.error().code, x.code) << x.pattern;
    EXPECT_EQ(got.error().reason, x.reason) << x.pattern;
    EXPECT_EQ(got.error().pointer, x.pointer) << x.pattern;
  }
}

TEST(PatternCompiler, NamesLineAndColumn) {
  const auto got = compile("{\n  \"a\": [\"x\"],\n  \"b\": [{\"prefix\": 5}]\n}");
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().line, 3U);
  EXPECT_EQ(got.error().column, 20U);
  EXPECT_EQ(got.error().offset, 35U);
}

TEST(PatternCompiler, TellsTheFirstFaultWhetherOfSyntaxOrOfMeaning) {
  EXPECT_EQ(compile(R"({"a":5, nonsense)").error().code, pattern_fault::not_object_or_array);
  EXPECT_EQ(compile(R"({"a":[5} , "b":3)").error().code, pattern_fault::not_json);
}

TEST(PatternCompiler, TakesTheLastOfTwoMentionsOfAPath) {
  const auto got = compile(R"({"a":{"b":[1]},"a.b":[2,3]})");
  ASSERT_TRUE(got.has_value());
  ASSERT_EQ(got->branches.size(), 1U);
  ASSERT_EQ(got->branches[0].fields.size(), 1U);
  EXPECT_EQ(got->fields[got->branches[0].fields[0]].any_of.size(), 2U);
}

TEST(PatternCompiler, MultipliesOrOutUpToAThousandBranchesAndNoFurther) {
  const auto power = [](int n) {
    std::string out = R"({"a":[1])";
    for (int i = 0; i < n; ++i)
      out += ",\"b" + std::to_string(i) + R"(":{"$or":[{"x":[1]},{"y":[1]}]})";
    return out + "}";
  };
  ASSERT_TRUE(compile(power(9)).has_value());
  EXPECT_EQ(compile(power(9))->branches.size(), 512U);
  const auto refused = compile(power(10));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, pattern_fault::too_complex);
}

TEST(PatternCompiler, RefusesWhatIsTooDeepOrTooLong) {
  std::string deep;
  for (int i = 0; i < 101; ++i)
    deep += "{\"a\":";
  EXPECT_EQ(compile(deep).error().code, pattern_fault::too_complex);
  pattern_limits limits;
  limits.bytes_max = 10;
  EXPECT_EQ(compile(R"({"a":["long"]})", limits).error().code, pattern_fault::too_complex);
  limits = {};
  limits.branch_fields_max = 3;
  EXPECT_EQ(compile(R"({"a":[1],"$or":[{"b":[1]},{"c":[1]}]})", limits).error().code,
            pattern_fault::too_complex);
}

TEST(PatternCompiler, NeverFailsOtherwiseThanByAnErrorWhateverIsCutOff) {
  const std::string text
      = R"({"a":[{"anything-but":{"wildcard":["x*","\u00e9\ud83d\ude00"]}},-1.5e+3,null,"ÿ"],"$or":[{"b":[{"numeric":[">=",1,"<",2]}]},{"c":[{"cidr":"::1/64"}]}]})";
  ASSERT_TRUE(compile(text).has_value());
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_FALSE(compile(std::string_view(text).substr(0, n)).has_value()) << n;
}

TEST(PatternCompiler, WritesPredicatesAsTheyWouldStandInAPattern) {
  const char* lists[]
      = {R"(["x",5,true,null,"10.0.0.1"])",
         R"([{"prefix":"a"},{"suffix":{"equals-ignore-case":"B"}}])",
         R"([{"numeric":[">",1,"<=",2.5]},{"numeric":["<",0]}])",
         R"([{"cidr":"10.0.0.0/8"},{"exists":false},{"wildcard":"a*\\*b"}])",
         R"([{"anything-but":["a","b"]},{"anything-but":7},{"anything-but":{"suffix":"q"}}])"};
  for (const char* list : lists) {
    const auto got = compile("{\"f\":" + std::string(list) + "}");
    ASSERT_TRUE(got.has_value()) << list;
    std::string again = "[";
    for (const auto& p : got->fields[0].any_of)
      again += (again.size() > 1 ? "," : "") + p.to_json();
    EXPECT_EQ(again + "]", list);
  }
}

} // namespace
} // namespace baseplate::rules
