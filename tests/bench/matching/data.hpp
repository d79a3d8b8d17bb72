// Events and rules for the matching benchmark, from the generators beside the conformance data, and
// the table of demands that decides its exit code.
#pragma once

#include "actors/bus/logic/rules/matcher.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::rules::bench {

/// Events one behind the other as in a chunk, with padding at the end.
class event_set {
 public:
  void add(std::string_view event);
  /// Call once, behind the last add().
  void close();

  std::size_t size() const { return ends_.size(); }

  std::string_view at(std::size_t i) const {
    const auto begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.data() + begin, ends_[i] - begin};
  }

  std::size_t bytes() const { return ends_.empty() ? 0 : ends_.back(); }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

/// `generate_events.py KIND COUNT`. Ends the process with a message if the generator is absent.
event_set generated_events(const std::string& kind, std::size_t count);

/// Patterns of `generate_rules.py KIND COUNT`.
std::vector<std::string> generated_rules(const std::string& kind, std::size_t count);

/// A rule set with the patterns, ids from 0.
std::unique_ptr<rule_set> built(const std::vector<std::string>& patterns);

struct measured {
  double ns_per_event = 0;
  double matches_per_event = 0;
  double candidates_per_event = 0;
};

/// Matches all events `passes` times and takes the median pass.
measured measure(const rule_set& rules, const event_set& events, trust how, int passes = 5);

/// Nanoseconds per event of whatever `once` does with all of them; median of the passes.
double median_ns(std::size_t events, int passes, const std::function<void()>& once);

/// Nanoseconds of CPU time of this thread: what others do on the machine counts less.
double now_ns();

/// Prints `what: value unit (at most/at least limit)` and remembers a miss.
void demand_at_most(const std::string& what, double value, double limit, const char* unit);
void demand_at_least(const std::string& what, double value, double limit, const char* unit);

/// How many demands were missed.
int missed();

void run_throughput();
void run_changes();
void run_adversarial();
void run_arrays();

} // namespace baseplate::rules::bench
