#include "actors/bus/logic/open_map.hpp"

#include <gtest/gtest.h>

#include <random>

namespace baseplate::bus {
namespace {

open_event event(sequence_number sequence, std::string key = "", unix_ms due_ms = 0) {
  open_event x;
  x.sequence = sequence;
  x.key = std::move(key);
  x.due_ms = due_ms;
  return x;
}

sequence_number take(open_map& open, unix_ms now_ms) {
  const auto* x = open.take_due(now_ms, now_ms + 1000);
  return x == nullptr ? 0 : x->sequence;
}

TEST(OpenMap, GivesWhatIsDueInOrderAndEachOnce) {
  open_map open;
  open.add(event(3));
  open.add(event(1));
  open.add(event(2, "", 50));
  EXPECT_EQ(take(open, 10), 1u);
  EXPECT_EQ(take(open, 10), 3u);
  EXPECT_EQ(take(open, 10), 0u);
  EXPECT_EQ(*open.next_time(), 50);
  EXPECT_EQ(take(open, 50), 2u);
  EXPECT_EQ(open.flying(), 3u);
  open.finish(1);
  open.finish(2);
  open.finish(3);
  EXPECT_EQ(open.size(), 0u);
  EXPECT_FALSE(open.next_time());
}

TEST(OpenMap, KeepsTheOrderOfAKeyThoughOthersOvertake) {
  open_map open;
  open.add(event(1, "a"));
  open.add(event(2, "a"));
  open.add(event(3, "b"));
  open.add(event(4));
  EXPECT_EQ(take(open, 0), 1u);
  EXPECT_EQ(take(open, 0), 3u);
  EXPECT_EQ(take(open, 0), 4u);
  EXPECT_EQ(take(open, 0), 0u);
  open.retry(1, 100);
  EXPECT_EQ(take(open, 50), 0u) << "a retry holds up its key";
  EXPECT_EQ(take(open, 100), 1u);
  open.finish(1);
  EXPECT_EQ(take(open, 100), 2u);
}

TEST(OpenMap, ListsAllThatIsOpenAsExceptionsWithAttemptsAndDueTime) {
  open_map open;
  open.start(10);
  open.raise_seen(14);
  open.raise_seen(12);
  EXPECT_EQ(open.seen(), 14u);
  open.add(event(11));
  open.add(event(12, "k"));
  open.add(event(13, "k"));
  take(open, 5);
  open.retry(11, 700);
  take(open, 5);
  const auto x = open.exceptions();
  ASSERT_EQ(x.size(), 3u);
  EXPECT_EQ(x[0].sequence, 11u);
  EXPECT_EQ(x[0].attempts, 1u);
  EXPECT_EQ(x[0].due_ms, 700);
  EXPECT_EQ(x[1].sequence, 12u);
  EXPECT_EQ(x[1].attempts, 1u);
  EXPECT_EQ(x[1].due_ms, 0) << "in flight: due at once after a restart";
  EXPECT_EQ(x[2].sequence, 13u);
  EXPECT_EQ(x[2].attempts, 0u);
}

TEST(OpenMap, KnowsAnswersThatAreOverdue) {
  open_map open;
  open.add(event(1));
  open.add(event(2));
  EXPECT_NE(open.take_due(0, 100), nullptr);
  EXPECT_NE(open.take_due(0, 200), nullptr);
  EXPECT_EQ(*open.next_answer_time(), 100);
  EXPECT_TRUE(open.overdue(99).empty());
  EXPECT_EQ(open.overdue(100), std::vector<sequence_number>{1});
  open.retry(1, 500);
  EXPECT_EQ(*open.next_answer_time(), 200);
  EXPECT_EQ(open.in_flight(1), nullptr);
  ASSERT_NE(open.in_flight(2), nullptr);
}

/// Random outcomes over few keys: per key in order, one in flight, everything finished in the end.
TEST(OpenMap, NeverInvertsAKeyUnderRandomRetries) {
  std::mt19937 random(3);
  open_map open;
  std::map<std::string, std::vector<sequence_number>> expected;
  std::map<std::string, std::vector<sequence_number>> done;
  for (sequence_number s = 1; s <= 2000; ++s) {
    const auto key = random() % 5 == 0 ? std::string{} : "k" + std::to_string(random() % 7);
    if (!key.empty())
      expected[key].push_back(s);
    open.add(event(s, key));
  }
  std::map<sequence_number, std::string> flying;
  unix_ms now = 0;
  while (open.size() > 0) {
    while (const auto* x = open.take_due(now, now + 50)) {
      for (const auto& [s, key] : flying)
        ASSERT_TRUE(key.empty() || key != x->key) << "two of one key in flight";
      flying[x->sequence] = x->key;
      if (flying.size() > 10)
        break;
    }
    if (flying.empty()) {
      now = *open.next_time();
      continue;
    }
    auto pick = flying.begin();
    std::advance(pick, random() % flying.size());
    if (random() % 3 == 0) {
      open.retry(pick->first, now + random() % 20);
    } else {
      if (!pick->second.empty())
        done[pick->second].push_back(pick->first);
      open.finish(pick->first);
    }
    flying.erase(pick);
    ++now;
  }
  EXPECT_EQ(done, expected);
}

} // namespace
} // namespace baseplate::bus
