// Hundreds of seeded lives of a journal on a disk that fails: short writes, failed syncs, full
// disks, crashes that lose, change and add unsynced bytes, checkpoints in between. What was
// acknowledged is compared with the whole log.
#include "tests/journal/core_world.hpp"

#include <map>
#include <random>
#include <set>

namespace baseplate::journal {
namespace {

using fault = fault_script::fault;

/// What a client or a subscriber was told, and what it asked without an answer.
struct expectation {
  /// Acknowledged events by sequence.
  std::map<sequence_number, std::string> acknowledged;
  std::uint64_t events_asked = 0;
  /// Cursors that the group's commits went through; each one emits an event that names it.
  std::set<sequence_number> commits;
  sequence_number cursor_confirmed = 0;
  sequence_number seen_confirmed = 0;
};

class life {
 public:
  explicit life(std::uint64_t seed) : random_(seed) {
    world_.options.segment_bytes = 1000 + below(4000);
    world_.options.checkpoint_log_bytes = 64 * 1024;
  }

  void run() {
    for (int incarnation = 0; incarnation < 6 && !::testing::Test::HasFailure(); ++incarnation) {
      open();
      for (auto steps = 10 + below(40); steps > 0 && !core_->failed(); --steps)
        step();
      core_.reset();
      if (below(3) != 0)
        world_.disk->crash([this](std::uint64_t n) { return below(n); });
    }
    open();
  }

  std::uint64_t failures_seen = 0;
  std::uint64_t crashes_with_tail = 0;

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  void open() {
    world_.faults->clear();
    core_ = world_.open();
    crashes_with_tail += world_.report.truncated_bytes > 0 ? 1 : 0;
    if (bus_ == 0 || core_->ledger().find_bus("default") == 0) {
      bus_ = add_bus(*core_);
      group_ = add_subscriber(*core_, spec_of("group"));
      auto spec = spec_of("hook");
      spec.target = target_kind::http;
      hook_ = add_subscriber(*core_, spec);
    }
    check();
    group_epoch_ = open_incarnation(*core_, group_);
    hook_epoch_ = open_incarnation(*core_, hook_);
    cursor_ = opened(*core_, group_).cursor;
    seen_ = opened(*core_, hook_).cursor;
  }

  /// One group commit with what came together, perhaps with a fault in it.
  void step() {
    arm();
    std::vector<std::pair<stage_result, event_batch>> publishes;
    std::optional<stage_result> committed;
    std::optional<stage_result> acknowledged;
    auto head_before = core_->head();
    for (auto n = below(4); n > 0; --n) {
      auto count = 1 + below(3);
      auto batch = make_batch(bus_, expected_.events_asked, count, 1000, below(300));
      expected_.events_asked += count;
      publishes.emplace_back(core_->stage_publish(batch), batch);
    }
    auto cursor = cursor_;
    if (head_before > cursor_ && below(2) == 0) {
      cursor = cursor_ + 1 + below(head_before - cursor_);
      auto x = make_commit(group_, group_epoch_, cursor_, cursor);
      x.states = {{"count", std::to_string(cursor)}};
      auto text = "{\"c\":" + std::to_string(cursor) + "}";
      x.emitted.bytes = text;
      x.emitted.events = {{bus_, static_cast<std::uint32_t>(text.size())}};
      committed = core_->stage_commit(x);
      expected_.commits.insert(cursor);
    }
    auto seen = seen_;
    if (head_before > seen_ && below(2) == 0) {
      seen = seen_ + 1 + below(head_before - seen_);
      acknowledge x;
      x.subscriber = hook_;
      x.epoch = hook_epoch_;
      x.seen_before = seen_;
      x.seen = seen;
      x.exceptions = {{seen, 1, static_cast<unix_ms>(seen)}};
      acknowledged = core_->stage_acknowledge(x);
    }
    if (!core_->staged())
      return;
    appended_batch batch;
    if (auto result = core_->append(batch); !result.ok()) {
      ++failures_seen;
      EXPECT_EQ(core_->failed(), result.error == device_error::failed);
      EXPECT_NE(result.reason, "");
      if (below(2) == 0)
        world_.faults->set_full(false);
      return; // nothing of it was done, nothing is acknowledged
    }
    if (below(12) == 0) {
      core_.reset(); // a crash between append and sync
      world_.disk->crash([this](std::uint64_t n) { return below(n); });
      open();
      return;
    }
    if (auto result = core_->sync(); !result.ok()) {
      ++failures_seen;
      EXPECT_TRUE(core_->failed());
      return;
    }
    for (const auto& [result, events] : publishes) {
      ASSERT_EQ(result.error, journal_error::none);
      std::size_t at = 0;
      for (std::size_t i = 0; i < events.events.size(); ++i) {
        expected_.acknowledged[result.first + i] = events.bytes.substr(at, events.events[i].length);
        at += events.events[i].length;
      }
    }
    if (committed) {
      ASSERT_EQ(committed->error, journal_error::none);
      expected_.cursor_confirmed = cursor_ = cursor;
    }
    if (acknowledged) {
      ASSERT_EQ(acknowledged->error, journal_error::none);
      expected_.seen_confirmed = seen_ = seen;
    }
    if (below(4) != 0 || !pending_.empty()) {
      pending_.push_back(std::move(batch));
      if (below(2) == 0) {
        for (const auto& x : pending_)
          core_->apply(x);
        pending_.clear();
        if (below(6) == 0) {
          EXPECT_TRUE(core_->checkpoint().ok());
        }
      }
    } else {
      core_->apply(batch);
    }
  }

  void arm() {
    switch (below(30)) {
    case 0:
      world_.faults->set_short_bytes(below(400));
      world_.faults->arm(fault::short_write);
      break;
    case 1:
    case 2:
      world_.faults->set_short_bytes(below(400));
      world_.faults->arm(fault::short_write_full);
      break;
    case 3:
      world_.faults->arm(fault::failed_sync);
      break;
    case 4:
      world_.faults->set_full(true);
      break;
    default:
      break;
    }
  }

  /// Folds the whole log.
  void check() {
    pending_.clear();
    std::map<std::string, int> seen;
    sequence_number next = 1;
    std::set<sequence_number> emitted;
    auto state = opened(*core_, group_);
    while (next <= core_->head()) {
      auto answer = core_->read(read_log{0, next, 10'000});
      ASSERT_EQ(answer.error, "");
      ASSERT_FALSE(answer.chunk->events().empty());
      for (const auto& event : answer.chunk->events()) {
        ASSERT_EQ(event.sequence, next++) << "no gaps";
        std::string text{answer.chunk->envelope(event)};
        EXPECT_EQ(++seen[text], 1) << "twice in the log: " << text;
        if (text.starts_with("{\"c\":"))
          emitted.insert(std::stoull(text.substr(5)));
        if (auto i = expected_.acknowledged.find(event.sequence);
            i != expected_.acknowledged.end()) {
          EXPECT_EQ(i->second, text);
        }
      }
    }
    if (!expected_.acknowledged.empty()) {
      ASSERT_GE(core_->head(), expected_.acknowledged.rbegin()->first)
          << "an acknowledged event is lost";
    }
    // The group: state, cursor and emitted events moved together, and not back behind what was
    // confirmed.
    EXPECT_GE(state.cursor, expected_.cursor_confirmed);
    if (state.cursor > 0) {
      EXPECT_EQ(state_of(*core_, group_, "count"), std::to_string(state.cursor));
      EXPECT_TRUE(emitted.contains(state.cursor));
    }
    for (auto cursor : emitted) {
      EXPECT_LE(cursor, state.cursor) << "emitted by a commit that is not there";
      EXPECT_TRUE(expected_.commits.contains(cursor));
    }
    auto target = opened(*core_, hook_);
    EXPECT_GE(target.cursor, expected_.seen_confirmed);
    if (target.cursor > 0) {
      ASSERT_EQ(target.exceptions.size(), 1U);
      EXPECT_EQ(target.exceptions[0].sequence, target.cursor);
    }
    EXPECT_EQ(core_->attached().buses.at(0).accepted, core_->head());
  }

  std::mt19937_64 random_;
  core_world world_;
  std::unique_ptr<journal_core> core_;
  expectation expected_;
  std::vector<appended_batch> pending_;
  bus_id bus_ = 0;
  subscriber_id group_ = 0;
  subscriber_id hook_ = 0;
  std::uint64_t group_epoch_ = 0;
  std::uint64_t hook_epoch_ = 0;
  sequence_number cursor_ = 0;
  sequence_number seen_ = 0;
};

TEST(FaultStore, LosesNothingThatWasAcknowledgedWhateverFails) {
  std::uint64_t failures = 0;
  std::uint64_t tails = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    life x{seed};
    x.run();
    failures += x.failures_seen;
    tails += x.crashes_with_tail;
    if (HasFailure())
      return;
  }
  // The faults did happen.
  EXPECT_GT(failures, 700U);
  EXPECT_GT(tails, 200U);
}

TEST(FaultStore, TellsRotOfWhatWasSyncedFromATornTail) {
  for (int follows = 0; follows < 2; ++follows) {
    core_world world;
    auto core = world.open();
    auto bus = add_bus(*core);
    world.faults->arm(fault::flipped_bit);
    publish_events(*core, bus, 0, 1);
    if (follows == 1)
      publish_events(*core, bus, 1, 1);
    core.reset();
    if (follows == 1) {
      EXPECT_THROW((void)world.open(), journal_open_error);
    } else {
      // Nothing in the log can tell: only the state store could, had it applied the record.
      (void)world.open();
      EXPECT_GT(world.report.truncated_bytes, 0U);
    }
  }
}

TEST(FaultStore, UndoesAGroupCommitThatFoundNoSpace) {
  core_world world;
  auto core = world.open();
  auto bus = add_bus(*core);
  auto group = add_subscriber(*core, spec_of("group"));
  auto epoch = open_incarnation(*core, group);
  publish_events(*core, bus, 0, 2);
  auto lsn = core->durable_lsn();
  world.faults->arm(fault::short_write_full);
  ASSERT_EQ(core->stage_publish(make_batch(bus, 2, 5)).error, journal_error::none);
  ASSERT_EQ(core->stage_commit(make_commit(group, epoch, 0, 1)).error, journal_error::none);
  ASSERT_EQ(core->stage_commit(make_commit(group, epoch, 1, 2)).error, journal_error::none);
  auto reopened = core->stage_open({group});
  EXPECT_GT(reopened.lsn, epoch);
  appended_batch batch;
  EXPECT_EQ(core->append(batch).error, device_error::full);
  EXPECT_FALSE(core->failed());
  // As if it had never been asked.
  EXPECT_EQ(core->attached().buses.at(0).accepted, 2U);
  auto again = core->stage_commit(make_commit(group, epoch, 0, 1));
  EXPECT_EQ(again.error, journal_error::none);
  EXPECT_EQ(again.lsn, lsn + 1);
  auto events = core->stage_publish(make_batch(bus, 7, 1));
  EXPECT_EQ(events.first, 3U);
  finish(*core);
  core = world.open();
  EXPECT_EQ(world.report.truncated_bytes, 0U);
  EXPECT_EQ(core->head(), 3U);
  EXPECT_EQ(opened(*core, group).cursor, 1U);
}

TEST(FaultStore, UndoesDeclarationsThatFoundNoSpace) {
  core_world world;
  auto core = world.open();
  add_bus(*core);
  add_subscriber(*core, spec_of("a"));
  world.faults->set_full(true);
  auto changed = spec_of("a");
  changed.paused = true;
  (void)core->stage_subscriber(changed);
  (void)core->stage_subscriber(spec_of("b"));
  (void)core->stage_bus({"other", 0, 0});
  (void)core->stage_bus({"default", 5, 0});
  appended_batch batch;
  ASSERT_EQ(core->append(batch).error, device_error::full);
  world.faults->set_full(false);
  auto now = core->attached();
  ASSERT_EQ(now.buses.size(), 1U);
  EXPECT_EQ(now.buses[0].spec.retention_age_s, 0U);
  ASSERT_EQ(now.subscribers.size(), 1U);
  EXPECT_FALSE(now.subscribers[0].spec.paused);
  EXPECT_EQ(add_subscriber(*core, spec_of("b")), 2U);
}

} // namespace
} // namespace baseplate::journal
