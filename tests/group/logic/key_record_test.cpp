#include "actors/group/logic/key_record.hpp"

#include <gtest/gtest.h>

namespace baseplate::group {
namespace {

TEST(KeyRecord, ComesBackFromItsBytes) {
  key_record record;
  record.state = R"({"a":1})";
  record.timers = {{"payment-timeout", 1000, 900, false}, {"expiry", -5, -7, true}};
  const auto back = decode_key_record(encode(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->state, record.state);
  ASSERT_EQ(back->timers.size(), 2u);
  EXPECT_EQ(back->timers[0].name, "payment-timeout");
  EXPECT_EQ(back->timers[0].due_ms, 1000);
  EXPECT_EQ(back->timers[0].row_due_ms, 900);
  EXPECT_FALSE(back->timers[0].event_time);
  EXPECT_EQ(back->timers[1].due_ms, -5);
  EXPECT_TRUE(back->timers[1].event_time);
}

TEST(KeyRecord, TellsAnEmptyStateFromNone) {
  key_record record;
  record.state = "";
  EXPECT_EQ(decode_key_record(encode(record))->state, "");
  record.state.reset();
  EXPECT_FALSE(decode_key_record(encode(record))->state);
  EXPECT_TRUE(decode_key_record(encode(record))->empty());
}

TEST(KeyRecord, RefusesEveryTruncationThatCutsTheHead) {
  key_record record;
  record.timers = {{"t", 1, 1, false}};
  const auto bytes = encode(record);
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode_key_record(std::string_view{bytes}.substr(0, n))) << n;
  EXPECT_FALSE(decode_key_record(bytes + "x")) << "bytes of a state where there is none";
  EXPECT_FALSE(decode_key_record("\x02" + bytes.substr(1))) << "another version";
}

TEST(KeyRecord, MovingATimerToLaterLeavesItsRowAlone) {
  key_record record;
  std::vector<timer_change> changes;
  set_timer(record, "k", "t", 100, false, changes);
  ASSERT_EQ(changes.size(), 1u);
  set_timer(record, "k", "t", 500, false, changes);
  EXPECT_EQ(changes.size(), 1u);
  EXPECT_EQ(record.timers[0].due_ms, 500);
  EXPECT_EQ(record.timers[0].row_due_ms, 100);
}

TEST(KeyRecord, MovingATimerToEarlierReplacesItsRow) {
  key_record record;
  std::vector<timer_change> changes;
  set_timer(record, "k", "t", 500, false, changes);
  set_timer(record, "k", "t", 100, false, changes);
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_TRUE(changes[1].cleared);
  EXPECT_EQ(changes[1].row.due_ms, 500);
  EXPECT_FALSE(changes[2].cleared);
  EXPECT_EQ(changes[2].row.due_ms, 100);
}

TEST(KeyRecord, ARowThatWakesEarlyMovesToWhereItsTimerIsDue) {
  key_record record;
  std::vector<timer_change> changes;
  set_timer(record, "k", "t", 100, false, changes);
  set_timer(record, "k", "t", 500, false, changes);
  unix_ms due = 0;
  const auto row = changes[0].row;
  changes.clear();
  EXPECT_EQ(take_row(record, row, 100, changes, &due), row_meaning::moved);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_TRUE(changes[0].cleared);
  EXPECT_EQ(changes[1].row.due_ms, 500);
  const auto moved = changes[1].row;
  EXPECT_EQ(take_row(record, moved, 500, changes, &due), row_meaning::due);
  EXPECT_EQ(due, 500);
  EXPECT_TRUE(record.timers.empty());
}

TEST(KeyRecord, ARowOfACancelledTimerIsStaleAndGoes) {
  key_record record;
  std::vector<timer_change> changes;
  set_timer(record, "k", "t", 100, false, changes);
  const auto row = changes[0].row;
  clear_timer(record, "k", "t", changes);
  changes.clear();
  unix_ms due = 0;
  EXPECT_EQ(take_row(record, row, 100, changes, &due), row_meaning::stale);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_TRUE(changes[0].cleared);
}

TEST(KeyRecord, RefusesTheSixtyFifthTimer) {
  key_record record;
  std::vector<timer_change> changes;
  for (std::size_t i = 0; i < timers_per_key_max; ++i)
    set_timer(record, "k", "t" + std::to_string(i), 1, false, changes);
  EXPECT_THROW(set_timer(record, "k", "one more", 1, false, changes), std::length_error);
}

} // namespace
} // namespace baseplate::group
