#include "app/rule_tests/comparison.hpp"
#include "app/rule_tests/run_case.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baseplate::app::rule_tests {
namespace {

using testing::HasSubstr;

case_result run(std::string_view line) {
  auto read = read_case(line, "file:1");
  EXPECT_EQ(read.error, "");
  return run_case(read.value, make_rule_engine());
}

verdict outcome(std::string_view line) {
  return run(line).outcome;
}

TEST(TestCase, IsReadWithItsIdOrNamedByItsPlace) {
  EXPECT_EQ(read_case(R"({"id":"a\u0062"})", "f:1").value.id, "ab");
  EXPECT_EQ(read_case(R"({})", "f:1").value.id, "f:1");
  EXPECT_THAT(read_case("{", "f:1").error, HasSubstr("not JSON"));
  EXPECT_THAT(read_case("[]", "f:1").error, HasSubstr("no JSON object"));
  EXPECT_THAT(read_case("{\"a\":\"\xFF\"}", "f:1").error, HasSubstr("UTF-8"));
}

TEST(TestCase, IsOfTheKindThatItsMembersTell) {
  auto kind = [](std::string_view line) { return read_case(line, "").value.kind; };
  EXPECT_EQ(kind(R"({"pattern":{},"event":{},"expect":true})"), case_kind::pattern);
  EXPECT_EQ(kind(R"({"pattern_text":"x","event_text":"y","expect":"error"})"), case_kind::pattern);
  EXPECT_EQ(kind(R"({"pattern":{},"expect":"valid"})"), case_kind::validity);
  EXPECT_EQ(kind(R"({"input_path":"$","event":{},"expect":{"delivered":true}})"),
            case_kind::transformer);
  EXPECT_EQ(kind(R"({"expression":"x","expect":{"valid":true}})"), case_kind::schedule);
  EXPECT_EQ(kind(R"({"kind":"schedule"})"), case_kind::schedule);
  EXPECT_EQ(kind(R"({"kind":"other","pattern":{},"expect":"valid"})"), std::nullopt);
  EXPECT_EQ(kind(R"({"definition":{"StartAt":"a"},"input":{},"expect":{"status":"SUCCEEDED"}})"),
            std::nullopt);
  EXPECT_EQ(kind(R"({"operation":"PutRule","request":{},"response":{}})"), std::nullopt);
}

TEST(RunCase, SkipsWhatItDoesNotKnowAndSaysSo) {
  auto result = run(R"({"operation":"PutRule","response":{}})");
  EXPECT_EQ(result.outcome, verdict::skipped);
  EXPECT_NE(result.reason, "");
}

TEST(RunCase, FailsWithoutAnExpectationOrWithOneThatIsNotUnderstood) {
  for (auto line : {R"({"pattern":{"a":[1]},"event":{"a":1}})",
                    R"({"pattern":{"a":[1]},"event":{"a":1},"expect":"true"})",
                    R"({"pattern":{"a":[1]},"event":{"a":1},"expect":1})",
                    R"({"pattern":{"a":[1]},"expect":"invalid"})",
                    R"({"input_path":"$.a","event":{"a":1},"expect":{"delivered":true}})",
                    R"({"input_path":"$.a","event":{"a":1},"expect":{"delivered":1,"body":1}})",
                    R"({"input_path":"$.a","event":{"a":1},"expect":{}})",
                    R"({"input_path":"$.a","event":{"a":1},"expect":{"delivered":true,"x":1}})",
                    R"j({"expression":"rate(1 day)","expect":{"valid":true,"next":1}})j",
                    R"j({"expression":"rate(1 day)","expect":{"valid":true,"error":{}}})j"})
    EXPECT_EQ(outcome(line), verdict::failed) << line;
}

TEST(RunCase, JudgesPatterns) {
  EXPECT_EQ(outcome(R"({"pattern":{"a":[1]},"event":{"a":1.0},"expect":true})"), verdict::passed);
  EXPECT_EQ(outcome(R"({"pattern":{"a":[1]},"event":{"a":2},"expect":false})"), verdict::passed);
  auto missed = run(R"({"pattern":{"a":[1]},"event":{"a":2},"expect":true})");
  EXPECT_EQ(missed.outcome, verdict::failed);
  EXPECT_THAT(missed.reason, HasSubstr("does not match"));
  EXPECT_THAT(missed.explanation, testing::AllOf(HasSubstr("a"), HasSubstr("2"), HasSubstr("1")));
  EXPECT_EQ(outcome(R"({"pattern":{"a":[1]},"event":{"a":1},"expect":false})"), verdict::failed);
  EXPECT_EQ(outcome(R"({"pattern":{"a":1},"event":{"a":1},"expect":"error"})"), verdict::passed);
  EXPECT_EQ(outcome(R"({"pattern":{"a":1},"event":{"a":1},"expect":true})"), verdict::failed);
  EXPECT_EQ(outcome(R"({"pattern":{"a":[1]},"event_text":"x","expect":false})"), verdict::failed);
  EXPECT_EQ(outcome(R"({"pattern":{"a":1},"expect":"error"})"), verdict::passed);
  EXPECT_EQ(outcome(R"({"pattern":{"a":[1]},"expect":"error"})"), verdict::failed);
}

TEST(RunCase, ComparesTheErrorOfAPattern) {
  auto with = [](std::string_view error) {
    return R"({"pattern":{"a":1},"event":{"a":1},"expect":"error","error":)" + std::string(error)
           + "}";
  };
  EXPECT_EQ(outcome(with(R"({"code":"InvalidEventPatternException","status":400,"message":)"
                         R"("Event pattern is not valid. Reason: \"a\" must be an object or an )"
                         R"(array"})")),
            verdict::passed);
  EXPECT_EQ(outcome(with(R"({"code":"ValidationException"})")), verdict::failed);
  EXPECT_EQ(outcome(with(R"({"message":"another"})")), verdict::failed);
  EXPECT_EQ(outcome(with(R"({"status":500})")), verdict::failed);
  EXPECT_EQ(outcome(with(R"({"reason":"not compared"})")), verdict::failed);
}

TEST(RunCase, JudgesTransformers) {
  constexpr std::string_view start
      = R"({"input_template":"{\"a\":<x>}","input_paths_map":{"x":"$.a"},"event":{"a":300.0},)";
  auto with = [&](std::string_view rest) { return std::string(start) + std::string(rest) + "}"; };
  EXPECT_EQ(outcome(with(R"("expect":{"delivered":true,"body":{"a":3e2}})")), verdict::passed);
  EXPECT_EQ(outcome(with(R"("expect":{"delivered":true,"body":"{\"a\":300.0}"})")),
            verdict::passed);
  EXPECT_EQ(outcome(with(R"("expect":{"delivered":true,"body":{"a":301}})")), verdict::failed);
  EXPECT_EQ(outcome(with(R"("expect":{"delivered":true,"body":{"a":300,"b":1}})")),
            verdict::failed);
  EXPECT_EQ(outcome(with(R"("expect":{"delivered":true,"body":{}})")), verdict::failed);
  EXPECT_EQ(outcome(with(R"("expect":{"delivered":false})")), verdict::failed);
  EXPECT_EQ(outcome(with(R"("expect":{"error":{"code":"ValidationException"}})")), verdict::failed);
  EXPECT_EQ(
      outcome(R"({"input_template":"{\"a\":<y>}","target_id":"T","expect":{"error":{"message":)"
              R"("InputTemplate for target T contains invalid placeholder y."}}})"),
      verdict::passed);
  EXPECT_EQ(outcome(R"({"input_template":"x <v>","input_paths_map":{"v":"$.a"},"event":{"a":1},)"
                    R"("expect":{"delivered":false}})"),
            verdict::passed);
  EXPECT_EQ(outcome(R"({"input_template":"x <v>","input_paths_map":{"v":"$.a"},"event":{"a":1},)"
                    R"("mode":"strict","expect":{"error":{"code":"ValidationException"}}})"),
            verdict::passed);
  EXPECT_EQ(outcome(R"({"input":{"a":1},"event":{},"expect":{"delivered":true,"body":{"a":1}}})"),
            verdict::passed);
}

TEST(RunCase, JudgesSchedulesAndWhenTheyFire) {
  auto judge = [](std::string_view expression, std::string_view rest) {
    return outcome("{\"expression\":\"" + std::string(expression) + "\"," + std::string(rest)
                   + "}");
  };
  EXPECT_EQ(judge("rate(1 day)", R"("expect":{"valid":true})"), verdict::passed);
  EXPECT_EQ(judge("rate(1 days)", R"("expect":{"valid":true})"), verdict::failed);
  EXPECT_EQ(judge("rate(1 days)", R"("expect":{"valid":false})"), verdict::passed);
  EXPECT_EQ(judge("rate(1 day)", R"("expect":{"valid":false})"), verdict::failed);
  EXPECT_EQ(
      judge("rate(1 day)",
            R"("operation":"PutRule","event_bus":"custom","expect":{"valid":false,"error":{)"
            R"("message":"ScheduleExpression is supported only on the default event bus."}})"),
      verdict::passed);
  EXPECT_EQ(judge("rate(1 day)", R"("timezone":"Mars/Olympus","expect":{"valid":false})"),
            verdict::passed);
  auto fires = [&](std::string_view list) {
    return judge("cron(30 2 29-30 3 ? 2026)",
                 R"("timezone":"Europe/Berlin","after":"2026-01-01T00:00:00Z",)"
                 R"("expect":{"valid":true,"fires":)"
                     + std::string(list) + "}");
  };
  EXPECT_EQ(fires(R"(["2026-03-30T00:30:00Z",null])"), verdict::passed);
  EXPECT_EQ(fires(R"(["2026-03-30T00:31:00Z"])"), verdict::failed);
  EXPECT_EQ(fires(R"([null])"), verdict::failed);
  EXPECT_EQ(fires(R"(["2026-03-30T00:30:00Z","2027-03-30T00:30:00Z"])"), verdict::failed);
}

TEST(RunCase, HasPlaceholdersInRecordedCasesOnly) {
  auto with = [](std::string_view extra) {
    return R"({"input_path":"$.a","event":{"a":"x1 y"},"expect":{"delivered":true,)"
           R"("body":"\"<v> y\""})"
           + std::string(extra) + "}";
  };
  EXPECT_EQ(outcome(with("")), verdict::failed);
  EXPECT_EQ(outcome(with(R"(,"authority":"aws-recorded")")), verdict::passed);
  EXPECT_EQ(outcome(with(R"(,"placeholders":[])")), verdict::passed);
}

TEST(Comparison, APlaceholderStandsForTheSameEverywhere) {
  comparison x{true, {"date"}};
  EXPECT_TRUE(x.text("<a>/<b>/<a>", "1/2/1"));
  EXPECT_TRUE(x.text("<a>", "1"));
  EXPECT_FALSE(x.text("<a>", "2"));
  EXPECT_FALSE(x.text("<new>", ""));
  EXPECT_TRUE(x.text("at date!", "at noon!"));
  EXPECT_TRUE(x.text("<c:1> < d>", "x < d>"));
  EXPECT_FALSE(comparison{false}.text("<a>", "1"));
}

TEST(Comparison, IsBoundedForHostileText) {
  std::string expected;
  for (char c = 'a'; c <= 'z'; ++c)
    expected += std::string("<") + c + ">x";
  comparison x{true};
  EXPECT_FALSE(x.text(expected + "y", std::string(2000, 'x')));
}

TEST(Comparison, NamesTheFirstDifferenceByItsPointer) {
  comparison x{false};
  auto differ = [&](std::string_view a, std::string_view b) {
    return x.value(boost::json::parse(a), boost::json::parse(b)).value_or("same");
  };
  EXPECT_EQ(differ(R"({"a":[1,{"b/c":2.0}],"d":null})", R"({"d":null,"a":[1,{"b/c":2}]})"), "same");
  EXPECT_THAT(differ(R"({"a":[1,{"b/c":2}]})", R"({"a":[1,{"b/c":3}]})"), HasSubstr("/a/1/b~1c"));
  EXPECT_THAT(differ("[1]", "[1,2]"), HasSubstr("number of elements"));
  EXPECT_THAT(differ("\"1\"", "1"), HasSubstr("another type"));
  EXPECT_THAT(differ("{}", R"({"a":1})"), HasSubstr("/a is not expected"));
  EXPECT_THAT(differ("true", "false"), HasSubstr("differs"));
}

} // namespace
} // namespace baseplate::app::rule_tests
