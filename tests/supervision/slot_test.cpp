#include "actors/supervision/handlers.hpp"
#include "actors/supervision/slot.hpp"
#include "tests/supervision/stage.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace baseplate::supervision {
namespace {

using namespace std::chrono_literals;
using numbers = std::vector<std::int32_t>;
using boom = caf::atom_constant<caf::atom("boom")>;

class Slot : public baseplate::test::actor_test {
 protected:
  /// An actor that records numbers and answers them doubled.
  caf::actor child(numbers* got) {
    return world().spawn_fun([got](caf::event_based_actor* self) -> caf::behavior {
      install_default_handlers(self);
      return {[got](std::int32_t x) {
                got->push_back(x);
                return 2 * x;
              },
              [](boom) { throw std::runtime_error("bug"); }};
    });
  }

  caf::actor slot_with(std::uint32_t parked_messages_max) {
    return make_slot(system(), {"test", parked_messages_max});
  }

  /// Requests through `to` and stores the answer or the error.
  struct answer {
    std::optional<std::int32_t> value;
    caf::error error;
  };

  std::shared_ptr<answer> ask(const caf::actor& to, std::int32_t x) {
    auto result = std::make_shared<answer>();
    system().spawn([=](caf::event_based_actor* self) {
      self->request(to, 60min, x)
          .then([=](std::int32_t y) { result->value = y; },
                [=](caf::error& e) { result->error = e; });
    });
    drain();
    return result;
  }

  void TearDown() override {
    for (auto& x : slots_)
      slot_of(x).close(caf::exit_reason::user_shutdown);
    slots_.clear();
    actor_test::TearDown();
  }

  caf::actor keep(caf::actor x) {
    slots_.push_back(x);
    return x;
  }

 private:
  std::vector<caf::actor> slots_;
};

TEST_F(Slot, ForwardsToTheChildAndLetsItAnswerTheSender) {
  numbers got;
  auto slot = keep(slot_with(10));
  slot_of(slot).bind(child(&got));
  tell(slot, std::int32_t{1});
  drain();
  EXPECT_EQ(got, (numbers{1}));
  EXPECT_EQ(ask(slot, 21)->value, 42);
}

TEST_F(Slot, ParksInOrderAndHandsOverBeforeWhatComesLater) {
  numbers got;
  auto slot = keep(slot_with(10));
  for (std::int32_t i = 1; i <= 5; ++i)
    tell(slot, i);
  EXPECT_EQ(slot_of(slot).counters().parked, 5u);
  slot_of(slot).bind(child(&got));
  tell(slot, std::int32_t{6});
  drain();
  EXPECT_EQ(got, (numbers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(slot_of(slot).counters().parked, 0u);
}

TEST_F(Slot, DropsAndCountsMessagesBeyondTheLimit) {
  numbers got;
  auto slot = keep(slot_with(3));
  for (std::int32_t i = 1; i <= 5; ++i)
    tell(slot, i);
  EXPECT_EQ(slot_of(slot).counters().parked, 3u);
  EXPECT_EQ(slot_of(slot).counters().dropped, 2u);
  slot_of(slot).bind(child(&got));
  drain();
  EXPECT_EQ(got, (numbers{1, 2, 3}));
}

TEST_F(Slot, AnswersRequestsBeyondTheLimitWithAnError) {
  auto slot = keep(slot_with(1));
  auto first = ask(slot, 1);
  auto second = ask(slot, 2);
  EXPECT_FALSE(first->error);
  EXPECT_EQ(second->error, make_error(supervision_error::parking_full));
  EXPECT_EQ(slot_of(slot).counters().refused, 1u);
  numbers got;
  slot_of(slot).bind(child(&got));
  drain();
  EXPECT_EQ(first->value, 2);
}

TEST_F(Slot, KeepsNothingWithALimitOfZero) {
  auto slot = keep(slot_with(0));
  tell(slot, std::int32_t{1});
  EXPECT_EQ(slot_of(slot).counters().dropped, 1u);
}

TEST_F(Slot, ParksByItselfOnceTheChildIsDead) {
  numbers first;
  numbers second;
  auto slot = keep(slot_with(10));
  slot_of(slot).bind(child(&first));
  drain();
  tell(slot, boom::value);
  drain();
  tell(slot, std::int32_t{7});
  EXPECT_EQ(slot_of(slot).counters().parked, 1u);
  slot_of(slot).bind(child(&second));
  drain();
  EXPECT_EQ(first, numbers{});
  EXPECT_EQ(second, (numbers{7}));
}

TEST_F(Slot, IsNotParkedByTheLateDeathOfAnEarlierChild) {
  numbers first;
  numbers second;
  auto slot = keep(slot_with(10));
  auto old = child(&first);
  slot_of(slot).bind(old);
  slot_of(slot).bind(child(&second));
  drain();
  tell(old, boom::value);
  drain();
  tell(slot, std::int32_t{7});
  drain();
  EXPECT_EQ(second, (numbers{7}));
}

TEST_F(Slot, ParksWhenItIsBoundToADeadChild) {
  numbers got;
  auto slot = keep(slot_with(10));
  auto dead = child(&got);
  kill(dead);
  drain();
  slot_of(slot).bind(dead);
  tell(slot, std::int32_t{7});
  EXPECT_EQ(slot_of(slot).counters().parked, 1u);
}

TEST_F(Slot, ParksForTheNextChildWhenTold) {
  numbers got;
  auto slot = keep(slot_with(10));
  auto old = child(&got);
  slot_of(slot).bind(old);
  slot_of(slot).park();
  tell(slot, std::int32_t{1});
  drain();
  EXPECT_EQ(got, numbers{});
  EXPECT_EQ(slot_of(slot).counters().parked, 1u);
}

TEST_F(Slot, RefusesEverythingWhileItIsVacantAndServesAgainOnceBound) {
  numbers got;
  auto slot = keep(slot_with(10));
  auto parked = ask(slot, 1);
  tell(slot, std::int32_t{2});
  slot_of(slot).vacate();
  drain();
  EXPECT_EQ(parked->error, make_error(supervision_error::child_ended));
  EXPECT_EQ(ask(slot, 3)->error, make_error(supervision_error::child_ended));
  EXPECT_EQ(slot_of(slot).counters().dropped, 1u);
  slot_of(slot).bind(child(&got));
  EXPECT_EQ(ask(slot, 4)->value, 8);
}

TEST_F(Slot, ShowsItsMonitorsNothingUntilItCloses) {
  numbers got;
  auto slot = slot_with(10);
  std::vector<caf::error> downs;
  auto watcher = world().spawn_fun([&, slot](caf::event_based_actor* self) -> caf::behavior {
    self->set_down_handler([&](caf::down_msg& x) { downs.push_back(x.reason); });
    self->monitor(slot);
    return {[](std::int32_t) {}};
  });
  slot_of(slot).bind(child(&got));
  drain();
  tell(slot, boom::value);
  drain();
  slot_of(slot).bind(child(&got));
  drain();
  EXPECT_TRUE(downs.empty());
  auto parked = ask(slot, 5);
  EXPECT_EQ(parked->value, 10);
  slot_of(slot).close(make_error(supervision_error::child_ended));
  slot_of(slot).close(caf::exit_reason::kill);
  drain();
  ASSERT_EQ(downs.size(), 1u);
  EXPECT_EQ(downs.front(), make_error(supervision_error::child_ended));
  EXPECT_EQ(ask(slot, 6)->error, make_error(supervision_error::child_ended));
  slot_of(slot).bind(child(&got));
  EXPECT_EQ(ask(slot, 7)->error, make_error(supervision_error::child_ended));
}

TEST_F(Slot, HandsAnExitMessageToTheChildAndNeverParksIt) {
  numbers first;
  numbers second;
  auto slot = keep(slot_with(10));
  auto old = child(&first);
  slot_of(slot).bind(old);
  caf::anon_send_exit(slot, caf::exit_reason::kill);
  drain();
  EXPECT_TRUE(ended(old));
  caf::anon_send_exit(slot, caf::exit_reason::kill);
  EXPECT_EQ(slot_of(slot).counters().parked, 0u);
  auto next = child(&second);
  slot_of(slot).bind(next);
  drain();
  EXPECT_FALSE(ended(next));
}

TEST_F(Slot, EndsWithItsLastHandle) {
  caf::error reason;
  auto slot = slot_with(10);
  caf::actor_cast<caf::abstract_actor*>(slot)->attach_functor(
      [&](const caf::error& x) { reason = x; });
  auto parked = ask(slot, 1);
  slot = nullptr;
  drain();
  EXPECT_EQ(reason, caf::exit_reason::unreachable);
  EXPECT_EQ(parked->error, make_error(supervision_error::child_ended));
}

/// Real threads: senders run while the child is replaced again and again. What a sender has in its
/// hand when the slot is parked may still reach the old child, too late: one message per sender.
TEST(SlotThreads, KeepTheOrderOfEachSenderAcrossRebindingAndLoseAtMostOneMessageEach) {
  constexpr std::int32_t senders = 3;
  constexpr std::int32_t per_sender = 20'000;
  constexpr std::int32_t rebindings = 50;
  caf::actor_system_config config;
  config.set("scheduler.max-threads", std::size_t{2});
  caf::actor_system system{config};
  std::vector<numbers> got(senders);
  std::atomic<int> total{0};
  {
    auto slot = make_slot(system, {"test", senders * per_sender});
    const auto child = [&] {
      return system.spawn([&](caf::event_based_actor*) -> caf::behavior {
        return {[&](std::int32_t sender, std::int32_t x) {
          got[static_cast<std::size_t>(sender)].push_back(x);
          ++total;
        }};
      });
    };
    std::vector<std::thread> threads;
    for (std::int32_t s = 0; s < senders; ++s)
      threads.emplace_back([&, s] {
        for (std::int32_t i = 0; i < per_sender; ++i)
          caf::anon_send(slot, s, i);
      });
    caf::scoped_actor self{system};
    for (int i = 0; i < rebindings; ++i) {
      auto current = child();
      slot_of(slot).bind(current);
      // The exit request is behind all that was forwarded: the child does it, then ends.
      slot_of(slot).park();
      self->send_exit(current, caf::exit_reason::user_shutdown);
      self->wait_for(current);
    }
    auto last = child();
    slot_of(slot).bind(last);
    for (auto& x : threads)
      x.join();
    self->send_exit(last, caf::exit_reason::user_shutdown);
    self->wait_for(last);
    slot_of(slot).close(caf::exit_reason::user_shutdown);
  }
  system.await_all_actors_done();
  EXPECT_GE(total.load(), senders * (per_sender - rebindings));
  for (const auto& xs : got)
    EXPECT_TRUE(std::is_sorted(xs.begin(), xs.end()));
}

} // namespace
} // namespace baseplate::supervision
