#include "actors/journal/logic/retention.hpp"

#include <gtest/gtest.h>

namespace baseplate::journal {
namespace {

/// Five segments of ten records and ten events of bus 1 with 1000 bytes; the last one is being
/// written.
retention_input five() {
  retention_input in;
  for (std::uint64_t i = 1; i <= 5; ++i)
    in.segments.push_back({i * 10, i * 10, static_cast<unix_ms>(i * 100'000), {{1, {10, 1000}}}});
  in.checkpointed_lsn = 50;
  in.hold = 50;
  in.buses = {{1, {1, 0}}};
  in.now_ms = 10'000'000;
  return in;
}

TEST(Retention, LetsGoOfEverythingButTheNewestWhenNothingHolds) {
  EXPECT_EQ(count_removable(five()), 4U);
}

TEST(Retention, KeepsWhatNoCheckpointCovers) {
  auto in = five();
  in.checkpointed_lsn = 29;
  EXPECT_EQ(count_removable(in), 2U);
}

TEST(Retention, KeepsWhatASubscriberHasNotRead) {
  auto in = five();
  in.hold = 30;
  EXPECT_EQ(count_removable(in), 3U);
  in.hold = 29;
  EXPECT_EQ(count_removable(in), 2U);
  in.hold = 0;
  EXPECT_EQ(count_removable(in), 0U);
}

TEST(Retention, KeepsABusWithoutLimitsForGood) {
  auto in = five();
  in.buses[1] = {0, 0};
  EXPECT_EQ(count_removable(in), 0U);
}

TEST(Retention, CountsTheAgeOfTheNewestRecord) {
  auto in = five();
  in.buses[1] = {600, 0};
  in.now_ms = 300'000 + 600'000;
  EXPECT_EQ(count_removable(in), 2U) << "the third is 600 s old, not older";
  in.now_ms += 1000;
  EXPECT_EQ(count_removable(in), 3U);
}

TEST(Retention, KeepsAtLeastTheBytesOfEachBus) {
  auto in = five();
  in.buses[1] = {0, 3000};
  EXPECT_EQ(count_removable(in), 2U);
  in.buses[1] = {0, 3001};
  EXPECT_EQ(count_removable(in), 1U);
}

TEST(Retention, LetsGoByEitherLimit) {
  auto in = five();
  in.buses[1] = {1'000'000, 4000};
  EXPECT_EQ(count_removable(in), 1U);
}

TEST(Retention, AsksEveryBusInTheSegment) {
  auto in = five();
  in.segments[1].buses[2] = {1, 10};
  in.buses[2] = {0, 0};
  EXPECT_EQ(count_removable(in), 1U);
}

TEST(Retention, LetsGoOfSegmentsWithoutEvents) {
  auto in = five();
  in.segments[0].buses.clear();
  in.buses[1] = {0, 0};
  EXPECT_EQ(count_removable(in), 1U);
}

TEST(Retention, NeverTouchesTheOnlySegment) {
  auto in = five();
  in.segments.resize(1);
  EXPECT_EQ(count_removable(in), 0U);
  in.segments.clear();
  EXPECT_EQ(count_removable(in), 0U);
}

} // namespace
} // namespace baseplate::journal
