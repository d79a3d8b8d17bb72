// A supervision tree under a random order of execution: children fail, stop and linger at random,
// then the root is stopped. A failing seed is printed and replays exactly.
#include "actors/supervision/supervisor.hpp"
#include "tests/supervision/stage.hpp"
#include "tests/support/virtual_world.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace baseplate::supervision::test {
namespace {

using namespace std::chrono_literals;

/// What a run did, to see that seeds differ and that the tests reach what they are for.
struct outcome {
  std::string trace;
  std::map<supervision_event, int> events;
  bool escalated = false;
};

const std::vector<std::string> leaves{"a", "b", "c", "d", "e"};

/// node [a, groups [b, c, d], e], each with a random strategy and random restart types.
class tree_run {
 public:
  explicit tree_run(std::uint64_t seed) : stage_(world_) {
    world_.shuffle(seed);
    auto below = supervisor_child("groups", "node", random_options(),
                                  {random_spec("b"), random_spec("c"), random_spec("d")});
    below.awaits_start = true;
    root_ = stage_.spawn(random_options(), {random_spec("a"), below, random_spec("e")});
  }

  outcome run() {
    const int steps = between(50, 400);
    for (int i = 0; i < steps && !stage_.ended; ++i) {
      disturb();
      for (int k = between(0, 8); k > 0; --k)
        world_.step();
      if (chance(4))
        world_.advance(std::chrono::milliseconds{between(1, 300)});
      check_always();
    }
    stop();
    outcome result;
    for (const auto& x : stage_.trace)
      result.trace += x + "\n";
    for (const auto& x : stage_.reports)
      ++result.events[x.event];
    result.escalated = escalated_;
    return result;
  }

 private:
  int between(int low, int high) {
    return std::uniform_int_distribution<int>{low, high}(world_.random());
  }

  /// One in n.
  bool chance(int n) { return between(1, n) == 1; }

  supervisor_options random_options() {
    auto result = stage_.options(static_cast<restart_strategy>(between(0, 2)));
    result.policy.intensity = static_cast<std::uint32_t>(between(0, 12));
    result.policy.backoff_min = std::chrono::milliseconds{between(0, 1) * 50};
    result.random = [this] { return between(0, 99) / 100.0; };
    return result;
  }

  child_spec random_spec(const std::string& id) {
    auto result = stage_.spec(id);
    result.restart = static_cast<restart_type>(std::min(between(0, 5), 4) / 2);
    result.awaits_start = chance(2);
    result.shutdown_timeout = std::chrono::milliseconds{between(0, 3) * 200};
    result.start_timeout = 500ms;
    auto& script = stage_.of(id);
    script.slow_start = result.awaits_start && chance(2);
    script.ignores_exit = chance(5);
    script.crashes_on_exit = chance(5);
    if (chance(3))
      script.ends_after = std::chrono::milliseconds{between(1, 500)};
    for (int i = 2; i < 8; ++i) {
      if (chance(6))
        script.throws_at.insert(i);
      if (chance(6))
        script.crashes_at.insert(i);
    }
    return result;
  }

  /// Something happens to a child chosen at random.
  void disturb() {
    const auto& id = leaves[static_cast<std::size_t>(between(0, 4))];
    switch (between(0, 9)) {
    case 0:
      return stage_.tell(id, boom_atom::value);
    case 1:
      return stage_.tell(id, done_atom::value);
    case 2:
      return stage_.tell(id, halt_atom::value);
    case 3:
      if (auto x = caf::actor_cast<caf::actor>(stage_.of(id).latest))
        world_.kill(x);
      return;
    default:
      return stage_.tell(id, confirm_atom::value);
    }
  }

  void check_always() {
    for (const auto& id : leaves)
      ASSERT_LE(stage_.of(id).live, 1) << "two live incarnations of " << id;
  }

  /// Stops the root unless it gave up, and checks what must hold then.
  void stop() {
    escalated_ = stage_.ended.has_value();
    stage_.take_trace().swap(earlier_);
    stage_.stop(root_);
    std::size_t steps = 0;
    while (!stage_.ended && steps++ < 100'000 && world_.step_or_fire())
      check_always();
    ASSERT_TRUE(stage_.ended) << "the root did not end";
    world_.drain();
    for (const auto& id : leaves) {
      EXPECT_EQ(stage_.of(id).live, 0) << id;
      EXPECT_LE(stage_.of(id).live_max, 1) << id;
    }
    check_stop_order();
    root_ = nullptr;
    world_.end_owned();
    EXPECT_EQ(world_.running(), 0u) << "actors or slots leaked";
    earlier_.insert(earlier_.end(), stage_.trace.begin(), stage_.trace.end());
    stage_.trace.swap(earlier_);
  }

  /// An exit request goes to a child only when all behind it in the tree have ended.
  void check_stop_order() {
    // Only ends and requests of the final stop count; what was restarted before may come first.
    std::map<std::string, std::size_t> last_end;
    for (std::size_t i = 0; i < stage_.trace.size(); ++i)
      if (stage_.trace[i].starts_with("end "))
        last_end[stage_.trace[i].substr(4)] = i;
    std::map<std::string, std::size_t> last_exit;
    for (std::size_t i = 0; i < stage_.trace.size(); ++i)
      if (stage_.trace[i].starts_with("exit "))
        last_exit[stage_.trace[i].substr(5)] = i;
    if (escalated_)
      return;
    for (std::size_t i = 0; i < leaves.size(); ++i)
      for (std::size_t k = i + 1; k < leaves.size(); ++k) {
        const auto asked = last_exit.find(leaves[i]);
        const auto ended = last_end.find(leaves[k]);
        if (asked != last_exit.end() && ended != last_end.end()
            && final_stop_asked(asked->second, leaves[i])) {
          EXPECT_GT(asked->second, ended->second)
              << leaves[i] << " was asked to stop before " << leaves[k] << " had ended";
        }
      }
  }

  /// Whether the request at `index` was the last thing that happened to the child but its end.
  bool final_stop_asked(std::size_t index, const std::string& id) const {
    return std::none_of(stage_.trace.begin() + static_cast<std::ptrdiff_t>(index),
                        stage_.trace.end(),
                        [&](const std::string& x) { return x == "start " + id; });
  }

  baseplate::test::virtual_world world_;
  stage stage_;
  caf::actor root_;
  bool escalated_ = false;
  std::vector<std::string> earlier_;
};

outcome run(std::uint64_t seed) {
  tree_run tree{seed};
  return tree.run();
}

TEST(SupervisionSimulation, KeepsItsInvariantsUnderAnyOrderOfExecution) {
  std::map<supervision_event, int> events;
  int escalated = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto x = run(seed);
    for (const auto& [event, count] : x.events)
      events[event] += count;
    escalated += x.escalated ? 1 : 0;
    if (::testing::Test::HasFailure())
      return;
  }
  // The runs reach what they are for.
  EXPECT_GT(escalated, 20);
  EXPECT_LT(escalated, 380);
  for (const auto event :
       {supervision_event::started, supervision_event::restarted, supervision_event::failed,
        supervision_event::stopped, supervision_event::failed_start, supervision_event::escalated,
        supervision_event::killed})
    EXPECT_GT(events[event], 50) << to_string(event);
}

TEST(SupervisionSimulation, RepeatsASeedExactly) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    EXPECT_EQ(run(seed).trace, run(seed).trace);
  EXPECT_NE(run(1).trace, run(2).trace);
}

} // namespace
} // namespace baseplate::supervision::test
