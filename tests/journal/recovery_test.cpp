#include "actors/journal/repair.hpp"
#include "tests/journal/core_world.hpp"

#include <functional>

namespace baseplate::journal {
namespace {

/// A log of three segments: declarations, then events 1 to 30 with one commit behind each ten.
class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    world_.options.segment_bytes = 3000;
    core_ = world_.open();
    bus_ = add_bus(*core_);
    group_ = add_subscriber(*core_, spec_of("group"));
    epoch_ = open_incarnation(*core_, group_);
    for (std::uint64_t i = 0; i < 30; ++i) {
      publish_events(*core_, bus_, i, 1, 1000, 200);
      if (i % 10 == 9) {
        auto x = make_commit(group_, epoch_, i - 9, i + 1);
        x.states = {{"count", std::to_string(i + 1)}};
        EXPECT_EQ(core_->stage_commit(x).error, journal_error::none);
        finish(*core_);
      }
    }
    last_lsn_ = core_->durable_lsn();
  }

  /// The core goes without a word, as in a crash of the process.
  void kill() { core_.reset(); }

  segment_name segment(std::size_t i) const {
    auto all = world_.disk->snapshot();
    return std::next(all.begin(), static_cast<std::ptrdiff_t>(i))->first;
  }

  std::string bytes(const segment_name& name) const {
    return world_.disk->snapshot().at(name).bytes;
  }

  void change(const segment_name& name, const std::function<void(std::string&)>& f) {
    auto x = bytes(name);
    f(x);
    world_.disk->replace(name, x);
  }

  /// Where records of a segment begin.
  std::vector<std::size_t> offsets(const segment_name& name) const {
    std::vector<std::size_t> out;
    auto all = bytes(name);
    record_view record;
    for (auto at = segment_header_bytes; at < all.size(); at += record.length) {
      EXPECT_EQ(decode_record(std::string_view{all}.substr(at), name.first_lsn, record),
                record_status::good);
      out.push_back(at);
    }
    return out;
  }

  /// Opening is refused at this place; the log is not touched.
  void expect_refused(const segment_name& name, std::uint64_t offset, const std::string& words) {
    auto before = world_.disk->snapshot();
    try {
      (void)world_.open();
      ADD_FAILURE() << "it opened";
    } catch (const journal_open_error& error) {
      EXPECT_EQ(error.segment(), to_file_name(name));
      EXPECT_EQ(error.offset(), offset);
      EXPECT_NE(error.reason().find(words), std::string::npos) << error.what();
      EXPECT_NE(error.reason().find("--repair"), std::string::npos) << "and what to do";
    }
    auto after = world_.disk->snapshot();
    ASSERT_EQ(before.size(), after.size());
    for (const auto& [key, value] : before)
      EXPECT_EQ(after.at(key).bytes, value.bytes);
  }

  std::vector<repaired_range> repair_log() {
    auto device = world_.device();
    memory_state_store store{world_.rows};
    return repair(*device, store, world_.now_ms);
  }

  /// All events that can be read, from the first; gaps are passed over.
  std::vector<sequence_number> all_sequences(const journal_core& core) {
    std::vector<sequence_number> out;
    sequence_number next = 1;
    for (;;) {
      auto answer = core.read(read_log{0, next, 100'000});
      EXPECT_EQ(answer.error, "");
      if (answer.chunk->events().empty())
        return out;
      for (const auto& event : answer.chunk->events())
        out.push_back(event.sequence);
      next = answer.chunk->last_sequence() + 1;
    }
  }

  core_world world_;
  std::unique_ptr<journal_core> core_;
  bus_id bus_ = 0;
  subscriber_id group_ = 0;
  std::uint64_t epoch_ = 0;
  log_number last_lsn_ = 0;
};

TEST_F(Recovery, AppliesTheWholeLogWithoutACheckpoint) {
  kill();
  ASSERT_GE(world_.disk->snapshot().size(), 3U);
  core_ = world_.open();
  EXPECT_EQ(world_.report.records_applied, last_lsn_);
  EXPECT_EQ(world_.report.head, 30U);
  EXPECT_EQ(world_.report.truncated_bytes, 0U);
  EXPECT_EQ(state_of(*core_, group_, "count"), "30");
  EXPECT_EQ(opened(*core_, group_).cursor, 30U);
  EXPECT_EQ(core_->attached().buses.at(0).accepted, 30U);
  EXPECT_EQ(all_sequences(*core_).size(), 30U);
}

TEST_F(Recovery, GoesOnWhereTheLogEnds) {
  kill();
  core_ = world_.open();
  publish_events(*core_, bus_, 30, 1);
  EXPECT_EQ(core_->head(), 31U);
  EXPECT_EQ(core_->durable_lsn(), last_lsn_ + 1);
  auto epoch = open_incarnation(*core_, group_);
  EXPECT_GT(epoch, epoch_) << "epochs are unique across restarts";
  kill();
  core_ = world_.open();
  EXPECT_EQ(all_sequences(*core_).size(), 31U);
}

TEST_F(Recovery, AppliesOnlyWhatTheCheckpointDoesNotCover) {
  ASSERT_TRUE(core_->checkpoint().ok());
  publish_events(*core_, bus_, 30, 1);
  kill();
  core_ = world_.open();
  EXPECT_EQ(world_.report.records_applied, 1U);
  EXPECT_EQ(core_->attached().buses.at(0).accepted, 31U);
  EXPECT_EQ(all_sequences(*core_).size(), 31U) << "older segments are read all the same";
}

TEST_F(Recovery, CutsOffATornTailAndSaysSo) {
  kill();
  auto name = segment(world_.disk->snapshot().size() - 1);
  auto end = offsets(name).back();
  for (std::size_t keep : {std::size_t{1}, std::size_t{20}, std::size_t{60}}) {
    auto saved = bytes(name);
    change(name, [&](std::string& x) { x.resize(end + keep); });
    core_ = world_.open();
    EXPECT_EQ(world_.report.truncated_bytes, keep);
    EXPECT_EQ(world_.report.truncated_segment, to_file_name(name));
    EXPECT_EQ(world_.report.truncated_offset, end);
    EXPECT_EQ(world_.report.last_lsn, last_lsn_ - 1);
    EXPECT_EQ(bytes(name).size(), end);
    kill();
    world_.disk->replace(name, saved);
  }
}

TEST_F(Recovery, CutsOffGarbageAndZerosAtTheEnd) {
  kill();
  auto name = segment(world_.disk->snapshot().size() - 1);
  auto size = bytes(name).size();
  change(name, [](std::string& x) { x.append(5000, '\0'); });
  core_ = world_.open();
  EXPECT_EQ(world_.report.truncated_bytes, 5000U);
  kill();
  change(name, [](std::string& x) {
    x.append("garbage that is no record at all, but long enough for a header");
  });
  core_ = world_.open();
  EXPECT_EQ(bytes(name).size(), size);
  EXPECT_EQ(all_sequences(*core_).size(), 30U);
}

TEST_F(Recovery, RefusesABadRecordInFrontOfLaterOnes) {
  kill();
  auto name = segment(world_.disk->snapshot().size() - 1);
  auto at = offsets(name);
  ASSERT_GE(at.size(), 2U);
  change(name, [&](std::string& x) { x[at[at.size() - 2] + 50] ^= 4; });
  expect_refused(name, at[at.size() - 2], "had been synced");
}

TEST_F(Recovery, RefusesDamageInASegmentThatIsNotTheLast) {
  kill();
  auto name = segment(0);
  auto at = offsets(name);
  auto saved = bytes(name);
  change(name, [&](std::string& x) { x[at.back() + 50] ^= 4; });
  expect_refused(name, at.back(), "later segments follow");
  world_.disk->replace(name, saved);
  change(name, [&](std::string& x) { x.resize(x.size() - 1); });
  expect_refused(name, at.back(), "later segments follow");
}

TEST_F(Recovery, RefusesAMissingSegment) {
  kill();
  world_.disk->erase(segment(1));
  expect_refused(segment(1), 0, "a segment is missing");
}

TEST_F(Recovery, RefusesALogThatBeginsBehindWhatTheStoreHas) {
  kill();
  world_.disk->erase(segment(0));
  expect_refused(segment(0), 0, "are missing in front of it");
}

TEST_F(Recovery, RefusesADamagedOrForeignSegmentHeader) {
  kill();
  auto name = segment(1);
  auto saved = bytes(name);
  change(name, [](std::string& x) { x[20] ^= 1; });
  expect_refused(name, 0, "header is damaged");
  world_.disk->replace(name, saved);
  change(name, [](std::string& x) { x[0] = 'X'; });
  expect_refused(name, 0, "no segment");
  world_.disk->replace(name, bytes(segment(0)));
  expect_refused(name, 0, "does not belong to its name");
}

TEST_F(Recovery, RefusesAStoreThatIsAheadOfItsLog) {
  ASSERT_TRUE(core_->checkpoint().ok());
  kill();
  auto name = segment(world_.disk->snapshot().size() - 1);
  auto end = offsets(name).back();
  change(name, [&](std::string& x) { x.resize(end); });
  expect_refused(name, end, "the state store has applied record");
}

TEST_F(Recovery, RefusesAStoreWithoutItsLog) {
  ASSERT_TRUE(core_->checkpoint().ok());
  kill();
  for (const auto& [name, segment] : world_.disk->snapshot())
    world_.disk->erase(name);
  EXPECT_THROW((void)world_.open(), journal_open_error);
}

TEST_F(Recovery, DropsASegmentThatDiedWhileItWasMade) {
  kill();
  world_.disk->replace({last_lsn_ + 1, 31}, "BPLOG");
  core_ = world_.open();
  EXPECT_EQ(world_.report.head, 30U);
  publish_events(*core_, bus_, 30, 1);
  kill();
  core_ = world_.open();
  EXPECT_EQ(all_sequences(*core_).size(), 31U);
}

TEST_F(Recovery, MakesCheckpointsOnTheWayWhenTheStateIsLarge) {
  kill();
  world_.options.checkpoint_rows = 1;
  core_ = world_.open();
  EXPECT_GT(world_.stats->checkpointed_lsn, 0U);
  EXPECT_EQ(state_of(*core_, group_, "count"), "30");
}

// -- repair ---------------------------------------------------------------------------

TEST_F(Recovery, RepairLeavesAHealthyLogAlone) {
  kill();
  auto before = world_.disk->snapshot();
  EXPECT_TRUE(repair_log().empty());
  auto after = world_.disk->snapshot();
  for (const auto& [name, segment] : before)
    EXPECT_EQ(after.at(name).bytes, segment.bytes);
}

TEST_F(Recovery, RepairLosesOnlyTheDamagedRecordAndSaysWhich) {
  kill();
  auto name = segment(1);
  auto at = offsets(name);
  auto damaged = bytes(name);
  record_view record;
  ASSERT_EQ(decode_record(std::string_view{damaged}.substr(at[2]), name.first_lsn, record),
            record_status::good);
  ASSERT_EQ(record.header.events, 1U);
  auto lost = record.header;
  change(name, [&](std::string& x) { x[at[2] + 60] ^= 4; });
  expect_refused(name, at[2], "damaged");
  auto ranges = repair_log();
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges[0].segment, to_file_name(name));
  EXPECT_EQ(ranges[0].offset, at[2]);
  EXPECT_EQ(ranges[0].first_lsn, lost.lsn);
  EXPECT_EQ(ranges[0].last_lsn, lost.lsn);
  EXPECT_EQ(ranges[0].first_sequence, lost.first_sequence);
  EXPECT_EQ(ranges[0].last_sequence, lost.first_sequence);
  EXPECT_NE(to_string(ranges[0]).find("records " + std::to_string(lost.lsn)), std::string::npos);
  EXPECT_EQ(world_.disk->quarantine().size(), 1U);
  core_ = world_.open();
  EXPECT_EQ(state_of(*core_, group_, "count"), "30")
      << "states are absolute: later commits have them";
  auto sequences = all_sequences(*core_);
  EXPECT_EQ(sequences.size(), 29U);
  EXPECT_EQ(std::count(sequences.begin(), sequences.end(), lost.first_sequence), 0);
  auto gap = core_->read(read_log{0, lost.first_sequence, 1000});
  EXPECT_EQ(gap.chunk->first_sequence(), lost.first_sequence + 1) << "the reader is told";
  EXPECT_TRUE(repair_log().empty()) << "once is enough";
}

TEST_F(Recovery, RepairFindsSeveralPlaces) {
  kill();
  for (std::size_t i : {std::size_t{0}, std::size_t{1}, world_.disk->snapshot().size() - 1}) {
    auto name = segment(i);
    auto at = offsets(name);
    change(name, [&](std::string& x) { x[at[at.size() / 2] + 30] ^= 4; });
  }
  auto name = segment(1);
  change(name, [&](std::string& x) { x[segment_header_bytes + 60] ^= 1; });
  auto ranges = repair_log();
  EXPECT_EQ(ranges.size(), 4U);
  core_ = world_.open();
  std::uint64_t lost = 0;
  for (const auto& x : ranges)
    lost += x.last_sequence + 1 - x.first_sequence;
  EXPECT_EQ(all_sequences(*core_).size(), 30 - lost);
  EXPECT_TRUE(repair_log().empty());
}

TEST_F(Recovery, RepairTellsOfAMissingSegment) {
  kill();
  auto gone = segment(1);
  auto behind = segment(2);
  world_.disk->erase(gone);
  auto ranges = repair_log();
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges[0].first_lsn, gone.first_lsn);
  EXPECT_EQ(ranges[0].last_lsn, behind.first_lsn - 1);
  EXPECT_EQ(ranges[0].first_sequence, gone.first_sequence);
  EXPECT_EQ(ranges[0].last_sequence, behind.first_sequence - 1);
  core_ = world_.open();
  EXPECT_EQ(state_of(*core_, group_, "count"), "30");
  auto gap = core_->read(read_log{0, gone.first_sequence, 1000});
  EXPECT_EQ(gap.chunk->first_sequence(), behind.first_sequence);
}

TEST_F(Recovery, RepairGoesOnBehindAStoreThatIsAhead) {
  ASSERT_TRUE(core_->checkpoint().ok());
  kill();
  auto name = segment(world_.disk->snapshot().size() - 1);
  auto end = offsets(name).back();
  change(name, [&](std::string& x) { x[end + 50] ^= 1; });
  expect_refused(name, end, "the state store has applied record");
  auto ranges = repair_log();
  ASSERT_FALSE(ranges.empty());
  core_ = world_.open();
  EXPECT_EQ(state_of(*core_, group_, "count"), "30");
  publish_events(*core_, bus_, 99, 1);
  EXPECT_GT(core_->durable_lsn(), last_lsn_);
  kill();
  core_ = world_.open();
  EXPECT_EQ(all_sequences(*core_).back(), core_->head());
}

TEST_F(Recovery, RepairRestoresASegmentsHeader) {
  kill();
  auto name = segment(1);
  change(name, [](std::string& x) { x[20] ^= 1; });
  auto ranges = repair_log();
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_LT(ranges[0].last_lsn, ranges[0].first_lsn) << "no record was lost";
  core_ = world_.open();
  EXPECT_EQ(all_sequences(*core_).size(), 30U);
}

} // namespace
} // namespace baseplate::journal
