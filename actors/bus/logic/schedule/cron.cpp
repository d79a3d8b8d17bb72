#include "actors/bus/logic/schedule/cron.hpp"

#include <algorithm>
#include <chrono>

namespace baseplate::schedule {

namespace {

namespace chrono = std::chrono;

chrono::year_month_day to_chrono(const civil_day& x) {
  return chrono::year{x.year} / chrono::month{static_cast<unsigned>(x.month)}
         / chrono::day{static_cast<unsigned>(x.day)};
}

/// The weekday (Monday to Friday) nearest to `target` that is in the same month.
int nearest_weekday(int year, int month, int target) {
  int last = days_in_month(year, month);
  target = std::min(target, last);
  int weekday = weekday_of({year, month, target});
  if (weekday == 7)
    return target > 1 ? target - 1 : target + 2;
  if (weekday == 1)
    return target < last ? target + 1 : target - 2;
  return target;
}

} // namespace

int weekday_of(const civil_day& day) {
  return static_cast<int>(chrono::weekday{chrono::sys_days{to_chrono(day)}}.c_encoding()) + 1;
}

int days_in_month(int year, int month) {
  auto last = chrono::year{year} / chrono::month{static_cast<unsigned>(month)} / chrono::last;
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

bool cron::day(const civil_day& x) const {
  if (!year(x.year) || !month(x.month))
    return false;
  int last = days_in_month(x.year, x.month);
  switch (rule_) {
  case day_rule::days:
    return days_[static_cast<std::size_t>(x.day)];
  case day_rule::last:
    return x.day == last - rule_day_;
  case day_rule::nearest_weekday:
    return rule_day_ <= last && x.day == nearest_weekday(x.year, x.month, rule_day_);
  case day_rule::last_weekday:
    return x.day == nearest_weekday(x.year, x.month, last);
  case day_rule::weekdays:
    return weekdays_[static_cast<std::size_t>(weekday_of(x))];
  case day_rule::last_of_weekday:
    return weekday_of(x) == rule_day_ && x.day + 7 > last;
  case day_rule::nth_weekday:
    return weekday_of(x) == rule_day_ && (x.day - 1) / 7 + 1 == rule_nth_;
  }
  return false;
}

} // namespace baseplate::schedule
