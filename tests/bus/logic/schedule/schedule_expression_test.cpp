#include "actors/bus/logic/schedule/schedule_expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baseplate::schedule {
namespace {

TEST(ScheduleExpression, TakesWhatTheServiceTakes) {
  for (auto text : {"rate(1 minute)",
                    "rate(2 minutes)",
                    "rate(1 hour)",
                    "rate(24 hours)",
                    "rate(1 day)",
                    "rate(365 days)",
                    "cron(0 10 * * ? *)",
                    "cron(15 12 * * ? *)",
                    "cron(0 18 ? * MON-FRI *)",
                    "cron(0 8 1 * ? *)",
                    "cron(0/15 * * * ? *)",
                    "cron(*/5 * * * ? *)",
                    "cron(0,30 0-23/2 1,15 JAN,jul ? 2026-2030)",
                    "cron(0 0 L * ? *)",
                    "cron(0 0 L-3 * ? *)",
                    "cron(0 0 LW * ? *)",
                    "cron(0 0 15W * ? *)",
                    "cron(0 0 ? * L *)",
                    "cron(0 0 ? * 6L *)",
                    "cron(0 0 ? * FRIL *)",
                    "cron(0 0 ? * 2#1 *)",
                    "cron(0 0 ? * mon#5 *)",
                    "cron(0 0 ? JAN-MAR,12 2-6/2 1970,2199)",
                    "cron(0 0 31 2 ? *)",
                    "cron(0   0\t* * ? *)",
                    "at(2022-11-20T13:00:00)",
                    "at(2024-02-29T23:59:59)"})
    EXPECT_TRUE(parse_schedule(text)) << text << ": " << parse_schedule(text).error().text;
}

TEST(ScheduleExpression, TellsWhatIsWrongAndWhere) {
  struct example {
    std::string_view text;
    std::size_t offset;
    std::string_view part;
  };

  for (auto& x : {example{"", 0, "begins with"},
                  example{"every day", 0, "begins with"},
                  example{" rate(1 day)", 0, "begins with"},
                  example{"Rate(1 day)", 0, "begins with"},
                  example{"rate(1 day", 10, "expected )"},
                  example{"rate(1 day) ", 12, "expected )"},
                  example{"rate()", 5, "whole number"},
                  example{"rate(foo minutes)", 5, "whole number"},
                  example{"rate(-10 minutes)", 5, "whole number"},
                  example{"rate( 10 minutes )", 5, "whole number"},
                  example{"rate(10)", 7, "a unit"},
                  example{"rate(1.5 hours)", 6, "a unit"},
                  example{"rate(0 minutes)", 5, "at least 1"},
                  example{"rate(10 years)", 8, "the unit is"},
                  example{"rate(10 seconds)", 8, "the unit is"},
                  example{"rate(10 minutes )", 8, "the unit is"},
                  example{"rate(10  minutes)", 8, "the unit"},
                  example{"rate(1 hours)", 7, "singular"},
                  example{"rate(10 hour)", 8, "singular"},
                  example{"rate(9999999999 days)", 5, "9 digits"},
                  example{"cron(INVALID)", 12, "six fields"},
                  example{"cron(0 0 * * ?)", 14, "six fields"},
                  example{"cron(0 0 * * ? * *)", 17, "more than six"},
                  example{"cron( 0 0 * * ? *)", 5, "white space"},
                  example{"cron(0 0 * * ? * )", 16, "white space"},
                  example{"cron(71 8 1 * ? *)", 5, "minutes: \"71\""},
                  example{"cron(0 24 1 * ? *)", 7, "hours"},
                  example{"cron(0 dummy ? * MON *)", 7, "hours"},
                  example{"cron(0 1 * * * *)", 13, "one of them must be ?"},
                  example{"cron(0 1 ? * ? *)", 13, "both be ?"},
                  example{"cron(7 20 * * NOT *)", 14, "day-of-week: \"NOT\""},
                  example{"cron(0 0 0 * ? *)", 9, "day-of-month"},
                  example{"cron(0 0 32 * ? *)", 9, "day-of-month"},
                  example{"cron(0 0 ? * 8 *)", 13, "day-of-week"},
                  example{"cron(0 0 ? * 0 *)", 13, "day-of-week"},
                  example{"cron(0 0 * 13 ? *)", 11, "month"},
                  example{"cron(0 0 * ? * *)", 11, "month"},
                  example{"cron(? 0 * * ? *)", 5, "minutes"},
                  example{"cron(0 0 * * ? ?)", 15, "year"},
                  example{"cron(0 0 * * ? 1969)", 15, "year"},
                  example{"cron(0 0 * * ? 2200)", 15, "year"},
                  example{"cron(5-1 0 * * ? *)", 5, "backwards"},
                  example{"cron(5- 0 * * ? *)", 7, "minutes"},
                  example{"cron(,5 0 * * ? *)", 5, "minutes"},
                  example{"cron(5, 0 * * ? *)", 7, "minutes"},
                  example{"cron(0/0 0 * * ? *)", 6, "increment"},
                  example{"cron(0/60 0 * * ? *)", 6, "incr"},
                  example{"cron(/5 0 * * ? *)", 5, "minutes"},
                  example{"cron(0 0 ? * 3#6 *)", 14, "1 to 5"},
                  example{"cron(0 0 ? * 3#1,6#3 *)", 14, "only one"},
                  example{"cron(0 0 1W,2 * ? *)", 9, "day-of-month"},
                  example{"cron(0 0 W * ? *)", 9, "W stands"},
                  example{"cron(0 0 L-31 * ? *)", 9, "L-"},
                  example{"cron(-1 0 * * ? *)", 5, "minutes"},
                  example{"cron(+1 0 * * ? *)", 5, "minutes"},
                  example{"at(2022-11-20)", 13, "yyyy-mm-dd"},
                  example{"at(2022-11-20 13:00:00)", 13, "yyyy"},
                  example{"at(2022-11-20T13:00:00Z)", 22, "nothing behind"},
                  example{"at(2023-02-29T13:00:00)", 3, "no such day"},
                  example{"at(2022-13-01T13:00:00)", 3, "no such day"},
                  example{"at(2022-11-20T24:00:00)", 14, "time of day"},
                  example{"at(1969-11-20T13:00:00)", 3, "1970 to 2199"}}) {
    auto parsed = parse_schedule(x.text);
    ASSERT_FALSE(parsed) << x.text;
    EXPECT_EQ(parsed.error().offset, x.offset) << x.text << ": " << parsed.error().text;
    EXPECT_THAT(parsed.error().text, testing::HasSubstr(std::string(x.part))) << x.text;
  }
}

TEST(ScheduleExpression, HasALimit) {
  std::string list = "cron(0";
  while (list.size() < expression_bytes_max)
    list += ",0";
  EXPECT_EQ(parse_schedule(list + " 0 * * ? *)").error().offset, expression_bytes_max);
}

TEST(ScheduleRefusal, SaysWhatPutRuleSays) {
  EXPECT_FALSE(check_rule_schedule("", true));
  EXPECT_FALSE(check_rule_schedule("", false));
  EXPECT_FALSE(check_rule_schedule("rate(5 minutes)", true));
  EXPECT_EQ(check_rule_schedule("rate(5 minute)", true)->message,
            "Parameter ScheduleExpression is not valid.");
  EXPECT_EQ(check_rule_schedule("at(2022-11-20T13:00:00)", true)->message,
            "Parameter ScheduleExpression is not valid.");
  EXPECT_EQ(check_rule_schedule("rate(5 minutes)", false)->message,
            "ScheduleExpression is supported only on the default event bus.");
}

TEST(ScheduleRefusal, SaysWhatCreateScheduleSays) {
  auto is_zone = [](std::string_view name) { return name == "Europe/Berlin"; };
  EXPECT_FALSE(check_schedule("at(2022-11-20T13:00:00)", "Europe/Berlin", is_zone));
  EXPECT_FALSE(check_schedule("rate(1 day)", "", is_zone));
  EXPECT_EQ(check_schedule("rate(10)", "", is_zone)->message,
            "Invalid Schedule Expression rate(10).");
  EXPECT_TRUE(check_schedule("rate(1 day)", "Mars/Olympus", is_zone));
}

} // namespace
} // namespace baseplate::schedule
