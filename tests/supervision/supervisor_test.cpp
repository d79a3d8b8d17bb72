// Starting and restarting. Stopping: supervisor_stop_test.cpp; trees: supervisor_tree_test.cpp.
#include "actors/supervision/crash_reason.hpp"
#include "actors/supervision/supervisor.hpp"
#include "tests/supervision/stage.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/all.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace baseplate::supervision::test {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

class Supervisor : public baseplate::test::actor_test {
 protected:
  void TearDown() override {
    drain();
    actor_test::TearDown();
  }

  stage stage_{world()};
};

// -- start --------------------------------------------------------------------------

TEST_F(Supervisor, StartsAChildOnlyWhenTheOneBeforeIsReady) {
  auto a = stage_.spec("a");
  auto b = stage_.spec("b");
  auto c = stage_.spec("c");
  a.awaits_start = b.awaits_start = true;
  stage_.of("a").slow_start = stage_.of("b").slow_start = true;
  stage_.start(stage_.options(), {a, b, c});
  EXPECT_EQ(stage_.take_trace(), (lines{"start a"}));
  stage_.order("a", confirm_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"ready a", "start b"}));
  stage_.order("b", confirm_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"ready b", "start c"}));
  EXPECT_EQ(stage_.take_events(), (lines{"started a", "started b", "started c"}));
}

TEST_F(Supervisor, AnswersAStartCheckOnceAllChildrenAreReady) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.of("a").slow_start = true;
  auto supervisor = stage_.start(stage_.options(), {a, stage_.spec("b")});
  baseplate::test::probe<child_started> app{world(), "app"};
  app.send(supervisor, start_check{});
  drain();
  EXPECT_TRUE(app.empty());
  stage_.order("a", confirm_atom::value);
  EXPECT_EQ(app.count<child_started>(), 1u);
  app.send(supervisor, start_check{});
  drain();
  EXPECT_EQ(app.count<child_started>(), 2u);
}

TEST_F(Supervisor, WithoutChildrenIsReadyAtOnce) {
  auto supervisor = stage_.start(stage_.options(), {});
  baseplate::test::probe<child_started> app{world(), "app"};
  app.send(supervisor, start_check{});
  drain();
  EXPECT_EQ(app.count<child_started>(), 1u);
}

TEST_F(Supervisor, RollsBackInReverseWhenAChildCannotStart) {
  auto c = stage_.spec("c");
  c.awaits_start = true;
  stage_.of("c").crashes_at = {1};
  stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b"), c, stage_.spec("d")});
  EXPECT_EQ(stage_.take_trace(), (lines{"start a", "start b", "start c", "end c", "exit b", "end b",
                                        "exit a", "end a"}));
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "start_failed: c: cannot start");
  EXPECT_EQ(stage_.take_events(),
            (lines{"started a", "started b", "failed_start c", "stopped b", "stopped a"}));
}

TEST_F(Supervisor, RollsBackWhenAStartFunctionThrows) {
  stage_.of("b").throws_at = {1};
  stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  EXPECT_EQ(stage_.take_trace(), (lines{"start a", "throw b", "exit a", "end a"}));
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "start_failed: b: no luck");
}

TEST_F(Supervisor, EndsWhenTheOnlyChildCannotStart) {
  stage_.of("a").throws_at = {1};
  stage_.start(stage_.options(), {stage_.spec("a")});
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "start_failed: a: no luck");
}

TEST_F(Supervisor, TakesAnEmptyHandleForAFailedStart) {
  auto a = stage_.spec("a");
  a.start = [](caf::actor_system&) { return caf::actor{}; };
  stage_.start(stage_.options(), {a});
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()),
            "start_failed: a: the start function returned no actor");
}

TEST_F(Supervisor, KillsAChildThatDoesNotConfirmInTime) {
  auto b = stage_.spec("b");
  b.awaits_start = true;
  b.start_timeout = 2s;
  stage_.of("b").slow_start = true;
  stage_.start(stage_.options(), {stage_.spec("a"), b});
  advance(1999ms);
  EXPECT_FALSE(stage_.ended);
  advance(1ms);
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "start_failed: b: start_timed_out");
  EXPECT_EQ(stage_.take_trace(), (lines{"start a", "start b", "end b", "exit a", "end a"}));
  EXPECT_EQ(stage_.take_events(), (lines{"started a", "killed b", "failed_start b", "stopped a"}));
}

TEST_F(Supervisor, TakesANormalEndBeforeTheConfirmationForAFailedStart) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.of("a").slow_start = true;
  stage_.start(stage_.options(), {a});
  stage_.order("a", done_atom::value);
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()),
            "start_failed: a: the child ended before it was started");
}

TEST_F(Supervisor, IgnoresConfirmationsOfOthersAndLateOnes) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.of("a").slow_start = true;
  auto supervisor = stage_.start(stage_.options(), {a, stage_.spec("b")});
  baseplate::test::probe<child_started> stranger{world(), "stranger"};
  stranger.send(supervisor, child_started{});
  drain();
  EXPECT_EQ(stage_.take_trace(), (lines{"start a"}));
  stage_.order("a", confirm_atom::value);
  stage_.order("a", confirm_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"ready a", "start b", "ready a"}));
}

TEST_F(Supervisor, RefusesSpecsThatContradictEachOther) {
  EXPECT_THROW(spawn_supervisor(system(), stage_.options(), {stage_.spec("a"), stage_.spec("a")}),
               std::invalid_argument);
  auto without_start = stage_.spec("a");
  without_start.start = nullptr;
  EXPECT_THROW(spawn_supervisor(system(), stage_.options(), {without_start}),
               std::invalid_argument);
  EXPECT_THROW(spawn_supervisor(system(), stage_.options(), {stage_.spec("")}),
               std::invalid_argument);
}

// -- restart ------------------------------------------------------------------------

TEST_F(Supervisor, RestartsOnlyTheChildThatFailedUnderOneForOne) {
  stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b"), stage_.spec("c")});
  stage_.take_trace();
  stage_.order("b", boom_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b"}));
  advance(99ms);
  EXPECT_EQ(stage_.take_trace(), lines{});
  advance(1ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"start b"}));
  EXPECT_EQ(stage_.of("b").incarnations, 2);
}

TEST_F(Supervisor, StopsAllInReverseAndStartsAllInOrderUnderOneForAll) {
  stage_.start(stage_.options(restart_strategy::one_for_all),
               {stage_.spec("a"), stage_.spec("b"), stage_.spec("c")});
  stage_.take_trace();
  stage_.order("b", boom_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit c", "end c", "exit a", "end a"}));
  advance(100ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"start a", "start b", "start c"}));
}

TEST_F(Supervisor, StopsAndStartsTheLaterOnesUnderRestForOne) {
  stage_.start(stage_.options(restart_strategy::rest_for_one),
               {stage_.spec("a"), stage_.spec("b"), stage_.spec("c"), stage_.spec("d")});
  stage_.take_trace();
  stage_.order("b", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit d", "end d", "exit c", "end c", "start b",
                                        "start c", "start d"}));
  EXPECT_EQ(stage_.of("a").incarnations, 1);
}

TEST_F(Supervisor, RestartsAGroupInOrderEachChildOnceTheOneBeforeIsReady) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.start(stage_.options(restart_strategy::one_for_all), {a, stage_.spec("b")});
  stage_.take_trace();
  stage_.of("a").slow_start = true;
  stage_.order("b", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit a", "end a", "start a"}));
  stage_.order("a", confirm_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"ready a", "start b"}));
}

TEST_F(Supervisor, WidensARestForOneRestartWhenAnEarlierChildFailsMeanwhile) {
  stage_.start(stage_.options(restart_strategy::rest_for_one),
               {stage_.spec("a"), stage_.spec("b"), stage_.spec("c")});
  stage_.order("c", boom_atom::value);
  stage_.take_trace();
  advance(50ms);
  stage_.order("a", boom_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"end a", "exit b", "end b"}));
  advance(99ms);
  EXPECT_EQ(stage_.take_trace(), lines{});
  advance(1ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"start a", "start b", "start c"}));
}

TEST_F(Supervisor, DoesNotHoldUpARestartForAnotherUnderOneForOne) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.start(stage_.options(), {a, stage_.spec("b")});
  stage_.take_trace();
  stage_.of("a").slow_start = true;
  stage_.order("a", boom_atom::value);
  stage_.order("b", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end a", "end b", "start a", "start b"}));
}

TEST_F(Supervisor, RestartsAPermanentChildAfterANormalEndToo) {
  stage_.start(stage_.options(), {stage_.spec("a")});
  stage_.order("a", done_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.of("a").incarnations, 2);
}

TEST_F(Supervisor, LeavesATransientChildDownAfterANormalEndOrAShutdown) {
  for (int round = 0; round < 2; ++round) {
    const std::string id = round == 0 ? "done" : "halt";
    auto spec = stage_.spec(id);
    spec.restart = restart_type::transient;
    stage_.start(stage_.options(), {spec});
    if (round == 0)
      stage_.order(id, done_atom::value);
    else
      stage_.order(id, halt_atom::value);
    advance(1min);
    EXPECT_EQ(stage_.of(id).incarnations, 1);
    EXPECT_EQ(stage_.take_events(), (lines{"started " + id, "stopped " + id}));
  }
}

TEST_F(Supervisor, RestartsATransientChildAfterACrash) {
  auto a = stage_.spec("a");
  a.restart = restart_type::transient;
  stage_.start(stage_.options(), {a});
  stage_.order("a", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.of("a").incarnations, 2);
}

TEST_F(Supervisor, NeverRestartsATemporaryChildAlsoNotForASibling) {
  auto t = stage_.spec("t");
  t.restart = restart_type::temporary;
  stage_.start(stage_.options(restart_strategy::one_for_all), {stage_.spec("a"), t});
  stage_.order("a", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.of("t").live, 0);
  EXPECT_EQ(stage_.of("t").incarnations, 1);
  EXPECT_EQ(stage_.of("a").incarnations, 2);

  auto u = stage_.spec("u");
  u.restart = restart_type::temporary;
  stage_.start(stage_.options(), {u});
  stage_.order("u", boom_atom::value);
  advance(1min);
  EXPECT_EQ(stage_.of("u").incarnations, 1);
}

// -- intensity and back-off -----------------------------------------------------------

TEST_F(Supervisor, ToleratesRestartsUpToTheIntensityAndEscalatesOnTheNext) {
  stage_.start(stage_.options(), {stage_.spec("a"), stage_.spec("b")});
  for (int i = 0; i < 3; ++i) {
    stage_.order("b", boom_atom::value);
    advance(1s);
    EXPECT_FALSE(stage_.ended);
  }
  EXPECT_EQ(stage_.of("b").incarnations, 4);
  stage_.take_trace();
  stage_.take_events();
  stage_.order("b", boom_atom::value);
  EXPECT_EQ(stage_.take_trace(), (lines{"end b", "exit a", "end a"}));
  EXPECT_EQ(stage_.take_events(), (lines{"escalated b", "stopped a"}));
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "intensity_exceeded: b: bug");
}

TEST_F(Supervisor, ForgetsRestartsOlderThanThePeriod) {
  stage_.start(stage_.options(), {stage_.spec("a")});
  for (int i = 0; i < 20; ++i) {
    stage_.order("a", boom_atom::value);
    advance(3400ms);
  }
  EXPECT_FALSE(stage_.ended);
  EXPECT_EQ(stage_.of("a").incarnations, 21);
}

TEST_F(Supervisor, WaitsTwiceAsLongAfterEachFailureUpToTheMaximum) {
  auto options = stage_.options();
  options.policy.intensity = 100;
  stage_.start(options, {stage_.spec("a")});
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 6; ++i) {
    stage_.order("a", boom_atom::value);
    const auto failed_at = world().elapsed();
    while (stage_.of("a").live == 0)
      advance(1ms);
    waits.push_back((world().elapsed() - failed_at).count());
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{100, 200, 400, 800, 1000, 1000}));
  advance(30s);
  stage_.order("a", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.of("a").live, 1);
}

TEST_F(Supervisor, RestartsAtOnceWithoutABackoff) {
  auto options = stage_.options();
  options.policy.backoff_min = 0ms;
  stage_.start(options, {stage_.spec("a")});
  stage_.order("a", boom_atom::value);
  EXPECT_EQ(stage_.of("a").incarnations, 2);
  EXPECT_EQ(world().elapsed(), 0ms);
}

TEST_F(Supervisor, RetriesAFailedRestartAndCountsIt) {
  stage_.of("a").throws_at = {2, 3};
  stage_.start(stage_.options(), {stage_.spec("a")});
  stage_.order("a", boom_atom::value);
  advance(100ms + 200ms + 400ms);
  EXPECT_EQ(stage_.of("a").live, 1);
  EXPECT_EQ(stage_.of("a").incarnations, 4);
  EXPECT_EQ(stage_.take_events(), (lines{"started a", "failed a", "failed_start a", "failed a",
                                         "failed_start a", "failed a", "restarted a"}));
  stage_.order("a", boom_atom::value);
  ASSERT_TRUE(stage_.ended);
}

TEST_F(Supervisor, EscalatesWhenARestartNeverSucceeds) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.of("a").crashes_at = {2, 3, 4};
  stage_.start(stage_.options(), {a});
  stage_.order("a", boom_atom::value);
  advance(1min);
  ASSERT_TRUE(stage_.ended);
  EXPECT_EQ(describe(*stage_.ended, system()), "intensity_exceeded: a: cannot start");
  EXPECT_EQ(stage_.of("a").incarnations, 4);
}

TEST_F(Supervisor, RestartsTheWholeGroupAgainWhenOneOfItCannotBeStarted) {
  stage_.of("b").throws_at = {2};
  stage_.start(stage_.options(restart_strategy::one_for_all),
               {stage_.spec("a"), stage_.spec("b"), stage_.spec("c")});
  stage_.take_trace();
  stage_.order("c", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.take_trace(), (lines{"end c", "exit b", "end b", "exit a", "end a", "start a",
                                        "throw b", "exit a", "end a"}));
  advance(1s);
  EXPECT_EQ(stage_.take_trace(), (lines{"start a", "start b", "start c"}));
}

TEST_F(Supervisor, KillsARestartThatDoesNotConfirmInTimeAndTriesAgain) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  a.start_timeout = 2s;
  stage_.start(stage_.options(), {a});
  stage_.of("a").slow_start = true;
  stage_.order("a", boom_atom::value);
  advance(100ms);
  stage_.take_events();
  advance(2s);
  EXPECT_EQ(stage_.take_events(), (lines{"killed a", "failed_start a", "failed a"}));
  stage_.of("a").slow_start = false;
  advance(200ms);
  EXPECT_EQ(stage_.take_events(), (lines{"restarted a"}));
  EXPECT_EQ(stage_.of("a").live_max, 1);
}

// -- address ------------------------------------------------------------------------

caf::actor address_of(baseplate::test::virtual_world& world, const caf::actor& supervisor,
                      const std::string& id) {
  baseplate::test::probe<children> asker{world, "asker"};
  asker.send(supervisor, get_children{});
  world.drain();
  for (auto& x : asker.template take_one<children>().entries)
    if (x.id == id)
      return x.address;
  return {};
}

TEST_F(Supervisor, KeepsAChildsAddressAcrossRestartsAndParksMeanwhile) {
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a")});
  auto address = address_of(world(), supervisor, "a");
  ASSERT_TRUE(address);
  tell(address, std::int32_t{1});
  drain();
  tell(address, boom_atom::value);
  drain();
  for (std::int32_t i = 2; i <= 4; ++i)
    tell(address, i);
  drain();
  EXPECT_EQ(stage_.of("a").got, (lines{"1:1"}));
  advance(100ms);
  EXPECT_EQ(stage_.of("a").got, (lines{"1:1", "2:2", "2:3", "2:4"}));
  EXPECT_EQ(address_of(world(), supervisor, "a"), address);
  address = nullptr;
}

TEST_F(Supervisor, ForwardsToAChildThatAwaitsItsStartOnlyOnceItIsReady) {
  auto a = stage_.spec("a");
  a.awaits_start = true;
  stage_.of("a").slow_start = true;
  auto supervisor = stage_.start(stage_.options(), {a});
  auto address = address_of(world(), supervisor, "a");
  tell(address, std::int32_t{1});
  drain();
  EXPECT_EQ(stage_.of("a").got, lines{});
  stage_.order("a", confirm_atom::value);
  EXPECT_EQ(stage_.of("a").got, (lines{"1:1"}));
}

TEST_F(Supervisor, ParksWhatComesWhileAChildStopsForASibling) {
  stage_.of("a").ends_after = 1s;
  auto supervisor = stage_.start(stage_.options(restart_strategy::one_for_all),
                                 {stage_.spec("a"), stage_.spec("b")});
  auto address = address_of(world(), supervisor, "a");
  stage_.order("b", boom_atom::value);
  tell(address, std::int32_t{1});
  advance(500ms);
  EXPECT_EQ(stage_.of("a").got, lines{});
  advance(600ms);
  EXPECT_EQ(stage_.of("a").got, (lines{"2:1"}));
}

TEST_F(Supervisor, BoundsWhatIsParkedForAChild) {
  auto options = stage_.options();
  options.parked_messages_max = 2;
  auto supervisor = stage_.start(options, {stage_.spec("a")});
  auto address = address_of(world(), supervisor, "a");
  stage_.order("a", boom_atom::value);
  for (std::int32_t i = 1; i <= 5; ++i)
    tell(address, i);
  advance(100ms);
  EXPECT_EQ(stage_.of("a").got, (lines{"2:1", "2:2"}));
  EXPECT_EQ(slot_of(address).counters().dropped, 3u);
}

TEST_F(Supervisor, ClosesTheAddressOfAChildThatEndedForGood) {
  auto a = stage_.spec("a");
  a.restart = restart_type::temporary;
  auto supervisor = stage_.start(stage_.options(), {a});
  auto address = address_of(world(), supervisor, "a");
  stage_.order("a", done_atom::value);
  EXPECT_TRUE(ended(address));
}

TEST_F(Supervisor, ReopensTheAddressOfAFinishedTransientChildThatASiblingBringsBack) {
  auto a = stage_.spec("a");
  a.restart = restart_type::transient;
  auto supervisor
      = stage_.start(stage_.options(restart_strategy::one_for_all), {a, stage_.spec("b")});
  auto address = address_of(world(), supervisor, "a");
  stage_.order("a", done_atom::value);
  tell(address, std::int32_t{1});
  drain();
  EXPECT_EQ(slot_of(address).counters().dropped, 1u);
  stage_.order("b", boom_atom::value);
  advance(100ms);
  tell(address, std::int32_t{2});
  drain();
  EXPECT_EQ(stage_.of("a").got, (lines{"2:2"}));
}

// -- reports and status ---------------------------------------------------------------

TEST_F(Supervisor, ReportsARestartWithItsReasonCountsAndWait) {
  stage_.start(stage_.options(restart_strategy::rest_for_one),
               {stage_.spec("a"), stage_.spec("b")});
  stage_.reports.clear();
  advance(5s);
  stage_.order("a", boom_atom::value);
  advance(100ms);
  ASSERT_EQ(stage_.reports.size(), 4u);
  const auto& failed = stage_.reports[0];
  EXPECT_EQ(failed.event, supervision_event::failed);
  EXPECT_EQ(failed.path, "node");
  EXPECT_EQ(failed.child, "a");
  EXPECT_EQ(failed.reason, "bug");
  EXPECT_EQ(failed.delay_ms, 100);
  EXPECT_EQ(failed.restart_count, 0u);
  EXPECT_EQ(failed.window_count, 1u);
  EXPECT_EQ(failed.at_ms, baseplate::test::virtual_epoch_ms + 5000);
  EXPECT_EQ(stage_.reports[1].event, supervision_event::stopped);
  const auto& restarted = stage_.reports[2];
  EXPECT_EQ(restarted.event, supervision_event::restarted);
  EXPECT_EQ(restarted.child, "a");
  EXPECT_EQ(restarted.reason, "bug");
  EXPECT_EQ(restarted.restart_count, 1u);
  EXPECT_EQ(restarted.window_count, 1u);
  EXPECT_EQ(restarted.strategy, restart_strategy::rest_for_one);
  EXPECT_EQ(restarted.delay_ms, 100);
  EXPECT_EQ(restarted.at_ms, baseplate::test::virtual_epoch_ms + 5100);
  EXPECT_EQ(stage_.reports[3].child, "b");
  EXPECT_EQ(stage_.reports[3].reason, "with a: bug");
}

TEST_F(Supervisor, GoesOnWhenTheReportFunctionThrows) {
  auto options = stage_.options();
  options.report = [](const supervision_report&) { throw std::runtime_error("no"); };
  stage_.start(options, {stage_.spec("a")});
  stage_.order("a", boom_atom::value);
  advance(100ms);
  EXPECT_EQ(stage_.of("a").incarnations, 2);
  EXPECT_FALSE(stage_.ended);
}

TEST_F(Supervisor, ListsItsChildrenWithStateRestartsReasonAndUptime) {
  auto b = stage_.spec("b");
  b.awaits_start = true;
  auto t = stage_.spec("t");
  t.restart = restart_type::temporary;
  auto supervisor = stage_.start(stage_.options(), {stage_.spec("a"), b, t});
  baseplate::test::probe<children> asker{world(), "asker"};
  const auto ask = [&] {
    asker.send(supervisor, get_children{});
    drain();
    return asker.take_one<children>();
  };
  advance(7s);
  stage_.order("a", boom_atom::value);
  stage_.order("t", boom_atom::value);
  auto now = ask();
  EXPECT_EQ(now.path, "node");
  ASSERT_EQ(now.entries.size(), 3u);
  EXPECT_EQ(now.entries[0].id, "a");
  EXPECT_EQ(now.entries[0].state, child_state::restarting);
  EXPECT_EQ(now.entries[0].last_reason, "bug");
  EXPECT_EQ(now.entries[0].uptime_ms, 0);
  EXPECT_EQ(now.entries[1].state, child_state::running);
  EXPECT_EQ(now.entries[1].uptime_ms, 7000);
  EXPECT_EQ(now.entries[1].last_reason, "");
  EXPECT_EQ(now.entries[2].state, child_state::stopped);
  stage_.of("b").slow_start = true;
  stage_.order("b", boom_atom::value);
  advance(3100ms);
  now = ask();
  EXPECT_EQ(now.entries[0].state, child_state::running);
  EXPECT_EQ(now.entries[0].restarts, 1u);
  EXPECT_EQ(now.entries[0].uptime_ms, 3000);
  EXPECT_EQ(now.entries[1].state, child_state::starting);
}

} // namespace
} // namespace baseplate::supervision::test
