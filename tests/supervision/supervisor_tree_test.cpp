// Supervisors as children of supervisors: start, stop and escalation through the levels.
#include "actors/supervision/crash_reason.hpp"
#include "actors/supervision/supervisor.hpp"
#include "tests/supervision/stage.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/all.hpp>

#include <string>
#include <vector>

namespace baseplate::supervision::test {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

class SupervisionTree : public baseplate::test::actor_test {
 protected:
  supervisor_options options_of(std::uint32_t intensity) {
    auto result = stage_.options();
    result.policy.intensity = intensity;
    return result;
  }

  /// node [a, groups [b, c], d]
  caf::actor start_tree() {
    return stage_.start(options_of(1), {stage_.spec("a"),
                                        supervisor_child("groups", "node", options_of(2),
                                                         {stage_.spec("b"), stage_.spec("c")}),
                                        stage_.spec("d")});
  }

  stage stage_{world()};
};

TEST_F(SupervisionTree, StartsDepthFirstEachBranchOnlyWhenTheOneBeforeIsReady) {
  auto c = stage_.spec("c");
  c.awaits_start = true;
  stage_.of("c").slow_start = true;
  stage_.start(options_of(1),
               {stage_.spec("a"),
                supervisor_child("groups", "node", options_of(2), {stage_.spec("b"), c}),
                stage_.spec("d")});
  EXPECT_EQ(stage_.take_trace(), (lines{"start a", "start b", "start c"}));
  stage_.order("c", confirm_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"ready c", "start d"}));
  EXPECT_EQ(stage_.take_events(),
            (lines{"started a", "started b", "started c", "started groups", "started d"}));
}

TEST_F(SupervisionTree, StopsInExactReverse) {
  auto root = start_tree();
  stage_.take_trace();
  stage_.stop(root);
  drain();
  EXPECT_EQ(stage_.take_trace(),
            (lines{"exit d", "end d", "exit c", "end c", "exit b", "end b", "exit a", "end a"}));
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(*stage_.ended, caf::exit_reason::user_shutdown);
}

TEST_F(SupervisionTree, WaitsForABranchWhoseChildrenTakeLong) {
  stage_.of("b").ends_after = 4s;
  stage_.of("c").ends_after = 4s;
  auto root = start_tree();
  stage_.stop(root);
  // Each child has 5 s; the branch needs 8 and is not killed.
  advance(8s);
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(*stage_.ended, caf::exit_reason::user_shutdown);
  for (const auto& x : stage_.reports)
    EXPECT_NE(x.event, supervision_event::killed);
}

TEST_F(SupervisionTree, RestartsABranchThatGaveUp) {
  start_tree();
  stage_.take_trace();
  stage_.take_events();
  for (int i = 0; i < 3; ++i) {
    stage_.order("c", boom_atom::value);
    advance(500ms);
  }
  EXPECT_EQ(stage_.take_trace(), (lines{"end c", "start c", "end c", "start c", "end c", "exit b",
                                        "end b", "start b", "start c"}));
  EXPECT_EQ(stage_.take_events(),
            (lines{"failed c", "restarted c", "failed c", "restarted c", "escalated c", "stopped b",
                   "failed groups", "started b", "started c", "restarted groups"}));
  EXPECT_FALSE(stage_.ended);
  EXPECT_EQ(stage_.of("a").incarnations, 1);
  EXPECT_EQ(stage_.of("d").incarnations, 1);
}

TEST_F(SupervisionTree, EscalatesThroughTwoLevelsToTheRootsEnd) {
  start_tree();
  for (int i = 0; i < 6; ++i) {
    EXPECT_FALSE(stage_.ended);
    stage_.order("c", boom_atom::value);
    advance(500ms);
  }
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()),
            "intensity_exceeded: groups: intensity_exceeded: c: bug");
  for (const char* id : {"a", "b", "c", "d"})
    EXPECT_EQ(stage_.of(id).live, 0) << id;
  EXPECT_EQ(stage_.of("d").incarnations, 1);
  EXPECT_EQ(stage_.reports.back().child, "a");
}

TEST_F(SupervisionTree, FailsToStartFromTheBottomUp) {
  stage_.of("c").throws_at = {1};
  start_tree();
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "start_failed: groups: start_failed: c: no luck");
  EXPECT_EQ(stage_.take_trace(),
            (lines{"start a", "start b", "throw c", "exit b", "end b", "exit a", "end a"}));
}

TEST_F(SupervisionTree, KeepsAnAddressMadeBeforehandAcrossTheRestartOfItsSupervisor) {
  auto b = stage_.spec("b");
  b.address = make_slot(system(), {"node/groups/b"});
  stage_.start(options_of(3), {supervisor_child("groups", "node", options_of(0), {b})});
  tell(b.address, std::int32_t{1});
  stage_.order("b", boom_atom::value);
  tell(b.address, std::int32_t{2});
  advance(100ms);
  tell(b.address, std::int32_t{3});
  drain();
  EXPECT_EQ(stage_.of("b").got, (lines{"1:1", "2:2", "2:3"}));
  EXPECT_FALSE(ended(b.address));
  slot_of(b.address).close(caf::exit_reason::user_shutdown);
}

TEST_F(SupervisionTree, StopsABranchForASiblingAndStartsItAgain) {
  stage_.start(
      stage_.options(restart_strategy::one_for_all),
      {supervisor_child("groups", "node", options_of(2), {stage_.spec("b")}), stage_.spec("d")});
  stage_.take_trace();
  stage_.order("d", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end d", "exit b", "end b", "start b", "start d"}));
}

TEST_F(SupervisionTree, NamesItsBranchesByPath) {
  start_tree();
  EXPECT_EQ(stage_.reports[1].child, "b");
  EXPECT_EQ(stage_.reports[1].path, "node/groups");
  EXPECT_EQ(stage_.reports[3].child, "groups");
  EXPECT_EQ(stage_.reports[3].path, "node");
}

TEST_F(SupervisionTree, CanBeAskedLevelByLevel) {
  auto root = start_tree();
  baseplate::test::probe<children> asker{world(), "asker"};
  asker.send(root, get_children{});
  drain();
  auto top = asker.take_one<children>();
  ASSERT_EQ(top.entries.size(), 3u);
  EXPECT_EQ(top.entries[1].kind, child_kind::supervisor);
  asker.send(top.entries[1].address, get_children{});
  drain();
  auto below = asker.take_one<children>();
  EXPECT_EQ(below.path, "node/groups");
  ASSERT_EQ(below.entries.size(), 2u);
  EXPECT_EQ(below.entries[1].id, "c");
}

} // namespace
} // namespace baseplate::supervision::test
