// Checkpoints, unlinking, evacuation and gaps over a core.
#include "actors/journal/repair.hpp"
#include "tests/journal/core_world.hpp"

namespace baseplate::journal {
namespace {

class Reclaim : public ::testing::Test {
 protected:
  Reclaim() {
    world_.options.segment_bytes = 2000;
    core_ = world_.open();
    bus_ = add_bus(*core_, {"default", 1, 0}); // goes after a second
  }

  /// Events that fill about a segment per eight.
  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      publish_events(*core_, bus_, number_++, 1, world_.now_ms, 200);
  }

  void checkpoint() {
    world_.now_ms += 60'000;
    auto result = core_->checkpoint();
    ASSERT_TRUE(result.ok()) << result.error;
  }

  sequence_number oldest() { return core_->attached().oldest; }

  void move_group(subscriber_id id, std::uint64_t epoch, sequence_number before,
                  sequence_number after) {
    ASSERT_EQ(core_->stage_commit(make_commit(id, epoch, before, after)).error,
              journal_error::none);
    finish(*core_);
  }

  core_world world_;
  std::unique_ptr<journal_core> core_;
  bus_id bus_ = 0;
  std::uint64_t number_ = 0;
};

TEST_F(Reclaim, UnlinksWhatIsOldAndOpensAfterwards) {
  fill(50);
  auto before = world_.disk->snapshot().size();
  checkpoint();
  EXPECT_LT(world_.disk->snapshot().size(), before);
  EXPECT_EQ(world_.disk->snapshot().size(), 1U);
  EXPECT_GT(oldest(), 1U);
  EXPECT_EQ(world_.stats->segments_unlinked, before - 1);
  fill(20);
  auto head = core_->head();
  core_ = world_.open();
  EXPECT_EQ(core_->head(), head);
  EXPECT_EQ(core_->attached().buses.at(0).accepted, 70U);
}

TEST_F(Reclaim, KeepsWhatAHoldingSubscriberHasNotRead) {
  auto spec = spec_of("slow");
  auto id = add_subscriber(*core_, spec);
  auto epoch = open_incarnation(*core_, id);
  fill(50);
  checkpoint();
  EXPECT_EQ(oldest(), 1U);
  move_group(id, epoch, 0, 30);
  checkpoint();
  EXPECT_GT(oldest(), 1U);
  EXPECT_LE(oldest(), 31U);
  auto answer = core_->read(read_log{0, 31, 1000});
  EXPECT_EQ(answer.chunk->first_sequence(), 31U);
}

TEST_F(Reclaim, GoesOnWithoutAnExpiringSubscriberAndTellsItTheGap) {
  auto spec = spec_of("lagging");
  spec.lag = lag_policy::expire;
  add_subscriber(*core_, spec);
  fill(50);
  checkpoint();
  ASSERT_GT(oldest(), 1U);
  auto answer = core_->read(read_log{0, 1, 1000});
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.chunk->first_sequence(), oldest());
  ASSERT_FALSE(answer.chunk->events().empty());
  EXPECT_EQ(answer.chunk->events().front().sequence, oldest());
}

TEST_F(Reclaim, CopiesOpenExceptionsOutOfASegmentBeforeItGoes) {
  auto spec = spec_of("hook");
  spec.target = target_kind::http;
  auto id = add_subscriber(*core_, spec);
  auto epoch = open_incarnation(*core_, id);
  fill(50);
  acknowledge x;
  x.subscriber = id;
  x.epoch = epoch;
  x.seen = 50;
  x.exceptions = {{3, 1, 10}, {4, 2, 20}, {49, 1, 30}};
  ASSERT_EQ(core_->stage_acknowledge(x).error, journal_error::none);
  finish(*core_);
  checkpoint();
  EXPECT_GT(oldest(), 4U);
  EXPECT_EQ(world_.stats->events_evacuated, 2U);
  for (int i = 0; i < 2; ++i) {
    std::string error;
    auto answer = core_->read(read_events{0, id, {49, 4, 3, 5}}, error);
    EXPECT_EQ(error, "");
    ASSERT_EQ(answer.chunk->events().size(), 3U);
    EXPECT_TRUE(answer.chunk->envelope(answer.chunk->events()[0]).starts_with("{\"n\":2}"));
    EXPECT_EQ(answer.chunk->events()[1].sequence, 4U);
    EXPECT_EQ(answer.chunk->events()[1].bus, bus_);
    EXPECT_EQ(answer.missing, std::vector<sequence_number>{5}) << "finished long ago";
    core_ = world_.open();
  }
  // Once finished they leave the store with the next checkpoint.
  x.seen_before = 50;
  x.exceptions = {{4, 3, 40}};
  ASSERT_EQ(core_->stage_acknowledge(x).error, journal_error::none);
  finish(*core_);
  checkpoint();
  auto rows = world_.rows->snapshot();
  auto copies = std::count_if(rows.begin(), rows.end(),
                              [](const auto& row) { return row.first[0] == keys::evacuated_kind; });
  EXPECT_EQ(copies, 1);
  std::string error;
  EXPECT_EQ(core_->read(read_events{0, id, {4}}, error).chunk->events().size(), 1U);
}

TEST_F(Reclaim, DropsCopiesThatNobodyWaitsForWhenItOpens) {
  auto spec = spec_of("hook");
  spec.target = target_kind::http;
  auto id = add_subscriber(*core_, spec);
  auto epoch = open_incarnation(*core_, id);
  fill(50);
  acknowledge x;
  x.subscriber = id;
  x.epoch = epoch;
  x.seen = 50;
  x.exceptions = {{3, 1, 10}};
  ASSERT_EQ(core_->stage_acknowledge(x).error, journal_error::none);
  finish(*core_);
  checkpoint();
  x.seen_before = 50;
  x.exceptions.clear();
  ASSERT_EQ(core_->stage_acknowledge(x).error, journal_error::none);
  finish(*core_);
  core_ = world_.open(); // applied again from the log, without what memory knew
  checkpoint();
  for (const auto& [key, value] : world_.rows->snapshot())
    EXPECT_NE(key[0], keys::evacuated_kind);
}

TEST_F(Reclaim, NeverUnlinksWhatNoCheckpointCovers) {
  fill(50);
  world_.now_ms += 60'000;
  ASSERT_TRUE(core_->reclaim().ok());
  EXPECT_EQ(oldest(), 1U);
}

TEST_F(Reclaim, ForgetsUnlinkedSegmentsInTheStore) {
  fill(50);
  checkpoint();
  checkpoint();
  auto rows = world_.rows->snapshot();
  auto facts = std::count_if(rows.begin(), rows.end(),
                             [](const auto& row) { return row.first[0] == keys::segment_kind; });
  EXPECT_EQ(static_cast<std::size_t>(facts), world_.disk->snapshot().size());
}

TEST_F(Reclaim, LetsGoOfASegmentThatARepairLeftEmpty) {
  fill(50);
  core_.reset();
  auto name = std::next(world_.disk->snapshot().begin())->first;
  auto bytes = world_.disk->snapshot().at(name).bytes;
  bytes[segment_header_bytes + 60] ^= 1;
  world_.disk->replace(name, bytes);
  {
    auto device = world_.device();
    memory_state_store store{world_.rows};
    ASSERT_EQ(repair(*device, store, world_.now_ms).size(), 1U);
  }
  ASSERT_EQ(world_.disk->snapshot().at(name).bytes.size(), segment_header_bytes);
  core_ = world_.open();
  checkpoint();
  EXPECT_EQ(world_.disk->snapshot().size(), 1U);
}

TEST_F(Reclaim, IsDueByLogBytesAndByRows) {
  EXPECT_FALSE(core_->checkpoint_due());
  world_.options.checkpoint_log_bytes = 3000;
  core_ = world_.open();
  fill(30);
  EXPECT_TRUE(core_->checkpoint_due());
  checkpoint();
  EXPECT_FALSE(core_->checkpoint_due());
}

} // namespace
} // namespace baseplate::journal
