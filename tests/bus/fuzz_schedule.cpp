// Any text as a schedule expression: nothing crashes, a fault is within the text, and what is taken
// fires later than asked for, at times that its fields allow, in UTC and where clocks are changed.
#include "actors/bus/logic/schedule/next_fire.hpp"
#include "actors/bus/time_zones.hpp"
#include "messages/assert.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::schedule;

namespace {

void check_fields(const cron& x, seconds local_s) {
  auto of_day = local_s % 86'400;
  std::chrono::year_month_day day{
      std::chrono::sys_days{std::chrono::days{static_cast<int>((local_s - of_day) / 86'400)}}};
  BASEPLATE_ASSERT(of_day % 60 == 0);
  BASEPLATE_ASSERT(x.minute(static_cast<int>(of_day / 60 % 60)));
  BASEPLATE_ASSERT(x.hour(static_cast<int>(of_day / 3600)));
  BASEPLATE_ASSERT(x.day({static_cast<int>(day.year()), static_cast<int>(unsigned{day.month()}),
                          static_cast<int>(unsigned{day.day()})}));
}

void follow(const schedule_expression& x, const time_zone& zone, unix_ms from) {
  for (int i = 0; i < 4; ++i) {
    auto next = next_fire(x, zone, from, 0);
    if (!next)
      return;
    BASEPLATE_ASSERT(*next > from);
    if (auto fields = std::get_if<cron>(&x))
      check_fields(*fields, zone.local(*next / 1000));
    from = *next;
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto berlin = bus::find_time_zone("Europe/Berlin");
  std::string_view text{reinterpret_cast<const char*>(data), size};
  auto parsed = parse_schedule(text);
  auto rule = check_rule_schedule(text, true);
  auto own = check_schedule(text, "", [](std::string_view) { return true; });
  BASEPLATE_ASSERT(parsed.has_value() == !own);
  if (!parsed) {
    BASEPLATE_ASSERT(parsed.error().offset <= text.size() && !parsed.error().text.empty());
    BASEPLATE_ASSERT(text.empty() || rule);
    return 0;
  }
  BASEPLATE_ASSERT(rule.has_value() == std::holds_alternative<once>(*parsed));
  // In winter, in the night when Berlin's clocks go back, and far in the future.
  for (unix_ms from : {0LL, 1'792'886'400'000LL, 4'000'000'000'000LL}) {
    follow(*parsed, utc(), from);
    if (berlin)
      follow(*parsed, *berlin, from);
  }
  auto due = fires_due(*parsed, utc(), 1'767'225'600'000, 1'767'312'000'000, 1'767'225'600'000,
                       missed_policy::all);
  BASEPLATE_ASSERT(due.fires.size() <= missed_fires_max + 1);
  return 0;
}
