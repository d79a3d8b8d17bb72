#include "actors/supervision/logic/restart_policy.hpp"

#include <algorithm>

namespace baseplate::supervision {

namespace {

using std::chrono::milliseconds;

bool wants_restart(restart_type type, exit_kind exit) {
  switch (type) {
  case restart_type::permanent:
    return true;
  case restart_type::transient:
    return exit == exit_kind::abnormal;
  case restart_type::temporary:
    return false;
  }
  return false;
}

/// [first, last) of the children that a restart of `child` concerns.
std::pair<std::size_t, std::size_t> affected(const restart_state& state, std::size_t child) {
  switch (state.policy.strategy) {
  case restart_strategy::one_for_one:
    return {child, child + 1};
  case restart_strategy::one_for_all:
    return {0, state.children.size()};
  case restart_strategy::rest_for_one:
    return {child, state.children.size()};
  }
  return {child, child + 1};
}

/// Notes a restart and forgets those that are too old.
std::uint32_t note_restart(restart_state& state, milliseconds now) {
  auto& window = state.window;
  while (!window.empty() && now - window.front() > state.policy.period)
    window.pop_front();
  window.push_back(now);
  while (window.size() > std::size_t{state.policy.intensity} + 1)
    window.pop_front();
  return static_cast<std::uint32_t>(window.size());
}

} // namespace

std::string_view to_string(restart_type x) {
  switch (x) {
  case restart_type::permanent:
    return "permanent";
  case restart_type::transient:
    return "transient";
  case restart_type::temporary:
    return "temporary";
  }
  return "unknown";
}

std::string_view to_string(restart_strategy x) {
  switch (x) {
  case restart_strategy::one_for_one:
    return "one_for_one";
  case restart_strategy::one_for_all:
    return "one_for_all";
  case restart_strategy::rest_for_one:
    return "rest_for_one";
  }
  return "unknown";
}

std::string_view to_string(exit_kind x) {
  switch (x) {
  case exit_kind::normal:
    return "normal";
  case exit_kind::shutdown:
    return "shutdown";
  case exit_kind::abnormal:
    return "abnormal";
  }
  return "unknown";
}

milliseconds backoff(const restart_policy& policy, std::uint32_t streak, double random) {
  auto wait = std::min(policy.backoff_min, policy.backoff_max);
  // Doubles one by one: no shift can overflow, and the loop ends at the maximum.
  for (std::uint32_t i = 0; i < streak && wait.count() > 0 && wait < policy.backoff_max; ++i)
    wait = wait > policy.backoff_max / 2 ? policy.backoff_max : wait * 2;
  const auto jitter = std::clamp(policy.jitter, 0.0, 1.0) * std::clamp(random, 0.0, 1.0);
  return wait - milliseconds{static_cast<std::int64_t>(static_cast<double>(wait.count()) * jitter)};
}

restart_decision decide(restart_state& state, std::size_t child, exit_kind exit, milliseconds now,
                        double random) {
  restart_decision result;
  auto& failed = state.children[child];
  failed.live = false;
  if (!wants_restart(failed.restart, exit)) {
    result.window_count = static_cast<std::uint32_t>(state.window.size());
    return result;
  }
  if (now - failed.failed_at >= state.policy.quiet)
    failed.streak = 0;
  failed.failed_at = now;
  result.window_count = note_restart(state, now);
  if (result.window_count > state.policy.intensity) {
    result.action = restart_action::escalate;
    return result;
  }
  result.action = restart_action::restart;
  result.delay = backoff(state.policy, failed.streak, random);
  if (failed.streak < std::numeric_limits<std::uint32_t>::max())
    ++failed.streak;
  const auto [first, last] = affected(state, child);
  for (auto i = last; i-- > first;)
    if (state.children[i].live)
      result.stop.push_back(i);
  for (auto i = first; i < last; ++i)
    if (state.children[i].restart != restart_type::temporary)
      result.start.push_back(i);
  return result;
}

} // namespace baseplate::supervision
