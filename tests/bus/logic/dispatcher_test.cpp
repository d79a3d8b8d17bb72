#include "actors/bus/logic/dispatcher.hpp"
#include "tests/bus/log_builder.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace baseplate::bus {
namespace {

using test::log_builder;

subscriber_entry entry(subscriber_id id, const std::string& pattern, sequence_number cursor = 0) {
  subscriber_entry x;
  x.id = id;
  x.spec.name = "s" + std::to_string(id);
  x.spec.pattern = pattern;
  x.cursor = cursor;
  return x;
}

bus_entry bus(bus_id id, const std::string& name, std::uint64_t accepted = 0) {
  bus_entry x;
  x.id = id;
  x.spec.name = name;
  x.accepted = accepted;
  return x;
}

/// A dispatcher with a log behind it. Subscribers of the test process what they get at once or
/// later.
class Dispatcher : public ::testing::Test {
 protected:
  void start(std::vector<subscriber_entry> subscribers, match_tally tally = {},
             dispatcher_options options = {}) {
    options_ = options;
    make();
    bus_attached x;
    x.head = log.head();
    x.buses = {bus(1, "default"), bus(2, "other")};
    for (sequence_number s = 1; s <= log.head(); ++s)
      ++x.buses[log.at(s).bus - 1].accepted;
    x.subscribers = std::move(subscribers);
    x.tally = std::move(tally);
    d->attached(x);
  }

  void make() {
    reads.clear();
    portions.clear();
    d = std::make_unique<dispatcher>(
        options_, dispatcher_hooks{[this](portion&& x) { portions.push_back(std::move(x)); },
                                   [this](read_log&& x) { reads.push_back(x); },
                                   [this](record_tally&& x) { tallies.push_back(x.tally); },
                                   [this] { ++ticks; },
                                   [this](const std::string& text) { warnings.push_back(text); }});
  }

  void append(const chunk_ptr& events) { d->appended({events, log.head()}); }

  /// Answers every read, also those that follow from the answers.
  void answer_reads() {
    while (!reads.empty()) {
      const auto x = reads.front();
      reads.pop_front();
      d->read_done({x.request, log.read(x.from, x.bytes_max), ""});
    }
  }

  /// Sequences handed out to `id` since the last call; checks that the ranges follow each other.
  std::vector<sequence_number> take(subscriber_id id) {
    std::vector<sequence_number> result;
    for (auto x = portions.begin(); x != portions.end();) {
      if (x->subscriber != id) {
        ++x;
        continue;
      }
      EXPECT_LE(x->from, x->to);
      for (const auto i : x->events) {
        const auto s = x->chunk->events()[i].sequence;
        EXPECT_GT(s, x->from);
        EXPECT_LE(s, x->to);
        result.push_back(s);
      }
      expired += x->expired;
      last = *x;
      x = portions.erase(x);
    }
    return result;
  }

  void finish(subscriber_id id, std::uint64_t epoch, sequence_number cursor,
              subscriber_counters counters, std::uint32_t credit) {
    d->progressed({id, epoch, cursor, counters});
    d->give_credit({id, epoch, credit});
  }

  subscriber_status status(subscriber_id id) {
    for (const auto& x : d->status().subscribers)
      if (x.id == id) {
        EXPECT_EQ(x.matched, x.delivered + x.dead_lettered + x.expired + x.pending) << x.name;
        return x;
      }
    ADD_FAILURE() << "no subscriber " << id;
    return {};
  }

  log_builder log;
  dispatcher_options options_;
  std::unique_ptr<dispatcher> d;
  std::deque<portion> portions;
  std::deque<read_log> reads;
  std::vector<match_tally> tallies;
  std::vector<std::string> warnings;
  int ticks = 0;
  portion last;
  std::uint64_t expired = 0;
};

using sequences = std::vector<sequence_number>;

TEST_F(Dispatcher, HandsOutMatchesOnceAndSaysWhenCaughtUp) {
  start({entry(1, R"({"source":["shop"]})")});
  ASSERT_TRUE(d->subscribe_at({1, 5, 0, 100, false, 0}));
  EXPECT_TRUE(take(1).empty());
  EXPECT_TRUE(last.caught_up);
  append(log.append(
      {{1, R"({"source":"shop"})"}, {1, R"({"source":"web"})"}, {1, R"({"source":"shop"})"}}));
  EXPECT_EQ(take(1), (sequences{1, 3}));
  EXPECT_TRUE(last.caught_up);
  append(log.append(2, "web"));
  EXPECT_TRUE(portions.empty());
  append(log.append(1));
  EXPECT_EQ(take(1), (sequences{6}));
  EXPECT_EQ(last.from, 3u);
  EXPECT_EQ(last.to, 6u);
}

TEST_F(Dispatcher, NeverExceedsTheCreditAndGoesOnWhereItStopped) {
  start({entry(1, "")});
  d->subscribe_at({1, 5, 0, 3, false, 0});
  take(1);
  append(log.append(10));
  EXPECT_EQ(take(1), (sequences{1, 2, 3}));
  EXPECT_FALSE(last.caught_up);
  d->give_credit({1, 5, 2});
  EXPECT_EQ(take(1), (sequences{4, 5}));
  d->give_credit({1, 5, 100});
  EXPECT_EQ(take(1), (sequences{6, 7, 8, 9, 10}));
  EXPECT_TRUE(last.caught_up);
}

TEST_F(Dispatcher, IgnoresLowerEpochsInEveryMessage) {
  start({entry(1, "")});
  ASSERT_TRUE(d->subscribe_at({1, 7, 0, 0, false, 0}));
  append(log.append(5));
  EXPECT_FALSE(d->subscribe_at({1, 6, 3, 100, false, 0}));
  d->give_credit({1, 6, 100});
  EXPECT_TRUE(take(1).empty());
  d->progressed({1, 6, 5, {5, 0, 0}});
  EXPECT_EQ(status(1).delivered, 0u);
  d->give_credit({1, 7, 1});
  EXPECT_EQ(take(1), (sequences{1}));
  ASSERT_TRUE(d->subscribe_at({1, 8, 0, 2, false, 0}));
  d->give_credit({1, 7, 100});
  EXPECT_EQ(take(1), (sequences{1, 2}));
  EXPECT_EQ(last.epoch, 8u);
}

TEST_F(Dispatcher, HoldsBackFromDurableOnlySubscribersWhatIsNotSynced) {
  start({entry(1, ""), entry(2, "")});
  d->subscribe_at({1, 1, 0, 100, false, 0});
  d->subscribe_at({2, 1, 0, 100, true, 0});
  take(1);
  take(2);
  d->appended({log.append(4), 0});
  EXPECT_EQ(take(1), (sequences{1, 2, 3, 4}));
  EXPECT_TRUE(take(2).empty());
  d->appended({std::make_shared<const chunk>(), 3});
  EXPECT_EQ(take(2), (sequences{1, 2, 3}));
  EXPECT_TRUE(last.caught_up);
  d->appended({std::make_shared<const chunk>(), 4});
  EXPECT_EQ(take(2), (sequences{4}));
}

TEST_F(Dispatcher, ReadsBackWhatTheRingHasNotAndSwitchesToTheRing) {
  log.append(100);
  start({entry(1, R"({"source":["shop"]})")}, {100, {{1, 100}}, {}});
  ASSERT_TRUE(reads.empty());
  d->subscribe_at({1, 1, 0, 1000, false, 0});
  ASSERT_EQ(reads.size(), 1u);
  EXPECT_EQ(reads.front().from, 1u);
  append(log.append(20));
  EXPECT_EQ(reads.size(), 1u) << "one read at a time";
  EXPECT_TRUE(portions.empty());
  answer_reads();
  const auto got = take(1);
  ASSERT_EQ(got.size(), 120u);
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_EQ(got[i], i + 1);
  EXPECT_TRUE(last.caught_up);
  EXPECT_EQ(d->corrections(), 0u);
}

TEST_F(Dispatcher, ReadsLargerPiecesForThoseThatLag) {
  log.append(4000);
  dispatcher_options options;
  options.read_bytes_min = 1000;
  options.read_bytes_max = 8000;
  start({entry(1, "")}, {4000, {{1, 4000}}, {}}, options);
  d->subscribe_at({1, 1, 0, 10000, false, 0});
  std::vector<std::uint32_t> sizes;
  while (!reads.empty()) {
    const auto x = reads.front();
    reads.pop_front();
    sizes.push_back(x.bytes_max);
    d->read_done({x.request, log.read(x.from, x.bytes_max), ""});
  }
  ASSERT_GT(sizes.size(), 4u);
  EXPECT_EQ(sizes[0], 1000u);
  EXPECT_EQ(sizes[1], 2000u);
  EXPECT_EQ(sizes[3], 8000u);
  EXPECT_EQ(sizes[4], 8000u);
  EXPECT_EQ(take(1).size(), 4000u);
}

TEST_F(Dispatcher, GivesUpAPieceThatWaitsForCreditWhenThereAreTooManyBytes) {
  log.append(2000);
  dispatcher_options options;
  options.pieces_bytes_max = 10;
  start({entry(1, "")}, {2000, {{1, 2000}}, {}}, options);
  d->subscribe_at({1, 1, 0, 10, false, 0});
  answer_reads();
  EXPECT_EQ(take(1).size(), 10u);
  EXPECT_EQ(d->piece_bytes(), 0u);
  d->give_credit({1, 1, 10});
  answer_reads();
  EXPECT_EQ(take(1), (sequences{11, 12, 13, 14, 15, 16, 17, 18, 19, 20}));
}

TEST_F(Dispatcher, AsksAgainAfterAReadThatFailed) {
  log.append(10);
  start({entry(1, "")}, {10, {{1, 10}}, {}});
  d->subscribe_at({1, 1, 0, 10, false, 0});
  const auto x = reads.front();
  reads.clear();
  d->read_done({x.request, nullptr, "segment 1 is damaged at offset 5"});
  EXPECT_TRUE(reads.empty());
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("damaged at offset 5"), std::string::npos);
  EXPECT_EQ(ticks, 1);
  d->tick();
  ASSERT_EQ(reads.size(), 1u);
  answer_reads();
  EXPECT_EQ(take(1).size(), 10u);
}

TEST_F(Dispatcher, KeepsMemoryBoundedWhileAPausedSubscriberLags) {
  dispatcher_options options;
  options.ring_bytes_max = 100'000;
  auto paused = entry(1, "");
  paused.spec.paused = true;
  start({paused, entry(2, "")}, {}, options);
  d->subscribe_at({1, 1, 0, 100, false, 0});
  d->subscribe_at({2, 1, 0, 1 << 30, false, 0});
  for (int i = 0; i < 1000; ++i) {
    append(log.append(100));
    take(2);
    EXPECT_LE(d->status().ring_bytes, options.ring_bytes_max + 20'000);
  }
  EXPECT_TRUE(take(1).empty());
  EXPECT_TRUE(reads.empty());
  EXPECT_EQ(status(1).pending, 100'000u);
  paused.spec.paused = false;
  d->changed({log.head(), {}, {paused}});
  std::size_t got = 0;
  subscriber_counters counters;
  while (got < 100'000) {
    answer_reads();
    const auto n = take(1).size();
    ASSERT_GT(n, 0u);
    ASSERT_LE(n, 100u);
    got += n;
    counters.delivered += n;
    finish(1, 1, got, counters, static_cast<std::uint32_t>(n));
    ASSERT_EQ(status(1).pending, 100'000 - got);
  }
  EXPECT_EQ(d->corrections(), 0u);
}

TEST_F(Dispatcher, TellsAtACheckpointHowFarAnIdleSubscriberWasScanned) {
  start({entry(1, R"({"source":["none"]})")});
  d->subscribe_at({1, 1, 0, 10, false, 0});
  take(1);
  append(log.append(50));
  EXPECT_TRUE(portions.empty());
  d->checkpoint();
  EXPECT_TRUE(take(1).empty());
  EXPECT_EQ(last.to, 50u);
  d->checkpoint();
  EXPECT_TRUE(portions.empty()) << "nothing new to tell";
}

TEST_F(Dispatcher, TellsAnIdleSubscriberByItselfAfterALongDistance) {
  dispatcher_options options;
  options.idle_distance_events = 100;
  start({entry(1, R"({"source":["none"]})")}, {}, options);
  d->subscribe_at({1, 1, 0, 10, false, 0});
  take(1);
  append(log.append(99));
  EXPECT_TRUE(portions.empty());
  append(log.append(1));
  EXPECT_EQ(portions.size(), 1u);
  take(1);
  EXPECT_EQ(last.to, 100u);
}

TEST_F(Dispatcher, CountsWhatRetentionTookAsExpiredOnceItsExtentIsKnown) {
  dispatcher_options options;
  options.ring_bytes_max = 1;
  start({entry(1, R"({"source":["shop"]})")}, {}, options);
  d->subscribe_at({1, 1, 0, 0, false, 0});
  for (int i = 0; i < 10; ++i) {
    append(log.append(10));
    append(log.append(10, "web"));
  }
  EXPECT_EQ(status(1).matched, 100u);
  log.forget_below(66); // 60 events read no more; of those 31 to 40 and so on are web's
  d->give_credit({1, 1, 1000});
  answer_reads();
  const auto got = take(1);
  EXPECT_EQ(expired, 35u); // 1-10, 21-30, 41-50, 61-65
  EXPECT_EQ(got.size(), 65u);
  EXPECT_EQ(got.front(), 66u);
  finish(1, 1, log.head(), {65, 0, 35}, 65);
  EXPECT_EQ(status(1).pending, 0u);
  EXPECT_EQ(d->corrections(), 0u);
}

TEST_F(Dispatcher, AddsNewSubscribersBetweenBatchesAndCountsTheirBacklog) {
  start({});
  append(log.append(30));
  d->changed({30, {}, {entry(1, "", 30), entry(2, R"({"source":["shop"]})", 10)}});
  answer_reads();
  append(log.append(5));
  d->subscribe_at({1, 1, 30, 100, false, 0});
  d->subscribe_at({2, 1, 10, 100, false, 0});
  answer_reads();
  EXPECT_EQ(take(1), (sequences{31, 32, 33, 34, 35}));
  EXPECT_EQ(take(2).size(), 25u);
  EXPECT_EQ(status(1).matched, 5u);
  EXPECT_EQ(status(2).matched, 25u);
  EXPECT_EQ(d->corrections(), 0u);
}

TEST_F(Dispatcher, MatchesAnEventWithThePatternOfItsTime) {
  start({entry(1, R"({"source":["shop"]})")});
  append(log.append({{1, R"({"source":"shop"})"}, {1, R"({"source":"web"})"}}));
  d->changed({2, {}, {entry(1, R"({"source":["web"]})")}});
  append(log.append({{1, R"({"source":"shop"})"}, {1, R"({"source":"web"})"}}));
  d->subscribe_at({1, 1, 0, 100, false, 0});
  EXPECT_EQ(take(1), (sequences{1, 4}));
}

TEST_F(Dispatcher, RecountsBehindTheTallyAfterARestart) {
  log.append(40);
  log.append(10, "web");
  log.append(10, "shop", 2);
  auto x = entry(1, R"({"source":["shop"]})", 25);
  x.counters.delivered = 25;
  start({x}, {30, {{1, 30}}, {{1, 0}}});
  EXPECT_FALSE(d->counted());
  append(log.append(3));
  answer_reads();
  ASSERT_TRUE(d->counted());
  EXPECT_EQ(status(1).matched, 43u);
  EXPECT_EQ(status(1).pending, 18u);
  for (const auto& b : d->status().buses) {
    EXPECT_EQ(b.accepted, b.id == 1 ? 53u : 10u);
    EXPECT_EQ(b.matched_none, 10u);
  }
  d->subscribe_at({1, 1, 25, 100, false, 0});
  answer_reads();
  EXPECT_EQ(take(1).size(), 18u);
  finish(1, 1, log.head(), {43, 0, 0}, 18);
  EXPECT_EQ(status(1).pending, 0u);
  EXPECT_EQ(d->corrections(), 0u);
}

TEST_F(Dispatcher, CountsOpenExceptionsOfATargetAsPending) {
  log.append(20);
  auto x = entry(1, "", 20);
  x.counters.delivered = 17;
  start({x}); // no tally: counted from what is finished and open
  ASSERT_TRUE(d->subscribe_at({1, 1, 20, 10, true, 3}));
  EXPECT_EQ(status(1).matched, 20u);
  EXPECT_EQ(status(1).pending, 3u);
  finish(1, 1, 20, {20, 0, 0}, 0);
  EXPECT_EQ(status(1).pending, 0u);
}

TEST_F(Dispatcher, CountsWhatBecameDurableWithoutAChunk) {
  log.append(10);
  start({entry(1, "")}, {10, {{1, 10}}, {{1, 0}}});
  log.append(5); // appended before the attachment, durable after
  d->appended({std::make_shared<const chunk>(), 15});
  EXPECT_EQ(d->head(), 15u);
  answer_reads();
  append(log.append(5));
  EXPECT_EQ(status(1).matched, 20u);
  EXPECT_EQ(d->status().buses[0].accepted, 20u);
  d->subscribe_at({1, 1, 0, 100, false, 0});
  answer_reads();
  EXPECT_EQ(take(1).size(), 20u);
}

TEST_F(Dispatcher, WritesTheTallyOnceASecondWhenItChanged) {
  start({entry(1, R"({"source":["shop"]})")});
  append(log.append(5));
  append(log.append(5, "web"));
  EXPECT_EQ(ticks, 1);
  EXPECT_TRUE(tallies.empty());
  d->tick();
  ASSERT_EQ(tallies.size(), 1u);
  EXPECT_EQ(tallies[0].sequence, 10u);
  EXPECT_EQ(tallies[0].matched[0].matched, 5u);
  EXPECT_EQ(tallies[0].matched_none[0].matched_none, 5u);
  EXPECT_EQ(ticks, 1);
}

TEST_F(Dispatcher, GivesALiveSubscriberOldAndNewEvents) {
  start({});
  append(log.append(10));
  append(log.append(10, "web"));
  ASSERT_TRUE(d->add_live(live_subscriber_min, 1, R"({"source":["shop"]})", 5, 6));
  d->start_live(live_subscriber_min);
  append(log.append(10));
  EXPECT_EQ(take(live_subscriber_min), (sequences{6, 7, 8, 9, 10, 21}));
  d->give_credit({live_subscriber_min, 1, 100});
  EXPECT_EQ(take(live_subscriber_min).size(), 9u);
  d->remove_live(live_subscriber_min);
  append(log.append(10));
  EXPECT_TRUE(portions.empty());
  EXPECT_FALSE(d->add_live(live_subscriber_min, 1, "{}", 5, 6));
}

/// Random appends, credits, restarts of subscribers and of the bus: everything is handed out, in
/// order, without a hole.
TEST_F(Dispatcher, LosesAndInventsNothingUnderRandomOrders) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](unsigned n) { return static_cast<std::uint32_t>(random() % n); };
    log = {};
    tallies.clear();
    expired = 0;
    dispatcher_options options;
    options.ring_bytes_max = 200 + pick(5000);
    options.read_bytes_min = 50 + pick(500);
    options.read_bytes_max = 2000;
    options.pieces_bytes_max = pick(1000);
    options.tally_events = 1 + pick(100);

    struct reader {
      std::uint64_t epoch = 0;
      sequence_number cursor = 0;
      std::uint64_t delivered = 0;
      std::uint32_t credit = 0;
    };

    std::map<subscriber_id, reader> readers{{1, {}}, {2, {}}, {3, {}}};
    const std::map<subscriber_id, std::string> patterns{
        {1, ""}, {2, R"({"source":["shop"]})"}, {3, R"({"source":["rare"]})"}};
    std::uint64_t epochs = 0;
    const auto entries = [&] {
      std::vector<subscriber_entry> result;
      for (const auto& [id, r] : readers) {
        auto x = entry(id, patterns.at(id), r.cursor);
        x.counters.delivered = r.delivered;
        result.push_back(x);
      }
      return result;
    };
    const auto open = [&](subscriber_id id) {
      auto& r = readers[id];
      r.epoch = ++epochs;
      r.credit = 1 + pick(20);
      take(id);
      d->progressed({id, r.epoch, r.cursor, {r.delivered, 0, 0}});
      ASSERT_TRUE(d->subscribe_at({id, r.epoch, r.cursor, r.credit, id == 2, 0}));
    };
    const auto process = [&](subscriber_id id) {
      auto& r = readers[id];
      for (auto x = portions.begin(); x != portions.end();) {
        if (x->subscriber != id) {
          ++x;
          continue;
        }
        const auto got = *x; // finishing may bring further portions
        portions.erase(x);
        if (got.epoch == r.epoch) {
          ASSERT_EQ(got.from, r.cursor);
          const auto n = static_cast<std::uint32_t>(got.events.size());
          ASSERT_LE(n, r.credit);
          r.cursor = got.to;
          r.delivered += n;
          finish(id, r.epoch, r.cursor, {r.delivered, 0, 0}, n);
        }
        x = portions.begin();
      }
    };
    start(entries(), {}, options);
    for (subscriber_id id = 1; id <= 3; ++id)
      open(id);
    for (int step = 0; step < 300; ++step) {
      switch (pick(12)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        static const char* const sources[]{"shop", "web", "rare", "shop"};
        append(log.append(1 + pick(30), sources[pick(4)]));
        break;
      }
      case 4:
      case 5:
      case 6:
        if (!reads.empty()) {
          const auto x = reads.front();
          reads.pop_front();
          d->read_done({x.request, log.read(x.from, x.bytes_max), ""});
        }
        break;
      case 7:
      case 8:
      case 9:
        process(1 + pick(3));
        break;
      case 10:
        open(1 + pick(3));
        break;
      default:
        if (pick(4) == 0) {
          start(entries(), tallies.empty() ? match_tally{} : tallies.back(), options);
          for (subscriber_id id = 1; id <= 3; ++id)
            open(id);
        }
      }
      if (::testing::Test::HasFatalFailure())
        FAIL() << "seed " << seed;
    }
    for (bool more = true; more;) {
      answer_reads();
      more = !portions.empty();
      for (subscriber_id id = 1; id <= 3; ++id)
        process(id);
    }
    std::map<subscriber_id, std::uint64_t> expected;
    for (sequence_number s = 1; s <= log.head(); ++s) {
      ++expected[1];
      expected[2] += log.at(s).envelope.find("shop") != std::string::npos;
      expected[3] += log.at(s).envelope.find("rare") != std::string::npos;
    }
    ASSERT_TRUE(d->counted());
    for (subscriber_id id = 1; id <= 3; ++id) {
      EXPECT_EQ(readers[id].delivered, expected[id]) << "seed " << seed << " subscriber " << id;
      const auto x = status(id);
      EXPECT_EQ(x.matched, expected[id]) << "seed " << seed << " subscriber " << id;
      EXPECT_EQ(x.pending, 0u) << "seed " << seed << " subscriber " << id;
    }
    EXPECT_EQ(d->status().buses[0].accepted, log.head()) << "seed " << seed;
    EXPECT_EQ(d->corrections(), 0u)
        << "seed " << seed << ' ' << (warnings.empty() ? "" : warnings.back());
  }
}

} // namespace
} // namespace baseplate::bus
