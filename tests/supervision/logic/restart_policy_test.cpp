#include "actors/supervision/logic/restart_policy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace baseplate::supervision {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using indices = std::vector<std::size_t>;

constexpr auto permanent = restart_type::permanent;
constexpr auto transient = restart_type::transient;
constexpr auto temporary = restart_type::temporary;

restart_policy policy_of(restart_strategy strategy) {
  restart_policy result;
  result.strategy = strategy;
  result.intensity = 3;
  result.period = 10s;
  result.backoff_min = 100ms;
  result.backoff_max = 1s;
  result.jitter = 0.5;
  result.quiet = 30s;
  return result;
}

/// A supervisor whose children are all live.
restart_state state_of(const restart_policy& policy, const std::vector<restart_type>& types) {
  restart_state result;
  result.policy = policy;
  for (auto x : types)
    result.children.push_back({.restart = x, .live = true});
  return result;
}

struct type_case {
  restart_type type;
  exit_kind exit;
  restart_action action;
};

TEST(RestartType, DecidesByHowTheChildEnded) {
  const type_case cases[] = {
      {permanent, exit_kind::normal, restart_action::restart},
      {permanent, exit_kind::shutdown, restart_action::restart},
      {permanent, exit_kind::abnormal, restart_action::restart},
      {transient, exit_kind::normal, restart_action::nothing},
      {transient, exit_kind::shutdown, restart_action::nothing},
      {transient, exit_kind::abnormal, restart_action::restart},
      {temporary, exit_kind::normal, restart_action::nothing},
      {temporary, exit_kind::shutdown, restart_action::nothing},
      {temporary, exit_kind::abnormal, restart_action::nothing},
  };
  for (const auto strategy : {restart_strategy::one_for_one, restart_strategy::one_for_all,
                              restart_strategy::rest_for_one})
    for (const auto& x : cases) {
      auto state = state_of(policy_of(strategy), {x.type});
      const auto decision = decide(state, 0, x.exit, 1s, 0.0);
      SCOPED_TRACE(std::string{to_string(x.type)} + " " + std::string{to_string(x.exit)});
      EXPECT_EQ(decision.action, x.action);
      EXPECT_FALSE(state.children[0].live);
      const bool restarted = x.action == restart_action::restart;
      EXPECT_EQ(state.window.size(), restarted ? 1u : 0u);
      EXPECT_EQ(decision.start, restarted ? indices{0} : indices{});
      EXPECT_TRUE(decision.stop.empty());
    }
}

struct strategy_case {
  const char* name;
  restart_strategy strategy;
  std::vector<restart_type> types;
  /// Not live when the failure comes.
  indices down;
  std::size_t failed;
  indices stop;
  indices start;
};

TEST(RestartStrategy, NamesWhomToStopInReverseAndWhomToStartInOrder) {
  const auto one = restart_strategy::one_for_one;
  const auto all = restart_strategy::one_for_all;
  const auto rest = restart_strategy::rest_for_one;
  const std::vector<restart_type> four{permanent, permanent, permanent, permanent};
  const strategy_case cases[] = {
      {"one_for_one concerns only the child", one, four, {}, 1, {}, {1}},
      {"one_for_all concerns all", all, four, {}, 1, {3, 2, 0}, {0, 1, 2, 3}},
      {"one_for_all of the first", all, four, {}, 0, {3, 2, 1}, {0, 1, 2, 3}},
      {"rest_for_one concerns those behind", rest, four, {}, 1, {3, 2}, {1, 2, 3}},
      {"rest_for_one of the first concerns all", rest, four, {}, 0, {3, 2, 1}, {0, 1, 2, 3}},
      {"rest_for_one of the last concerns it alone", rest, four, {}, 3, {}, {3}},
      {"who is down already is not stopped but started", all, four, {2, 3}, 1, {0}, {0, 1, 2, 3}},
      {"a second failure while the rest waits", rest, four, {2, 3}, 0, {1}, {0, 1, 2, 3}},
      {"a temporary sibling is stopped and stays down",
       all,
       {permanent, temporary, permanent},
       {},
       0,
       {2, 1},
       {0, 2}},
      {"a temporary sibling behind, rest_for_one",
       rest,
       {permanent, permanent, temporary},
       {},
       1,
       {2},
       {1}},
      {"a temporary sibling that has ended stays down",
       all,
       {temporary, permanent},
       {0},
       1,
       {},
       {1}},
      {"a transient sibling that has finished is started again, as in OTP",
       all,
       {transient, permanent},
       {0},
       1,
       {},
       {0, 1}},
      {"one_for_one leaves a finished transient sibling down",
       one,
       {transient, permanent},
       {0},
       1,
       {},
       {1}},
  };
  for (const auto& x : cases) {
    SCOPED_TRACE(x.name);
    auto state = state_of(policy_of(x.strategy), x.types);
    for (auto i : x.down)
      state.children[i].live = false;
    const auto decision = decide(state, x.failed, exit_kind::abnormal, 1s, 0.0);
    EXPECT_EQ(decision.action, restart_action::restart);
    EXPECT_EQ(decision.stop, x.stop);
    EXPECT_EQ(decision.start, x.start);
    EXPECT_EQ(state.window.size(), 1u);
  }
}

struct intensity_case {
  const char* name;
  std::uint32_t intensity;
  std::vector<milliseconds> failures;
  /// Index of the failure that escalates; failures.size(): none.
  std::size_t escalates;
};

TEST(RestartIntensity, EscalatesOnTheFirstRestartBeyondIt) {
  const intensity_case cases[] = {
      {"exactly at the limit is tolerated", 3, {0ms, 1ms, 2ms}, 3},
      {"one more escalates", 3, {0ms, 1ms, 2ms, 3ms}, 3},
      {"all at the same moment", 3, {5ms, 5ms, 5ms, 5ms}, 3},
      {"exactly one period old still counts", 3, {0ms, 1ms, 2ms, 10'000ms}, 3},
      {"older than the period does not", 3, {0ms, 1ms, 2ms, 10'001ms}, 4},
      {"the window slides", 2, {0ms, 6'000ms, 12'000ms, 18'000ms, 21'999ms}, 4},
      {"steadily below the intensity for ever", 2, {0s, 6s, 12s, 18s, 24s, 30s, 36s, 42s}, 8},
      {"zero tolerates none", 0, {0ms}, 0},
      {"one tolerates one", 1, {0ms, 9'999ms}, 1},
  };
  for (const auto& x : cases) {
    SCOPED_TRACE(x.name);
    auto policy = policy_of(restart_strategy::one_for_one);
    policy.intensity = x.intensity;
    auto state = state_of(policy, {permanent});
    std::size_t escalated = x.failures.size();
    for (std::size_t i = 0; i < x.failures.size() && escalated == x.failures.size(); ++i) {
      state.children[0].live = true;
      if (decide(state, 0, exit_kind::abnormal, x.failures[i], 0.0).action
          == restart_action::escalate)
        escalated = i;
    }
    EXPECT_EQ(escalated, x.escalates);
  }
}

TEST(RestartIntensity, CountsTheFailuresOfAllChildrenTogether) {
  auto state = state_of(policy_of(restart_strategy::one_for_one), {permanent, permanent});
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(decide(state, i % 2, exit_kind::abnormal, 1s, 0.0).action, restart_action::restart);
  EXPECT_EQ(decide(state, 1, exit_kind::abnormal, 1s, 0.0).action, restart_action::escalate);
}

TEST(RestartIntensity, CountsAFailedRestart) {
  auto state = state_of(policy_of(restart_strategy::one_for_one), {permanent});
  // The child was live only once; what follows are attempts to start it.
  for (std::uint32_t i = 1; i <= 3; ++i) {
    const auto decision = decide(state, 0, exit_kind::abnormal, 1s, 0.0);
    EXPECT_EQ(decision.action, restart_action::restart);
    EXPECT_EQ(decision.window_count, i);
  }
  const auto last = decide(state, 0, exit_kind::abnormal, 1s, 0.0);
  EXPECT_EQ(last.action, restart_action::escalate);
  EXPECT_EQ(last.window_count, 4u);
}

TEST(RestartIntensity, KeepsAWindowNoLongerThanItNeeds) {
  auto state = state_of(policy_of(restart_strategy::one_for_one), {permanent});
  for (int i = 0; i < 1000; ++i)
    decide(state, 0, exit_kind::abnormal, 1s, 0.0);
  EXPECT_EQ(state.window.size(), 4u);
}

TEST(RestartIntensity, DoesNotCountEndsWithoutARestart) {
  auto state
      = state_of(policy_of(restart_strategy::one_for_one), {temporary, transient, permanent});
  for (int i = 0; i < 10; ++i) {
    decide(state, 0, exit_kind::abnormal, 1s, 0.0);
    decide(state, 1, exit_kind::normal, 1s, 0.0);
  }
  EXPECT_EQ(decide(state, 2, exit_kind::abnormal, 1s, 0.0).window_count, 1u);
}

TEST(Backoff, DoublesUpToTheMaximum) {
  const auto policy = policy_of(restart_strategy::one_for_one);
  const milliseconds expected[] = {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms};
  for (std::uint32_t i = 0; i < std::size(expected); ++i)
    EXPECT_EQ(backoff(policy, i, 0.0), expected[i]);
  EXPECT_EQ(backoff(policy, 4'000'000'000u, 0.0), 1000ms);
}

TEST(Backoff, TakesOffAtMostTheJitter) {
  const auto policy = policy_of(restart_strategy::one_for_one);
  EXPECT_EQ(backoff(policy, 0, 0.0), 100ms);
  EXPECT_EQ(backoff(policy, 0, 0.5), 75ms);
  EXPECT_EQ(backoff(policy, 0, 0.999), 51ms);
  EXPECT_EQ(backoff(policy, 9, 0.5), 750ms);
}

TEST(Backoff, IsZeroForAMinimumOfZero) {
  auto policy = policy_of(restart_strategy::one_for_one);
  policy.backoff_min = 0ms;
  EXPECT_EQ(backoff(policy, 0, 0.3), 0ms);
  EXPECT_EQ(backoff(policy, 1'000'000, 0.3), 0ms);
}

TEST(Backoff, NeverExceedsTheMaximumEvenIfTheMinimumDoes) {
  auto policy = policy_of(restart_strategy::one_for_one);
  policy.backoff_min = 5s;
  EXPECT_EQ(backoff(policy, 0, 0.0), 1s);
}

TEST(Backoff, HoldsForHugeLimits) {
  auto policy = policy_of(restart_strategy::one_for_one);
  policy.backoff_max = milliseconds{std::numeric_limits<std::int64_t>::max()};
  EXPECT_GT(backoff(policy, 200, 0.0).count(), std::numeric_limits<std::int64_t>::max() / 2);
}

/// The delays that failures of one child at these times lead to.
std::vector<milliseconds> delays(const std::vector<milliseconds>& failures) {
  auto policy = policy_of(restart_strategy::one_for_one);
  policy.intensity = 1000;
  auto state = state_of(policy, {permanent, permanent});
  std::vector<milliseconds> result;
  for (auto at : failures)
    result.push_back(decide(state, 0, exit_kind::abnormal, at, 0.0).delay);
  return result;
}

TEST(Backoff, BeginsAgainAfterAQuietTime) {
  EXPECT_EQ(delays({0s, 1s, 2s, 31'999ms}),
            (std::vector<milliseconds>{100ms, 200ms, 400ms, 800ms}));
  EXPECT_EQ(delays({0s, 1s, 2s, 32s}), (std::vector<milliseconds>{100ms, 200ms, 400ms, 100ms}));
}

TEST(Backoff, IsEachChildsOwn) {
  auto policy = policy_of(restart_strategy::one_for_one);
  auto state = state_of(policy, {permanent, permanent});
  EXPECT_EQ(decide(state, 0, exit_kind::abnormal, 1s, 0.0).delay, 100ms);
  EXPECT_EQ(decide(state, 0, exit_kind::abnormal, 1s, 0.0).delay, 200ms);
  EXPECT_EQ(decide(state, 1, exit_kind::abnormal, 1s, 0.0).delay, 100ms);
}

TEST(RestartPolicy, HasADocumentedProductDefault) {
  const restart_policy policy;
  EXPECT_EQ(policy.intensity, 5u);
  EXPECT_EQ(policy.period, 10s);
  EXPECT_EQ(policy.strategy, restart_strategy::one_for_one);
}

} // namespace
} // namespace baseplate::supervision
