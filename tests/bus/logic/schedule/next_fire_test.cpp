#include "actors/bus/logic/schedule/next_fire.hpp"
#include "actors/bus/time_zones.hpp"
#include "messages/event.hpp"

#include <gtest/gtest.h>

#include <random>

namespace baseplate::schedule {
namespace {

using times = std::vector<std::string>;

/// Kept until the end of the process.
const time_zone& zone(std::string_view name) {
  static std::vector<std::shared_ptr<const time_zone>> kept;
  auto found = bus::find_time_zone(name);
  EXPECT_TRUE(found) << name << ": is tzdata installed?";
  if (!found)
    return utc();
  kept.push_back(std::move(found));
  return *kept.back();
}

/// The next `count` fires behind `after`, "never" at the end if there are fewer.
times fires(std::string_view text, std::string_view after, std::size_t count,
            const time_zone& zone = utc(), std::string_view anchor = "2026-01-01T00:00:00Z") {
  auto parsed = *parse_schedule(text);
  times out;
  auto at = from_rfc3339(after);
  while (out.size() < count) {
    auto next = next_fire(parsed, zone, at, from_rfc3339(anchor));
    if (!next) {
      out.emplace_back("never");
      break;
    }
    EXPECT_GT(*next, at);
    at = *next;
    out.push_back(to_rfc3339(at));
  }
  return out;
}

TEST(NextFire, OfARateCountsFromItsAnchor) {
  EXPECT_EQ(fires("rate(5 minutes)", "2026-01-01T00:07:30Z", 2),
            (times{"2026-01-01T00:10:00Z", "2026-01-01T00:15:00Z"}));
  EXPECT_EQ(fires("rate(1 day)", "2026-01-01T00:00:00Z", 1, utc(), "2026-01-01T00:00:17Z"),
            (times{"2026-01-01T00:00:17Z"}));
  EXPECT_EQ(fires("rate(1 day)", "2026-01-01T00:00:17Z", 1, utc(), "2026-01-01T00:00:17Z"),
            (times{"2026-01-02T00:00:17Z"}));
}

TEST(NextFire, OfARateTakesADayAs24HoursInEveryZone) {
  EXPECT_EQ(fires("rate(1 day)", "2026-03-28T12:00:00Z", 2, zone("Europe/Berlin"),
                  "2026-03-28T12:00:00Z"),
            (times{"2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z"}));
}

TEST(NextFire, OfACronIsTheNextMinuteThatAllFieldsAllow) {
  EXPECT_EQ(fires("cron(0 12 * * ? *)", "2026-01-31T12:00:00Z", 2),
            (times{"2026-02-01T12:00:00Z", "2026-02-02T12:00:00Z"}));
  EXPECT_EQ(fires("cron(0/25 8-9 ? * MON-FRI *)", "2026-01-02T08:10:00Z", 7),
            (times{"2026-01-02T08:25:00Z", "2026-01-02T08:50:00Z", "2026-01-02T09:00:00Z",
                   "2026-01-02T09:25:00Z", "2026-01-02T09:50:00Z", "2026-01-05T08:00:00Z",
                   "2026-01-05T08:25:00Z"}));
  EXPECT_EQ(
      fires("cron(59 23 31 12 ? 2026,2198-2199)", "2026-01-02T08:10:00Z", 4),
      (times{"2026-12-31T23:59:00Z", "2198-12-31T23:59:00Z", "2199-12-31T23:59:00Z", "never"}));
  EXPECT_EQ(fires("cron(15 10 ? * 6L 2002-2005)", "2026-01-02T08:10:00Z", 1), (times{"never"}));
  EXPECT_EQ(fires("cron(0 0 29 2 ? *)", "2096-03-01T00:00:00Z", 2),
            (times{"2104-02-29T00:00:00Z", "2108-02-29T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 30 2 ? *)", "2026-01-01T00:00:00Z", 1), (times{"never"}));
}

TEST(NextFire, OfACronIsLaterThanTheTimeItIsAskedFor) {
  auto parsed = *parse_schedule("cron(* * * * ? *)");
  auto minute = from_rfc3339("2026-01-01T00:01:00Z");
  EXPECT_EQ(next_fire(parsed, utc(), minute - 1, 0), minute);
  EXPECT_EQ(next_fire(parsed, utc(), minute, 0), minute + 60'000);
  EXPECT_EQ(next_fire(parsed, utc(), minute + 59'999, 0), minute + 60'000);
}

TEST(NextFire, OfACronKnowsLastDaysWeekdaysAndNthDays) {
  EXPECT_EQ(fires("cron(0 0 L * ? *)", "2028-01-15T00:00:00Z", 3),
            (times{"2028-01-31T00:00:00Z", "2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 L-30 * ? *)", "2026-01-15T00:00:00Z", 2),
            (times{"2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z"}));
  // The 1st of August 2026 is a Saturday, the 31st of January 2027 a Sunday.
  EXPECT_EQ(fires("cron(0 0 1W 8,11 ? *)", "2026-07-15T00:00:00Z", 2),
            (times{"2026-08-03T00:00:00Z", "2026-11-02T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 15W * ? *)", "2026-02-01T00:00:00Z", 3),
            (times{"2026-02-16T00:00:00Z", "2026-03-16T00:00:00Z", "2026-04-15T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 31W 1 ? *)", "2026-12-01T00:00:00Z", 1),
            (times{"2027-01-29T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 31W 4 ? *)", "2026-01-01T00:00:00Z", 1), (times{"never"}));
  EXPECT_EQ(fires("cron(0 0 LW * ? *)", "2026-01-01T00:00:00Z", 3),
            (times{"2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z", "2026-03-31T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 ? * 6L *)", "2026-01-01T00:00:00Z", 2),
            (times{"2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 ? * SAT#3 *)", "2026-01-01T00:00:00Z", 2),
            (times{"2026-01-17T00:00:00Z", "2026-02-21T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 ? * 1#5 *)", "2026-01-01T00:00:00Z", 2),
            (times{"2026-03-29T00:00:00Z", "2026-05-31T00:00:00Z"}));
  EXPECT_EQ(fires("cron(0 0 ? * L *)", "2026-01-01T00:00:00Z", 2),
            (times{"2026-01-03T00:00:00Z", "2026-01-10T00:00:00Z"}));
}

TEST(NextFire, OfACronFollowsTheWallClockOfItsZone) {
  auto& berlin = zone("Europe/Berlin");
  EXPECT_EQ(fires("cron(0 9 * * ? *)", "2026-03-27T12:00:00Z", 3, berlin),
            (times{"2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"}));
  auto& tokyo = zone("Asia/Tokyo");
  EXPECT_EQ(fires("cron(0 0 1 1 ? *)", "2026-06-01T00:00:00Z", 1, tokyo),
            (times{"2026-12-31T15:00:00Z"}));
}

TEST(NextFire, OfACronSkipsATimeThatTheClockIsPutForwardOver) {
  // On 2026-03-29 Berlin goes from 02:00 to 03:00, at 01:00 UTC.
  auto& berlin = zone("Europe/Berlin");
  EXPECT_EQ(fires("cron(30 2 * * ? *)", "2026-03-27T12:00:00Z", 3, berlin),
            (times{"2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"}));
  EXPECT_EQ(fires("cron(0/30 * * * ? *)", "2026-03-29T00:00:00Z", 3, berlin),
            (times{"2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"}));
}

TEST(NextFire, OfACronTakesATimeThatComesTwiceOnce) {
  // On 2026-10-25 Berlin goes from 03:00 back to 02:00, at 01:00 UTC.
  auto& berlin = zone("Europe/Berlin");
  EXPECT_EQ(fires("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", 2, berlin),
            (times{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}));
  EXPECT_EQ(fires("cron(0/30 * * * ? *)", "2026-10-24T23:45:00Z", 4, berlin),
            (times{"2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z",
                   "2026-10-25T02:30:00Z"}));
  // Asked in the second pass of the hour.
  EXPECT_EQ(fires("cron(0/30 * * * ? *)", "2026-10-25T01:10:00Z", 1, berlin),
            (times{"2026-10-25T02:00:00Z"}));
}

TEST(NextFire, OfACronKnowsOddZones) {
  // Half an hour of summer time; no 2011-12-30 on Samoa; summer time in another year, by the rule.
  EXPECT_EQ(
      fires("cron(45 1,2 5 4 ? 2026)", "2026-01-01T00:00:00Z", 2, zone("Australia/Lord_Howe")),
      (times{"2026-04-04T14:45:00Z", "2026-04-04T16:15:00Z"}));
  EXPECT_EQ(fires("cron(0 12 ? 12 * 2011)", "2011-12-29T00:00:00Z", 3, zone("Pacific/Apia")),
            (times{"2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z", "never"}));
  EXPECT_EQ(fires("cron(0 12 1 1,7 ? 2060)", "2059-12-01T00:00:00Z", 3, zone("America/New_York")),
            (times{"2060-01-01T17:00:00Z", "2060-07-01T16:00:00Z", "never"}));
}

/// The slow way: minute after minute, asking what the wall clock shows.
std::optional<unix_ms> slow_next(const cron& x, const time_zone& zone, unix_ms after, unix_ms end) {
  for (auto at = (after / 60'000 + 1) * 60'000; at <= end; at += 60'000) {
    auto local = zone.local(at / 1000);
    auto of_day = local % 86'400;
    std::chrono::year_month_day day{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(local / 86'400)}}};
    civil_day civil{static_cast<int>(day.year()), static_cast<int>(unsigned{day.month()}),
                    static_cast<int>(unsigned{day.day()})};
    if (x.day(civil) && x.hour(static_cast<int>(of_day / 3600))
        && x.minute(static_cast<int>(of_day / 60 % 60)) && zone.resolve(local).first * 1000 == at)
      return at;
  }
  return std::nullopt;
}

TEST(NextFire, AgreesWithAskingMinuteAfterMinute) {
  std::mt19937 random{7};
  auto pick = [&](std::vector<std::string> from) { return from[random() % from.size()]; };
  const std::vector<const time_zone*> zones = {&utc(),
                                               &zone("Europe/Berlin"),
                                               &zone("America/New_York"),
                                               &zone("Australia/Lord_Howe"),
                                               &zone("Pacific/Apia"),
                                               &zone("Asia/Kathmandu"),
                                               &zone("America/Sao_Paulo")};
  const std::vector<std::string> starts
      = {"2026-03-27T20:10:05Z", "2026-10-23T13:00:00Z", "2026-03-07T00:00:00Z",
         "2026-10-31T00:00:01Z", "2011-12-28T00:00:00Z", "2017-02-18T00:00:00Z",
         "2026-04-03T12:00:00Z", "2026-12-30T00:00:00Z"};
  for (int i = 0; i < 400; ++i) {
    bool by_weekday = random() % 2 == 0;
    auto text = "cron(" + pick({"*", "0", "0/17", "5,35", "30-59/7"}) + " "
                + pick({"*", "0", "2", "1-3", "0/5", "23"}) + " "
                + (by_weekday ? "?" : pick({"*", "1", "L", "15W", "LW", "28-31", "1/3"})) + " "
                + pick({"*", "1-6", "10-12", "3,4"}) + " "
                + (by_weekday ? pick({"*", "SUN", "MON-FRI", "6L", "1#1", "L"}) : "?") + " *)";
    auto parsed = *parse_schedule(text);
    auto& where = *zones[random() % zones.size()];
    auto from = from_rfc3339(pick(starts));
    auto end = from + 5LL * 86'400'000;
    for (int step = 0; step < 30 && from < end; ++step) {
      auto slow = slow_next(std::get<cron>(parsed), where, from, end);
      auto fast = next_fire(parsed, where, from, 0);
      if (!slow) {
        ASSERT_TRUE(!fast || *fast > end) << text << " " << where.name() << " " << to_rfc3339(from);
        break;
      }
      ASSERT_TRUE(fast) << text << " " << where.name() << " " << to_rfc3339(from);
      ASSERT_EQ(to_rfc3339(*fast), to_rfc3339(*slow))
          << text << " " << where.name() << " " << to_rfc3339(from);
      from = *fast;
    }
  }
}

TEST(NextFire, OfAtIsOnceByTheWallClock) {
  auto& berlin = zone("Europe/Berlin");
  EXPECT_EQ(fires("at(2026-07-01T12:00:30)", "2026-01-01T00:00:00Z", 2, berlin),
            (times{"2026-07-01T10:00:30Z", "never"}));
  EXPECT_EQ(fires("at(2026-10-25T02:30:00)", "2026-01-01T00:00:00Z", 2, berlin),
            (times{"2026-10-25T00:30:00Z", "never"}));
  // A time that never comes is made up for at the moment of the change.
  EXPECT_EQ(fires("at(2026-03-29T02:30:00)", "2026-01-01T00:00:00Z", 2, berlin),
            (times{"2026-03-29T01:00:00Z", "never"}));
}

TEST(NextFire, HoldsAtTheEndsOfTime) {
  for (auto text : {"rate(999999999 days)", "cron(* * * * ? *)", "at(2199-12-31T23:59:59)"}) {
    auto parsed = *parse_schedule(text);
    for (auto time : {std::numeric_limits<unix_ms>::min(), std::numeric_limits<unix_ms>::max(),
                      unix_ms{0}, unix_ms{-1}}) {
      next_fire(parsed, utc(), time, time);
      next_fire(parsed, zone("Europe/Berlin"), time, 0);
      fires_due(parsed, utc(), std::numeric_limits<unix_ms>::min(), time, 0, missed_policy::all);
    }
  }
  EXPECT_EQ(fires("cron(* * * * ? *)", "2199-12-31T23:58:00Z", 2),
            (times{"2199-12-31T23:59:00Z", "never"}));
  EXPECT_EQ(next_fire(*parse_schedule("cron(* * * * ? *)"), utc(), -5'000'000'000'000, 0), 0);
}

class FiresDue : public testing::Test {
 protected:
  due_fires due(std::string_view text, std::string_view last, std::string_view now,
                missed_policy policy) {
    return fires_due(*parse_schedule(text), utc(), from_rfc3339(last), from_rfc3339(now),
                     from_rfc3339("2026-01-01T00:00:00Z"), policy);
  }

  static times text_of(const std::vector<unix_ms>& fires) {
    times out;
    for (auto x : fires)
      out.push_back(to_rfc3339(x));
    return out;
  }
};

TEST_F(FiresDue, FiresWhatIsOnTimeWhateverThePolicy) {
  for (auto policy : {missed_policy::none, missed_policy::one, missed_policy::all}) {
    auto x = due("rate(5 minutes)", "2026-01-01T00:05:00Z", "2026-01-01T00:10:20Z", policy);
    EXPECT_EQ(text_of(x.fires), (times{"2026-01-01T00:10:00Z"}));
    EXPECT_EQ(x.dropped, 0u);
    EXPECT_EQ(to_rfc3339(*x.next), "2026-01-01T00:15:00Z");
  }
}

TEST_F(FiresDue, MakesUpForMissedFiresByPolicy) {
  auto last = "2026-01-01T00:05:00Z";
  auto now = "2026-01-01T00:22:00Z";
  auto none = due("rate(5 minutes)", last, now, missed_policy::none);
  EXPECT_EQ(text_of(none.fires), (times{}));
  EXPECT_EQ(none.dropped, 3u);
  auto one = due("rate(5 minutes)", last, now, missed_policy::one);
  EXPECT_EQ(text_of(one.fires), (times{"2026-01-01T00:20:00Z"}));
  EXPECT_EQ(one.dropped, 2u);
  auto all = due("cron(0/5 * * * ? *)", last, now, missed_policy::all);
  EXPECT_EQ(text_of(all.fires),
            (times{"2026-01-01T00:10:00Z", "2026-01-01T00:15:00Z", "2026-01-01T00:20:00Z"}));
  EXPECT_EQ(all.dropped, 0u);
}

TEST_F(FiresDue, IsBoundedAfterALongDowntime) {
  auto rate
      = due("rate(1 minute)", "2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z", missed_policy::all);
  EXPECT_EQ(rate.fires.size(), missed_fires_max);
  EXPECT_EQ(rate.fires.size() + rate.dropped, 5'258'880u);
  auto cron = due("cron(* * * * ? *)", "1970-01-01T00:00:00Z", "2036-01-01T00:00:00Z",
                  missed_policy::all);
  EXPECT_EQ(cron.fires.size(), missed_fires_max);
  EXPECT_EQ(to_rfc3339(cron.fires.back()), "2036-01-01T00:00:00Z");
  auto rare = due("cron(0 0 29 2 ? *)", "1999-01-01T00:00:00Z", "2026-01-01T00:00:00Z",
                  missed_policy::all);
  EXPECT_EQ(rare.fires.size(), 7u);
}

TEST_F(FiresDue, KnowsWhenNothingComesAnyMore) {
  auto x = due("at(2026-01-01T00:00:00)", "2025-01-01T00:00:00Z", "2026-02-01T00:00:00Z",
               missed_policy::one);
  EXPECT_EQ(text_of(x.fires), (times{"2026-01-01T00:00:00Z"}));
  EXPECT_FALSE(x.next);
}

TEST(TimeZones, AreFoundByTheirExactNamesOnly) {
  for (auto name : {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5",
                    "EST5EDT", "Europe/Kyiv", "Europe/Kiev"})
    EXPECT_TRUE(bus::find_time_zone(name)) << name;
  for (auto name : {"", "Mars/Olympus", "europe/berlin", "../../../etc/passwd", "/etc/localtime",
                    "Europe/", "Europe", "localtime", "posixrules", "right/UTC", "posix/UTC",
                    "zone.tab", "file:/etc/passwd", "UTC ", "tzdata.zi", "leapseconds"})
    EXPECT_FALSE(bus::find_time_zone(name)) << name;
  EXPECT_EQ(bus::find_time_zone("Europe/Berlin")->name(), "Europe/Berlin");
}

TEST(TimeZones, TakeUtcFromNoFile) {
  EXPECT_EQ(utc().name(), "UTC");
  EXPECT_EQ(utc().local(5), 5);
  EXPECT_EQ(utc().resolve(5).first, 5);
}

} // namespace
} // namespace baseplate::schedule
