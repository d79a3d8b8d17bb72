#include "messages/bus.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/all.hpp>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace baseplate::test {
namespace {

using namespace std::chrono_literals;
using tick = caf::atom_constant<caf::atom("tick")>;

class VirtualWorld : public actor_test {};

caf::behavior ticker(caf::event_based_actor* self, std::vector<unix_ms>* at, wall_clock now) {
  self->delayed_send(self, 10s, tick::value);
  return {[=](tick) {
    at->push_back(now() - virtual_epoch_ms);
    self->delayed_send(self, 10s, tick::value);
  }};
}

TEST_F(VirtualWorld, FiresATimerThatIsSetAgainAsOftenAsRealTimeWould) {
  std::vector<unix_ms> at;
  world().spawn_fun(ticker, &at, wall());
  drain();
  EXPECT_TRUE(at.empty());
  advance(9999ms);
  EXPECT_TRUE(at.empty());
  advance(25s + 1ms);
  EXPECT_EQ(at, (std::vector<unix_ms>{10'000, 20'000, 30'000}));
  EXPECT_EQ(now_ms(), virtual_epoch_ms + 35'000);
}

TEST_F(VirtualWorld, EndsThoughAnActorSetsTimersForEver) {
  std::vector<unix_ms> at;
  world().spawn_fun(ticker, &at, wall());
  advance(1min);
  world().end_owned();
  EXPECT_EQ(world().running(), 0u);
}

/// Two actors write their letter three times each: the order shows who ran when.
std::string interleaving(std::optional<std::uint64_t> seed) {
  virtual_world world;
  if (seed)
    world.shuffle(*seed);
  std::string trace;
  for (char letter : {'a', 'b'}) {
    auto x = world.spawn_fun([&trace, letter](caf::event_based_actor*) -> caf::behavior {
      return {[&trace, letter](tick) { trace += letter; }};
    });
    for (int i = 0; i < 3; ++i)
      world.tell(x, tick::value);
  }
  world.drain();
  return trace;
}

TEST(VirtualWorldOrder, IsFirstComeFirstServedWithoutASeed) {
  EXPECT_EQ(interleaving(std::nullopt), "ababab");
}

TEST(VirtualWorldOrder, DependsOnTheSeedAndRepeatsWithIt) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    seen.insert(interleaving(seed));
    EXPECT_EQ(interleaving(seed), interleaving(seed));
  }
  EXPECT_GT(seen.size(), 5u);
}

TEST_F(VirtualWorld, ProbeRecordsItsTypesInOrderAndReacts) {
  probe<demand, subscribe> p{world(), "bus"};
  probe<demand> client{world(), "client"};
  p.react<demand>([](caf::event_based_actor* self, const demand& x) {
    self->send(caf::actor_cast<caf::actor>(self->current_sender()), demand{x.subscriber, 0, 99});
  });
  client.send(p.handle(), demand{7, 1, 1});
  client.send(p.handle(), subscribe{8, 1, 0, 0, false});
  drain();
  EXPECT_EQ(p.messages().size(), 2u);
  EXPECT_EQ(p.take_one<subscribe>().subscriber, 8u);
  EXPECT_EQ(p.take_one<demand>().subscriber, 7u);
  EXPECT_TRUE(p.empty());
  EXPECT_EQ(client.take_one<demand>().events, 99u);
}

TEST_F(VirtualWorld, ProbeCountsOtherTypesOnceItToleratesThem) {
  probe<demand> p{world()};
  p.tolerate_others();
  tell(p.handle(), subscribe{});
  drain();
  EXPECT_EQ(p.others(), 1u);
  EXPECT_TRUE(p.empty());
}

} // namespace
} // namespace baseplate::test
