#include "actors/bus/logic/schedule/next_fire.hpp"

#include <algorithm>
#include <chrono>
#include <deque>

namespace baseplate::schedule {

namespace {

namespace chrono = std::chrono;

constexpr seconds day_s = 86'400;

/// Behind every time that is reckoned with; the year 10889.
constexpr unix_ms time_max = 1LL << 48;

/// Behind the last fire of any cron, in every zone: 2200-01-03.
constexpr unix_ms cron_end = 7'258'291'200'000;

seconds floor_div(seconds value, seconds by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Midnight of a day, as the wall clock's seconds.
seconds midnight(const civil_day& x) {
  chrono::year_month_day day{chrono::year{x.year}, chrono::month{static_cast<unsigned>(x.month)},
                             chrono::day{static_cast<unsigned>(x.day)}};
  return static_cast<seconds>(chrono::sys_days{day}.time_since_epoch().count()) * day_s;
}

civil_day day_of(seconds local_s) {
  chrono::year_month_day day{
      chrono::sys_days{chrono::days{static_cast<int>(floor_div(local_s, day_s))}}};
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

/// The next day on which `x` may fire, from `day` on; false: none up to year_max.
bool find_day(const cron& x, civil_day& day) {
  while (day.year <= year_max) {
    if (!x.year(day.year)) {
      day = {day.year + 1, 1, 1};
    } else if (!x.month(day.month) || day.day > days_in_month(day.year, day.month)) {
      day.day = 1;
      if (++day.month > 12)
        day = {day.year + 1, 1, 1};
    } else if (!x.day(day)) {
      ++day.day;
    } else {
      return true;
    }
  }
  return false;
}

std::optional<unix_ms> next_cron(const cron& x, const time_zone& zone, unix_ms after) {
  // Beyond these nothing fires; and what is far away must not leave the calendar.
  constexpr seconds first_s = -2 * day_s;
  constexpr seconds last_s = cron_end / 1000;
  seconds after_s = std::clamp(floor_div(after, 1000), first_s, last_s);
  seconds local = zone.local(after_s);
  // The minutes of a wall clock come in the order of their first moments, so the search may begin
  // at what the clock shows now.
  auto day = day_of(local);
  if (day.year < year_min)
    day = {year_min, 1, 1};
  // Of the first day only what is not over is looked at.
  const auto first_day = midnight(day);
  const auto first_hour = local > first_day ? static_cast<int>((local - first_day) / 3600) : 0;
  for (; find_day(x, day); ++day.day) {
    auto base = midnight(day);
    for (int hour = base == first_day ? first_hour : 0; hour < 24; ++hour) {
      if (!x.hour(hour))
        continue;
      for (int minute = 0; minute < 60; ++minute) {
        if (!x.minute(minute))
          continue;
        auto moment = zone.resolve(base + hour * 3600 + minute * 60);
        if (moment.occurs != local_moment::kind::skipped && moment.first * 1000 > after)
          return moment.first * 1000;
      }
    }
  }
  return std::nullopt;
}

std::optional<unix_ms> next_rate(const rate& x, unix_ms after, unix_ms anchor) {
  anchor = std::clamp(anchor, -time_max, time_max);
  after = std::clamp(after, -time_max, time_max);
  if (after < anchor)
    return anchor;
  auto periods = (after - anchor) / x.period_ms + 1;
  return anchor + periods * x.period_ms;
}

/// Appends the fires in (from, to], at most missed_fires_max: the last of them.
void collect(const schedule_expression& x, const time_zone& zone, unix_ms from, unix_ms to,
             unix_ms anchor, due_fires& out) {
  if (auto every = std::get_if<rate>(&x)) {
    auto first = next_rate(*every, from, anchor);
    if (!first || *first > to)
      return;
    auto count = (to - *first) / every->period_ms + 1;
    auto kept = std::min<std::int64_t>(count, missed_fires_max);
    out.dropped += static_cast<std::uint64_t>(count - kept);
    for (auto i = count - kept; i < count; ++i)
      out.fires.push_back(*first + i * every->period_ms);
    return;
  }
  to = std::min(to, cron_end);
  // A cron can only be followed forwards. After a very long downtime that begins twice as many
  // minutes back as can be kept, and again further back until there are enough.
  for (std::int64_t back = 2 * missed_fires_max * 60'000;; back *= 16) {
    bool whole = back >= to - from;
    std::deque<unix_ms> kept;
    std::uint64_t dropped = 0;
    for (auto at = next_fire(x, zone, whole ? from : to - back, anchor); at && *at <= to;
         at = next_fire(x, zone, *at, anchor)) {
      kept.push_back(*at);
      if (kept.size() > missed_fires_max) {
        kept.pop_front();
        ++dropped;
      }
    }
    if (!whole && kept.size() < missed_fires_max)
      continue;
    out.dropped += dropped;
    out.fires.insert(out.fires.end(), kept.begin(), kept.end());
    return;
  }
}

} // namespace

std::optional<unix_ms> next_fire(const schedule_expression& x, const time_zone& zone, unix_ms after,
                                 unix_ms anchor) {
  if (auto every = std::get_if<rate>(&x))
    return next_rate(*every, after, anchor);
  if (auto fields = std::get_if<cron>(&x))
    return next_cron(*fields, zone, after);
  auto moment = zone.resolve(std::get<once>(x).local_s);
  if (moment.first * 1000 > after)
    return moment.first * 1000;
  return std::nullopt;
}

due_fires fires_due(const schedule_expression& x, const time_zone& zone, unix_ms last, unix_ms now,
                    unix_ms anchor, missed_policy policy, unix_ms grace_ms) {
  due_fires out;
  // A clock that is far off must not make differences of times overflow.
  now = std::clamp(now, -time_max, time_max);
  last = std::clamp(last, -time_max, time_max);
  collect(x, zone, last, now, anchor, out);
  auto on_time = std::upper_bound(out.fires.begin(), out.fires.end(), now - grace_ms);
  auto missed = static_cast<std::size_t>(on_time - out.fires.begin());
  auto made_up = policy == missed_policy::all   ? missed
                 : policy == missed_policy::one ? std::min<std::size_t>(missed, 1)
                                                : 0;
  out.fires.erase(out.fires.begin(), on_time - static_cast<std::ptrdiff_t>(made_up));
  out.dropped += missed - made_up;
  out.next = next_fire(x, zone, now, anchor);
  return out;
}

} // namespace baseplate::schedule
