// The six fields of cron(...): minutes hours day-of-month month day-of-week year. Compiled to bit
// sets, so that a question about a minute or a day is a look-up.
// Spec:    docs/spec/schedule.md, "cron"
// Threads: no state
#pragma once

#include <boost/system/result.hpp>

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

namespace baseplate::schedule {

/// Why an expression is none, and where: bytes from the beginning of the expression.
struct schedule_error {
  std::string text;
  std::size_t offset = 0;
};

inline constexpr int year_min = 1970;
inline constexpr int year_max = 2199;

/// A day of the calendar; month and day from 1.
struct civil_day {
  int year = year_min;
  int month = 1;
  int day = 1;
};

class cron {
 public:
  /// Compiles what stands between the parentheses; offsets count from `fields`.
  static boost::system::result<cron, schedule_error> parse(std::string_view fields);

  bool minute(int value) const { return minutes_[static_cast<std::size_t>(value)]; }

  bool hour(int value) const { return hours_[static_cast<std::size_t>(value)]; }

  bool month(int value) const { return months_[static_cast<std::size_t>(value)]; }

  bool year(int value) const {
    return value >= year_min && value <= year_max
           && years_[static_cast<std::size_t>(value - year_min)];
  }

  /// Whether it fires on a day, by year, month and both fields of days.
  bool day(const civil_day& day) const;

 private:
  friend class cron_parser;

  /// Which of the two fields of days is not "?", and what it says.
  enum class day_rule : std::uint8_t {
    /// Days of the month that are listed.
    days,
    /// L, L-3: counted from the last day of the month.
    last,
    /// 15W: the weekday nearest to a day, within the month.
    nearest_weekday,
    /// LW: the last weekday of the month.
    last_weekday,
    /// Days of the week that are listed.
    weekdays,
    /// 6L: the last such day of the week in the month.
    last_of_weekday,
    /// 6#3: the third such day of the week in the month.
    nth_weekday,
  };

  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  /// From 1, Sunday.
  std::bitset<8> weekdays_;
  std::bitset<year_max - year_min + 1> years_;
  day_rule rule_ = day_rule::days;
  /// The day of 15W, the 3 of L-3, the weekday of 6L and 6#3.
  int rule_day_ = 0;
  /// The 3 of 6#3.
  int rule_nth_ = 0;
};

/// 1 is Sunday, 7 Saturday.
int weekday_of(const civil_day& day);
int days_in_month(int year, int month);

} // namespace baseplate::schedule
