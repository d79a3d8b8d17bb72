// Stopping: order, deadlines, kills, and stops that come while something else is going on.
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

class SupervisorStop : public baseplate::test::actor_test {
 protected:
  /// Stops, and expects that it ended as asked.
  void expect_orderly_end() {
    ASSERT_TRUE(stage_.ended);
    EXPECT_EQ(*stage_.ended, caf::exit_reason::user_shutdown);
  }

  stage stage_{world()};
};

TEST_F(SupervisorStop, StopsTheChildrenInReverse) {
  auto supervisor
      = stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b"), stage_.spec("c")});
  stage_.take_trace();
  stage_.take_events();
  stage_.stop(supervisor);
  drain();
  EXPECT_EQ(stage_.take_trace(), (lines{"exit c", "end c", "exit b", "end b", "exit a", "end a"}));
  EXPECT_EQ(stage_.take_events(), (lines{"stopped c", "stopped b", "stopped a"}));
  expect_orderly_end();
}

TEST_F(SupervisorStop, LetsAChildFinishItsBacklogFirst) {
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a")});
  for (std::int32_t i = 1; i <= 100; ++i)
    stage_.tell("a", i);
  stage_.stop(supervisor);
  drain();
  EXPECT_EQ(stage_.of("a").got.size(), 100u);
  expect_orderly_end();
}

TEST_F(SupervisorStop, WaitsForAChildThatFinishesLaterBeforeItStopsTheNext) {
  stage_.of("b").ends_after = 3s;
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  stage_.take_trace();
  stage_.stop(supervisor);
  advance(2999ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"exit b"}));
  EXPECT_FALSE(stage_.ended);
  advance(1ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit a", "end a"}));
  expect_orderly_end();
}

TEST_F(SupervisorStop, StillForwardsToAChildThatFinishesWhatIsInFlight) {
  stage_.of("a").ends_after = 3s;
  auto a = stage_.spec("a");
  a.address = make_slot(system(), {"a"});
  auto supervisor = stage_.start(stage_.options(), {a});
  stage_.stop(supervisor);
  drain();
  tell(a.address, std::int32_t{1});
  advance(1s);
  EXPECT_EQ(stage_.of("a").got, (lines{"1:1"}));
  advance(3s);
  slot_of(a.address).close(caf::exit_reason::user_shutdown);
}

TEST_F(SupervisorStop, KillsAChildAtItsDeadlineAndGoesOn) {
  stage_.of("b").ignores_exit = true;
  auto b = stage_.spec("b");
  b.shutdown_timeout = 2s;
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), b});
  stage_.take_trace();
  stage_.take_events();
  stage_.stop(supervisor);
  advance(1999ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"exit b"}));
  advance(1ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit a", "end a"}));
  EXPECT_EQ(stage_.take_events(), (lines{"killed b", "stopped b", "stopped a"}));
  expect_orderly_end();
}

TEST_F(SupervisorStop, KillsAtOnceWithATimeoutOfZero) {
  auto a = stage_.spec("a");
  a.shutdown_timeout = 0ms;
  auto supervisor = stage_.start(stage_.options(), {a});
  stage_.take_trace();
  stage_.stop(supervisor);
  drain();
  EXPECT_EQ(stage_.take_trace(), (lines{"end a"}));
  expect_orderly_end();
}

TEST_F(SupervisorStop, KillsAheadOfTheBacklog) {
  auto a = stage_.spec("a");
  a.shutdown_timeout = 0ms;
  auto supervisor = stage_.start(stage_.options(), {a});
  stage_.stop(supervisor);
  while (stage_.of("a").live > 0 && stage_.take_events() != lines{"killed a"})
    ASSERT_TRUE(world().step());
  for (std::int32_t i = 1; i <= 100; ++i)
    stage_.tell("a", i);
  drain();
  EXPECT_EQ(stage_.of("a").got.size(), 0u);
}

TEST_F(SupervisorStop, WaitsWithoutAnEndIfThereIsNoDeadline) {
  stage_.of("a").ends_after = 24h;
  auto a = stage_.spec("a");
  a.shutdown_timeout = no_deadline;
  auto supervisor = stage_.start(stage_.options(), {a});
  stage_.stop(supervisor);
  advance(24h - 1ms);
  EXPECT_FALSE(stage_.ended);
  advance(1ms);
  expect_orderly_end();
}

TEST_F(SupervisorStop, IgnoresANormalExitMessage) {
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a")});
  tell(supervisor, caf::exit_msg{supervisor.address(), caf::error{}});
  drain();
  EXPECT_EQ(stage_.of("a").live, 1);
  EXPECT_FALSE(stage_.ended);
}

TEST_F(SupervisorStop, IsNotHurriedByASecondRequest) {
  stage_.of("a").ends_after = 3s;
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a")});
  stage_.take_trace();
  stage_.stop(supervisor);
  drain();
  stage_.stop(supervisor);
  advance(1s);
  EXPECT_EQ(stage_.take_trace(), (lines{"exit a"}));
  advance(2s);
  expect_orderly_end();
}

// -- stops that come while something else is going on ---------------------------------

TEST_F(SupervisorStop, CancelsAPendingRestart) {
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  stage_.order("b", boom_atom::value);
  stage_.take_trace();
  stage_.stop(supervisor);
  advance(1min);
  EXPECT_EQ(stage_.take_trace(), (lines{"exit a", "end a"}));
  EXPECT_EQ(stage_.of("b").incarnations, 1);
  expect_orderly_end();
}

TEST_F(SupervisorStop, CancelsAGroupRestartWhoseStopsAreUnderWay) {
  stage_.of("a").ends_after = 1s;
  auto supervisor = stage_.start(stage_.options(restart_strategy::one_for_all),
                                 {stage_.spec("a"), stage_.spec("b"), stage_.spec("c")});
  stage_.take_trace();
  stage_.order("b", boom_atom::value);
  advance(500ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit c", "end c", "exit a"}));
  stage_.stop(supervisor);
  advance(1min);
  EXPECT_EQ(stage_.take_trace(), (lines{"end a"}));
  expect_orderly_end();
}

TEST_F(SupervisorStop, StopsAChildThatIsJustStarting) {
  auto b = stage_.spec("b");
  b.awaits_start = true;
  stage_.of("b").slow_start = true;
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), b, stage_.spec("c")});
  stage_.take_trace();
  stage_.stop(supervisor);
  advance(1min);
  EXPECT_EQ(stage_.take_trace(), (lines{"exit b", "end b", "exit a", "end a"}));
  expect_orderly_end();
}

TEST_F(SupervisorStop, TakesALateConfirmationOfAStoppingChildForNothing) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.of("a").slow_start = true;
  stage_.of("a").ends_after = 1s;
  auto supervisor = stage_.start(stage_.options(), {a, stage_.spec("b")});
  stage_.take_trace();
  stage_.stop(supervisor);
  drain();
  stage_.order("a", confirm_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"exit a", "ready a"}));
  advance(1s);
  EXPECT_EQ(stage_.take_trace(), (lines{"end a"}));
  expect_orderly_end();
}

TEST_F(SupervisorStop, DoesNotRestartAChildThatFailsMeanwhile) {
  stage_.of("b").ends_after = 2s;
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  stage_.stop(supervisor);
  drain();
  stage_.order("a", boom_atom::value);
  advance(2s);
  EXPECT_EQ(stage_.of("a").incarnations, 1);
  expect_orderly_end();
}

TEST_F(SupervisorStop, TakesACrashOnTheExitRequestForAStop) {
  stage_.of("b").crashes_on_exit = true;
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  stage_.take_trace();
  stage_.stop(supervisor);
  drain();
  EXPECT_EQ(stage_.take_trace(), (lines{"exit b", "end b", "exit a", "end a"}));
  EXPECT_EQ(stage_.reports.back().child, "a");
  EXPECT_EQ(stage_.reports[stage_.reports.size() - 2].reason, "bug while stopping");
  expect_orderly_end();
}

TEST_F(SupervisorStop, TakesASecondFailureDuringABackoffOnItsOwn) {
  stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  stage_.order("a", boom_atom::value);
  advance(50ms);
  stage_.order("b", boom_atom::value);
  stage_.take_trace();
  advance(50ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"start a"}));
  advance(50ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"start b"}));
}

TEST_F(SupervisorStop, OfAnAbortedStartLetsTheOthersEnd) {
  stage_.of("a").ends_after = 1s;
  stage_.of("b").throws_at = {1};
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  EXPECT_FALSE(stage_.ended);
  // A request to end does not replace the reason.
  stage_.stop(supervisor);
  advance(1s);
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "start_failed: b: no luck");
}

TEST_F(SupervisorStop, KillsAChildThatASiblingsFailureStopsAndRestartsItOnlyThen) {
  stage_.of("a").ignores_exit = true;
  auto a = stage_.spec("a");
  a.shutdown_timeout = 2s;
  stage_.start(stage_.options(restart_strategy::one_for_all), {a, stage_.spec("b")});
  stage_.take_trace();
  stage_.order("b", boom_atom::value);
  advance(1999ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit a"}));
  advance(1ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end a", "start a", "start b"}));
  EXPECT_EQ(stage_.of("a").live_max, 1);
}

TEST_F(SupervisorStop, KilledItselfTakesItsChildrenAlong) {
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  kill(supervisor);
  drain();
  EXPECT_EQ(stage_.of("a").live, 0);
  EXPECT_EQ(stage_.of("b").live, 0);
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(*stage_.ended, caf::exit_reason::kill);
}

TEST_F(SupervisorStop, ClosesItsAddressesHoweverItEnds) {
  for (const bool killed : {true, false}) {
    auto c = stage_.spec("c");
    c.awaits_start = true;
    stage_.of("c").slow_start = true;
    auto supervisor = stage_.start(stage_.options(), {stage_.spec("b"), c, stage_.spec("d")});
    baseplate::test::probe<children> asker{world(), "asker"};
    asker.send(supervisor, get_children{});
    drain();
    const auto list = asker.take_one<children>();
    if (killed)
      kill(supervisor);
    else
      stage_.stop(supervisor);
    drain();
    for (const auto& x : list.entries)
      EXPECT_TRUE(ended(x.address)) << x.id;
  }
}

TEST_F(SupervisorStop, DoesNotApplyAnEarlierIncarnationsDeadline) {
  auto a = stage_.spec("a");
  a.shutdown_timeout = 2s;
  auto supervisor
      = stage_.start(stage_.options(restart_strategy::one_for_all), {a, stage_.spec("b")});
  stage_.order("b", boom_atom::value);
  advance(1s);
  EXPECT_EQ(stage_.of("a").incarnations, 2);
  stage_.of("a").ends_after = 1500ms;
  stage_.take_events();
  stage_.stop(supervisor);
  // The deadline of the first incarnation passes at 2 s; that of the second would at 3 s.
  advance(1500ms);
  EXPECT_EQ(stage_.take_events(), (lines{"stopped b", "stopped a"}));
  expect_orderly_end();
}

// -- children that CAF does not schedule, and those that do not end --------------------

TEST_F(SupervisorStop, TreatsAForeignActorLikeAnyOther) {
  std::vector<caf::actor> incarnations;
  child_spec foreign;
  foreign.id = "journal";
  foreign.start = [&](caf::actor_system& sys) {
    incarnations.push_back(make_foreign_actor(sys));
    return incarnations.back();
  };
  auto supervisor = stage_.start(stage_.options(), {foreign, stage_.spec("b")});
  EXPECT_EQ(stage_.of("b").live, 1);
  foreign_of(incarnations[0]).end(crash_reason(std::string{"disk full"}));
  advance(100ms);
  ASSERT_EQ(incarnations.size(), 2u);
  EXPECT_EQ(stage_.reports.back().reason, "disk full");
  stage_.stop(supervisor);
  drain();
  EXPECT_FALSE(stage_.ended);
  ASSERT_EQ(foreign_of(incarnations[1]).got.size(), 1u);
  EXPECT_NE(foreign_of(incarnations[1]).got[0].find("exit_msg"), std::string::npos);
  foreign_of(incarnations[1]).end(caf::exit_reason::user_shutdown);
  drain();
  expect_orderly_end();
  incarnations.clear();
}

TEST_F(SupervisorStop, AbandonsAChildThatDoesNotEndThoughKilledAndEndsAsStuck) {
  caf::actor stuck;
  child_spec foreign;
  foreign.id = "stuck";
  foreign.start = [&](caf::actor_system& sys) { return stuck = make_foreign_actor(sys); };
  auto options = stage_.options();
  options.kill_timeout = 4s;
  auto supervisor = stage_.start(options, {stage_.spec("a"), foreign});
  stage_.take_events();
  stage_.stop(supervisor);
  advance(5s);
  EXPECT_EQ(stage_.take_events(), (lines{"killed stuck"}));
  EXPECT_FALSE(stage_.ended);
  advance(4s);
  EXPECT_EQ(stage_.take_events(), (lines{"abandoned stuck", "stopped a"}));
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "child_stuck: stuck");
  foreign_of(stuck).end(caf::exit_reason::kill);
  stuck = nullptr;
}

TEST_F(SupervisorStop, GivesUpRatherThanStartASecondIncarnationBesideAStuckOne) {
  std::vector<caf::actor> incarnations;
  child_spec foreign;
  foreign.id = "stuck";
  foreign.start = [&](caf::actor_system& sys) {
    incarnations.push_back(make_foreign_actor(sys));
    return incarnations.back();
  };
  stage_.start(stage_.options(restart_strategy::one_for_all), {foreign, stage_.spec("b")});
  stage_.order("b", boom_atom::value);
  advance(1min);
  EXPECT_EQ(incarnations.size(), 1u);
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "child_stuck: stuck");
  foreign_of(incarnations[0]).end(caf::exit_reason::kill);
  incarnations.clear();
}

} // namespace
} // namespace baseplate::supervision::test
