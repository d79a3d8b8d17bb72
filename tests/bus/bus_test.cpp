#include "actors/bus/bus.hpp"
#include "tests/bus/log_builder.hpp"
#include "tests/support/actor_test.hpp"

#include <optional>

namespace baseplate::bus {
namespace {

using namespace std::chrono_literals;
using test::log_builder;
using test::probe;

using subscriber_probe = probe<portion, commit_refused, live_subscribed, pause_set, bus_status>;

/// The bus with a scripted journal: reads come from a log in memory, declarations are granted and
/// told back.
class Bus : public test::actor_test {
 protected:
  void start(std::vector<subscriber_entry> subscribers, bus_options options = {}) {
    entries = std::move(subscribers);
    journal.emplace(world(), "journal");
    journal->react<attach_bus>([this](caf::event_based_actor* self, const attach_bus&) {
      bus_attached x;
      x.head = log.head();
      bus_entry one;
      one.id = 1;
      one.spec.name = "default";
      one.accepted = log.head();
      x.buses = {one};
      x.subscribers = entries;
      reply(self, x);
    });
    journal->react<read_log>([this](caf::event_based_actor* self, const read_log& x) {
      reply(self, log_read{x.request, log.read(x.from, x.bytes_max), ""});
    });
    journal->react<find_time>([this](caf::event_based_actor* self, const find_time& x) {
      reply(self, time_found{x.request, static_cast<sequence_number>(x.time_ms)});
    });
    journal->react<declare_subscriber>(
        [this](caf::event_based_actor* self, const declare_subscriber& x) {
          for (auto& e : entries)
            if (e.spec.name == x.spec.name) {
              e.spec = x.spec;
              reply(self, control_changed{log.head(), {}, {e}});
              reply(self, declared{x.request, e.id, journal_error::none, ""});
            }
        });
    options_ = options;
    spawn();
  }

  void spawn() {
    bus = own(spawn_bus(system(), options_, journal->as<journal_actor>()));
    drain();
  }

  template <class T>
  static void reply(caf::event_based_actor* self, T x) {
    self->send(caf::actor_cast<caf::actor>(self->current_sender()), std::move(x));
  }

  void append(const chunk_ptr& events) {
    journal->send(bus, log_appended{events, log.head()});
    drain();
  }

  static subscriber_entry entry(subscriber_id id, const std::string& pattern = "") {
    subscriber_entry x;
    x.id = id;
    x.spec.name = "s" + std::to_string(id);
    x.spec.pattern = pattern;
    return x;
  }

  static std::vector<sequence_number> sequences(subscriber_probe& from) {
    std::vector<sequence_number> result;
    for (const auto& x : from.take<portion>())
      for (const auto i : x.events)
        result.push_back(x.chunk->events()[i].sequence);
    return result;
  }

  template <class T>
  void say(subscriber_probe& from, T x) {
    from.send(bus, std::move(x));
    drain();
  }

  bus_status status(subscriber_probe& from) {
    say(from, get_bus_status{9});
    return from.take_one<bus_status>();
  }

  void TearDown() override {
    bus = bus_actor{};
    test::actor_test::TearDown();
  }

  log_builder log;
  bus_options options_;
  std::vector<subscriber_entry> entries;
  std::optional<probe<attach_bus, read_log, find_time, declare_subscriber, record_tally>> journal;
  bus_actor bus;
};

using numbers = std::vector<sequence_number>;

TEST_F(Bus, HandsEventsToSubscribersAndTakesCreditBack) {
  start({entry(1), entry(2, R"({"source":["web"]})")});
  subscriber_probe a(world(), "a");
  subscriber_probe b(world(), "b");
  say(a, subscribe{1, 4, 0, 3, false, 0});
  say(b, subscribe{2, 5, 0, 3, false, 0});
  append(log.append(2));
  append(log.append(2, "web"));
  EXPECT_EQ(sequences(a), (numbers{1, 2, 3}));
  EXPECT_EQ(sequences(b), (numbers{3, 4}));
  say(a, subscriber_progress{1, 4, 3, {3, 0, 0}});
  say(a, demand{1, 4, 3});
  EXPECT_EQ(sequences(a), (numbers{4}));
  const auto x = status(a);
  EXPECT_EQ(x.request, 9u);
  EXPECT_EQ(x.head, 4u);
  ASSERT_EQ(x.subscribers.size(), 2u);
  EXPECT_EQ(x.subscribers[0].matched, 4u);
  EXPECT_EQ(x.subscribers[0].delivered, 3u);
  EXPECT_EQ(x.subscribers[0].pending, 1u);
  EXPECT_TRUE(x.subscribers[0].connected);
}

TEST_F(Bus, LetsSubscribersWaitForTheJournalAndForTheirDeclaration) {
  start({entry(1)});
  subscriber_probe a(world(), "a");
  say(a, subscribe{7, 4, 0, 3, false, 0});
  append(log.append(1));
  EXPECT_TRUE(a.empty());
  auto late = entry(7);
  late.cursor = 0;
  journal->send(bus, control_changed{1, {}, {late}});
  drain();
  EXPECT_EQ(sequences(a), (numbers{1}));
}

TEST_F(Bus, StopsHandingOutWhenTheSubscriberEndsAndGoesOnWithTheNextIncarnation) {
  start({entry(1)});
  {
    subscriber_probe a(world(), "a");
    say(a, subscribe{1, 4, 0, 100, false, 0});
    append(log.append(1));
    EXPECT_EQ(sequences(a), (numbers{1}));
    kill(a.handle());
    drain();
  }
  append(log.append(1));
  subscriber_probe b(world(), "b");
  EXPECT_FALSE(status(b).subscribers[0].connected);
  say(b, subscribe{1, 6, 0, 100, false, 0});
  EXPECT_EQ(sequences(b), (numbers{1, 2}));
}

TEST_F(Bus, IsNotMisledByAZombiesSubscription) {
  start({entry(1)});
  subscriber_probe zombie(world(), "zombie");
  subscriber_probe live(world(), "live");
  say(zombie, subscribe{1, 4, 0, 100, false, 0});
  say(live, subscribe{1, 6, 0, 100, false, 0});
  const auto told = zombie.take_one<commit_refused>();
  EXPECT_EQ(told.epoch, 4u) << "an incarnation that was replaced is told, so that it ends";
  EXPECT_EQ(told.error, journal_error::stale_epoch);
  zombie.clear();
  live.clear();
  say(zombie, subscribe{1, 4, 0, 100, false, 0});
  append(log.append(2));
  EXPECT_TRUE(zombie.empty());
  EXPECT_EQ(sequences(live), (numbers{1, 2}));
  kill(zombie.handle());
  append(log.append(1));
  EXPECT_EQ(sequences(live), (numbers{3})) << "the zombie's end is none of the live one's";
}

TEST_F(Bus, PausesAndResumesThroughTheJournal) {
  start({entry(1)});
  subscriber_probe a(world(), "a");
  say(a, subscribe{1, 4, 0, 100, false, 0});
  a.clear();
  say(a, set_paused{31, "s1", true});
  EXPECT_EQ(a.take_one<pause_set>().error, "");
  EXPECT_TRUE(journal->take_one<declare_subscriber>().spec.paused);
  append(log.append(5));
  EXPECT_TRUE(a.empty());
  EXPECT_TRUE(status(a).subscribers[0].paused);
  say(a, set_paused{32, "s1", false});
  EXPECT_EQ(a.take_one<pause_set>().request, 32u);
  EXPECT_EQ(sequences(a), (numbers{1, 2, 3, 4, 5}));
  say(a, set_paused{33, "s1", false});
  EXPECT_EQ(a.take_one<pause_set>().error, "");
  EXPECT_EQ(journal->take<declare_subscriber>().size(), 1u) << "no change, no record";
  say(a, set_paused{34, "nobody", true});
  EXPECT_EQ(a.take_one<pause_set>().error, "Subscriber nobody does not exist.");
}

TEST_F(Bus, LetsTheLastOfTwoWhoPauseAndResumeAtOnceHaveTheLastWord) {
  start({entry(1)});
  subscriber_probe a(world(), "a");
  a.send(bus, set_paused{31, "s1", true});
  a.send(bus, set_paused{32, "s1", false});
  drain();
  EXPECT_EQ(a.count<pause_set>(), 2u);
  EXPECT_FALSE(status(a).subscribers[0].paused);
}

TEST_F(Bus, ServesLiveSubscribersFromAnyStart) {
  start({});
  append(log.append(3));
  append(log.append(3, "web"));
  subscriber_probe tail(world(), "tail");
  const auto begin = [&](subscribe_live x) {
    x.bus = "default";
    say(tail, x);
    return tail.take_one<live_subscribed>();
  };
  auto x = begin({1, "", "", start_position::latest, 0, 0, 10});
  EXPECT_EQ(x.error, "");
  EXPECT_GE(x.subscriber, live_subscriber_min);
  EXPECT_EQ(x.position, 6u);
  EXPECT_TRUE(sequences(tail).empty());
  say(tail, unsubscribe_live{x.subscriber});

  x = begin({2, "", R"({"source":["web"]})", start_position::oldest, 0, 0, 10});
  EXPECT_EQ(sequences(tail), (numbers{4, 5, 6}));
  say(tail, unsubscribe_live{x.subscriber});

  x = begin({3, "", "", start_position::oldest, 5, 0, 10});
  EXPECT_EQ(sequences(tail), (numbers{5, 6}));
  say(tail, unsubscribe_live{x.subscriber});

  x = begin({4, "", "", start_position::time, 0, 6, 10});
  EXPECT_EQ(sequences(tail), (numbers{6}));
  append(log.append(1));
  EXPECT_EQ(sequences(tail), (numbers{7}));
  say(tail, unsubscribe_live{x.subscriber});
  append(log.append(1));
  EXPECT_TRUE(tail.empty());
}

TEST_F(Bus, RefusesLiveSubscribersWithAReason) {
  bus_options options;
  options.live_subscribers_max = 1;
  start({}, options);
  subscriber_probe tail(world(), "tail");
  say(tail, subscribe_live{1, "nowhere", "", start_position::latest, 0, 0, 10});
  EXPECT_EQ(tail.take_one<live_subscribed>().error, "Event bus nowhere does not exist.");
  say(tail,
      subscribe_live{2, "default", R"({"a":[{"prefix":5}]})", start_position::latest, 0, 0, 10});
  EXPECT_EQ(tail.take_one<live_subscribed>().error,
            "Event pattern is not valid. Reason: prefix match pattern must be a string "
            "(at /a/0/prefix)");
  say(tail, subscribe_live{3, "default", "", start_position::latest, 0, 0, 10});
  EXPECT_EQ(tail.take_one<live_subscribed>().error, "");
  say(tail, subscribe_live{4, "default", "", start_position::latest, 0, 0, 10});
  EXPECT_EQ(tail.take_one<live_subscribed>().error, "more than 1 live subscribers");
}

TEST_F(Bus, ForgetsALiveSubscriberWhoseActorEnded) {
  bus_options options;
  options.live_subscribers_max = 1;
  start({}, options);
  subscriber_probe first(world(), "first");
  say(first, subscribe_live{3, "default", "", start_position::latest, 0, 0, 10});
  kill(first.handle());
  drain();
  subscriber_probe second(world(), "second");
  say(second, subscribe_live{3, "default", "", start_position::latest, 0, 0, 10});
  EXPECT_EQ(second.take_one<live_subscribed>().error, "");
}

TEST_F(Bus, WritesTheTallyAboutOnceASecond) {
  start({entry(1)});
  append(log.append(5));
  append(log.append(5));
  EXPECT_EQ(journal->count<record_tally>(), 0u);
  advance(1s);
  const auto x = journal->take_one<record_tally>();
  EXPECT_EQ(x.tally.sequence, 10u);
  advance(10s);
  EXPECT_EQ(journal->count<record_tally>(), 0u) << "nothing changed";
}

TEST_F(Bus, AnswersForItsStatusOnceOldEventsAreCounted) {
  log.append(100);
  start({entry(1)});
  subscriber_probe a(world(), "a");
  const auto x = status(a);
  EXPECT_EQ(x.subscribers[0].matched, 100u);
  EXPECT_EQ(x.subscribers[0].pending, 100u);
}

TEST_F(Bus, KeepsMemoryBoundedWhileAMillionEventsWaitForAPausedSubscriber) {
  auto paused = entry(1);
  paused.spec.paused = true;
  bus_options options;
  options.dispatch.ring_bytes_max = 256 * 1024;
  start({paused}, options);
  subscriber_probe a(world(), "a");
  say(a, subscribe{1, 4, 0, 1024, false, 0});
  // One chunk's bytes again and again under rising sequences: the log itself is the disk's.
  constexpr std::size_t per_chunk = 2000;
  std::string bytes;
  std::vector<event_ref> refs;
  for (std::uint32_t i = 0; i < per_chunk; ++i) {
    refs.push_back({i + 1, 0, 1, static_cast<std::uint32_t>(bytes.size()), 14});
    bytes += R"({"source":"x"})";
  }
  std::vector<std::weak_ptr<const chunk>> held;
  for (sequence_number first = 1; first <= 1'000'000; first += per_chunk) {
    for (std::uint32_t i = 0; i < per_chunk; ++i)
      refs[i].sequence = first + i;
    auto x = std::make_shared<const chunk>(bytes, refs, first, first + per_chunk - 1);
    held.push_back(x);
    journal->send(bus, log_appended{std::move(x), first + per_chunk - 1});
    drain();
  }
  std::size_t alive = 0;
  for (const auto& x : held)
    alive += !x.expired();
  const auto x = status(a);
  EXPECT_LE(x.ring_bytes, options.dispatch.ring_bytes_max);
  EXPECT_LE(alive, 4u);
  EXPECT_EQ(x.subscribers[0].pending, 1'000'000u);
  EXPECT_EQ(x.subscribers[0].matched, 1'000'000u);
}

} // namespace
} // namespace baseplate::bus
