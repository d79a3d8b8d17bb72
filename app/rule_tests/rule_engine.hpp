// What the runner asks of the rule engine: three questions, so that it can be tested without one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace baseplate::app::rule_tests {

/// Why a pattern is refused, as TestEventPattern says it.
struct pattern_refusal {
  /// "Event pattern is not valid. Reason: ...".
  std::string message;
  /// Where in the pattern, for people; empty: unknown.
  std::string place;
};

struct rule_engine {
  /// Whether `pattern`, which is valid, matches `event`, a JSON object; nullopt: the event is too
  /// large or too deep to be read.
  std::function<std::optional<bool>(std::string_view pattern, std::string_view event)> matches;
  /// nullopt: it is valid.
  std::function<std::optional<pattern_refusal>(std::string_view pattern)> refusal;
  /// Why `pattern` does or does not match `event`, in a sentence.
  std::function<std::string(std::string_view pattern, std::string_view event)> explain;
  /// Whether a time zone of that name exists.
  std::function<bool(std::string_view name)> is_time_zone;
};

/// The engine that the bus matches with. Its functions may be called by one thread at a time.
rule_engine make_rule_engine();

} // namespace baseplate::app::rule_tests
