// Schedule expressions: rate(...), cron(...), at(...). What EventBridge rules and EventBridge
// Scheduler take, and the sentences with which they refuse the rest.
// Spec:    docs/spec/schedule.md
// Threads: no state
#pragma once

#include "actors/bus/logic/schedule/cron.hpp"
#include "actors/bus/logic/schedule/time_zone.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace baseplate::schedule {

/// Bytes of an expression at most, as the service has it.
inline constexpr std::size_t expression_bytes_max = 256;

/// Every so many milliseconds. A day is always 24 hours.
struct rate {
  std::int64_t period_ms = 60'000;
};

/// Once, when the zone's wall clock shows this time.
struct once {
  seconds local_s = 0;
};

using schedule_expression = std::variant<rate, cron, once>;

/// Compiles an expression; the error says what was expected and where.
boost::system::result<schedule_expression, schedule_error> parse_schedule(std::string_view text);

/// What the service answers to a request that it refuses; its code is ValidationException, its
/// status 400.
struct schedule_refusal {
  std::string message;
  /// Ours: what is wrong and where, for people. Empty: the message says it all.
  std::string reason;
  std::size_t offset = 0;
};

/// Checks the ScheduleExpression of a rule (PutRule). Empty is no schedule, which is allowed. A
/// rule takes no at(...), and a schedule only on the default bus.
std::optional<schedule_refusal> check_rule_schedule(std::string_view expression, bool default_bus);

/// Checks expression and time zone of a schedule (CreateSchedule). An empty zone is UTC.
/// `is_zone` says whether a zone of a name exists.
std::optional<schedule_refusal>
check_schedule(std::string_view expression, std::string_view zone,
               const std::function<bool(std::string_view)>& is_zone);

} // namespace baseplate::schedule
