// Decides what a supervisor does when a child ends: whom to stop, whom to start again, after what
// wait, or to give up. Pure: no actor, no clock, no random source.
// Spec:       Erlang/OTP supervisor: strategies, restart types, intensity and period; plus an
//             exponential back-off with jitter, which OTP has not.
// Invariants: a temporary child is in no list of starts, whoever failed; `stop` is in reverse start
//             order and `start` in start order; the window never holds more than intensity + 1.
// Cost:       decide() is linear in the children affected.
// Threads:    none of its own; one owner.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string_view>
#include <vector>

namespace baseplate::supervision {

/// When a child is started again after it ended.
enum class restart_type : std::uint8_t {
  /// Always.
  permanent,
  /// Only after an abnormal end.
  transient,
  /// Never, also not when a sibling's failure stopped it.
  temporary,
};

/// Who else is stopped and started when one child has to be restarted.
enum class restart_strategy : std::uint8_t {
  /// Nobody.
  one_for_one,
  /// All.
  one_for_all,
  /// Those that were started after it.
  rest_for_one,
};

/// How a child ended. A start that failed is an abnormal end.
enum class exit_kind : std::uint8_t { normal, shutdown, abnormal };

std::string_view to_string(restart_type x);
std::string_view to_string(restart_strategy x);
std::string_view to_string(exit_kind x);

/// How a supervisor restarts its children.
struct restart_policy {
  restart_strategy strategy = restart_strategy::one_for_one;

  /// Restarts within `period` that are still tolerated, 0 to 1000; one more escalates. OTP's
  /// default is 1 in 5 s, for children that restart at once; ours waits longer before each restart,
  /// so that a dependency which is away for some seconds does not end the node.
  std::uint32_t intensity = 5;

  /// Length of the sliding window. A restart exactly `period` old still counts, as in OTP.
  std::chrono::milliseconds period{10'000};

  /// Wait before the first restart; 0 restarts at once. Each further failure of the same child
  /// doubles it, up to `backoff_max`.
  std::chrono::milliseconds backoff_min{50};
  std::chrono::milliseconds backoff_max{5'000};

  /// Share of the wait that chance takes off, 0 to 1: waits lie in (wait * (1 - jitter), wait].
  double jitter = 0.2;

  /// A child without a failure for so long begins again with `backoff_min`.
  std::chrono::milliseconds quiet{30'000};
};

/// What the decisions need to know of one child.
struct child_record {
  restart_type restart = restart_type::permanent;
  /// An incarnation exists: starting, running or being stopped. Kept by the supervisor.
  bool live = false;
  /// Failures in a row, without `quiet` between two of them.
  std::uint32_t streak = 0;
  /// Of the latest failure.
  std::chrono::milliseconds failed_at{std::numeric_limits<std::int64_t>::min() / 2};
};

/// A supervisor's memory of failures.
struct restart_state {
  restart_policy policy;
  /// In start order.
  std::vector<child_record> children;
  /// Times of the restarts that count, oldest first.
  std::deque<std::chrono::milliseconds> window;
};

enum class restart_action : std::uint8_t {
  /// The child stays down.
  nothing,
  /// Stop `stop`, wait `delay`, start `start`.
  restart,
  /// Stop all children and end: the intensity is exceeded.
  escalate,
};

struct restart_decision {
  restart_action action = restart_action::nothing;
  /// Indices of live children to stop first, in this order: reverse of start.
  std::vector<std::size_t> stop;
  /// Indices of children to start then, in this order.
  std::vector<std::size_t> start;
  /// From the failure on; what the stops take is part of it.
  std::chrono::milliseconds delay{0};
  /// Restarts in the window, this one included.
  std::uint32_t window_count = 0;
};

/// Decides on the end of `child` and notes it in `state`: the child is not live any more, and a
/// restart counts in the window, also if what ended was only an attempt to start.
/// @param now    time since any fixed moment, must not go back
/// @param random in [0, 1), used for the jitter
/// @pre child < state.children.size()
restart_decision decide(restart_state& state, std::size_t child, exit_kind exit,
                        std::chrono::milliseconds now, double random);

/// The wait before a restart after `streak` earlier failures in a row.
std::chrono::milliseconds backoff(const restart_policy& policy, std::uint32_t streak,
                                  double random);

} // namespace baseplate::supervision
