// When a schedule fires: a function of a time, without clock or state.
// Spec:    docs/spec/schedule.md, "When it fires", "Missed fires"
// Cost:    next_fire: rate and at constant; cron one look-up a day until it fires, at most those
//          from 1970 to 2199 (below 1 ms), and one question to the zone per minute that is tried
// Threads: no state
#pragma once

#include "actors/bus/logic/schedule/schedule_expression.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace baseplate::schedule {

/// Milliseconds since 1970-01-01T00:00:00Z.
using unix_ms = std::int64_t;

/// What is done about fires that fell into a downtime.
enum class missed_policy : std::uint8_t {
  /// They are lost.
  none,
  /// One makes up for all: the last of them.
  one,
  /// Every one, at most missed_fires_max: the last of them.
  all,
};

inline constexpr std::size_t missed_fires_max = 1000;

/// The first time behind `after` at which `x` fires; nullopt: never again. `anchor` is where a rate
/// counts from: it fires at anchor, anchor + period, ... A clock's time that is put forward over is
/// skipped by cron, and by at() made up for at the moment of the change; a time that comes twice
/// fires once, the first time.
std::optional<unix_ms> next_fire(const schedule_expression& x, const time_zone& zone, unix_ms after,
                                 unix_ms anchor);

struct due_fires {
  /// When to fire, oldest first; what lies in the past is made up for now.
  std::vector<unix_ms> fires;
  /// How many were left out by the policy or by missed_fires_max; exact for a rate, for a cron that
  /// missed more than missed_fires_max at least so many.
  std::uint64_t dropped = 0;
  /// The next time behind `now`; nullopt: never again.
  std::optional<unix_ms> next;
};

/// What to fire at `now` after the last time that was taken care of was `last` (a fire, or when the
/// schedule was made). A fire is missed if it was due at least `grace_ms` before `now`; what is not
/// that late is always fired. All of it is decided from the arguments.
due_fires fires_due(const schedule_expression& x, const time_zone& zone, unix_ms last, unix_ms now,
                    unix_ms anchor, missed_policy policy, unix_ms grace_ms = 60'000);

} // namespace baseplate::schedule
