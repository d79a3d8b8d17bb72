#include "tests/journal/core_world.hpp"

namespace baseplate::journal {
namespace {

TEST(JournalCore, GivesSequencesWithoutGaps) {
  core_world world;
  auto core = world.open();
  auto bus = add_bus(*core);
  auto first = core->stage_publish(make_batch(bus, 0, 3));
  auto second = core->stage_publish(make_batch(bus, 3, 2));
  EXPECT_EQ(first.first, 1U);
  EXPECT_EQ(first.last, 3U);
  EXPECT_EQ(second.first, 4U);
  EXPECT_EQ(second.last, 5U);
  EXPECT_EQ(second.lsn, first.lsn + 1);
  EXPECT_EQ(core->head(), 0U) << "nothing is durable before the sync";
  appended_batch batch;
  ASSERT_TRUE(core->append(batch).ok());
  EXPECT_EQ(core->head(), 0U);
  ASSERT_TRUE(core->sync().ok());
  EXPECT_EQ(core->head(), 5U);
  ASSERT_EQ(batch.chunk->events().size(), 5U);
  EXPECT_EQ(batch.chunk->first_sequence(), 1U);
  EXPECT_EQ(batch.chunk->last_sequence(), 5U);
  EXPECT_EQ(batch.chunk->envelope(batch.chunk->events()[4]), "{\"n\":4}");
}

TEST(JournalCore, ReadsBackWhatItWrote) {
  core_world world;
  world.options.segment_bytes = 4096; // several segments
  auto core = world.open();
  auto bus = add_bus(*core);
  for (std::uint64_t i = 0; i < 200; i += 2)
    publish_events(*core, bus, i, 2, 1000, 200);
  EXPECT_GT(core->attached().head, 0U);
  sequence_number next = 1;
  while (next <= 200) {
    auto answer = core->read(read_log{0, next, 1000});
    ASSERT_EQ(answer.error, "");
    ASSERT_FALSE(answer.chunk->events().empty());
    EXPECT_EQ(answer.chunk->first_sequence(), next);
    for (const auto& event : answer.chunk->events()) {
      EXPECT_EQ(event.sequence, next);
      EXPECT_EQ(event.ingested_at_ms, 1000);
      EXPECT_TRUE(
          answer.chunk->envelope(event).starts_with("{\"n\":" + std::to_string(next - 1) + "}"));
      ++next;
    }
    EXPECT_EQ(answer.chunk->last_sequence(), next - 1);
  }
  auto behind = core->read(read_log{0, 201, 1000});
  EXPECT_EQ(behind.error, "");
  EXPECT_TRUE(behind.chunk->events().empty());
  EXPECT_EQ(behind.chunk->last_sequence(), 200U);
}

TEST(JournalCore, ReadsPastRecordsWithoutEvents) {
  core_world world;
  world.options.segment_bytes = 2048;
  auto core = world.open();
  auto bus = add_bus(*core);
  auto group = add_subscriber(*core, spec_of("group"));
  auto epoch = open_incarnation(*core, group);
  publish_events(*core, bus, 0, 1);
  auto x = make_commit(group, epoch, 0, 1);
  x.states = {{"key", std::string(1000, 's')}};
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(core->stage_commit(x).error, journal_error::none);
    finish(*core);
    x.cursor_before = 1;
  }
  publish_events(*core, bus, 1, 1);
  auto answer = core->read(read_log{0, 2, 256});
  ASSERT_EQ(answer.error, "");
  EXPECT_EQ(envelopes(*answer.chunk), std::vector<std::string>{"{\"n\":1}"});
}

TEST(JournalCore, ReadsSingleEvents) {
  core_world world;
  world.options.segment_bytes = 4096;
  auto core = world.open();
  auto bus = add_bus(*core);
  for (std::uint64_t i = 0; i < 100; ++i)
    publish_events(*core, bus, i, 1, 1000, 300);
  std::string error;
  auto answer = core->read(read_events{7, 1, {90, 3, 3, 55, 500}}, error);
  EXPECT_EQ(error, "");
  EXPECT_EQ(answer.request, 7U);
  ASSERT_EQ(answer.chunk->events().size(), 3U);
  EXPECT_EQ(answer.chunk->events()[0].sequence, 3U);
  EXPECT_EQ(answer.chunk->events()[1].sequence, 55U);
  EXPECT_TRUE(answer.chunk->envelope(answer.chunk->events()[2]).starts_with("{\"n\":89}"));
  EXPECT_EQ(answer.missing, std::vector<sequence_number>{500});
}

TEST(JournalCore, FindsASequenceByIngestionTime) {
  core_world world;
  world.options.segment_bytes = 4096;
  auto core = world.open();
  auto bus = add_bus(*core);
  for (std::uint64_t i = 0; i < 60; ++i) {
    world.now_ms += 10;
    publish_events(*core, bus, i, 1, world.now_ms, 300);
  }
  auto start = world.now_ms - 590;
  std::string error;
  for (std::uint64_t i = 0; i < 60; ++i) {
    auto at = start + static_cast<unix_ms>(i) * 10;
    EXPECT_EQ(core->find({0, at}, error).sequence, i + 1);
    EXPECT_EQ(core->find({0, at + 1}, error).sequence, i + 2);
  }
  EXPECT_EQ(core->find({0, 0}, error).sequence, 1U);
  EXPECT_EQ(error, "");
}

TEST(JournalCore, FencesOffOlderIncarnations) {
  core_world world;
  auto core = world.open();
  auto bus = add_bus(*core);
  auto group = add_subscriber(*core, spec_of("group"));
  publish_events(*core, bus, 0, 10);
  auto first = open_incarnation(*core, group);
  ASSERT_EQ(core->stage_commit(make_commit(group, first, 0, 4)).error, journal_error::none);
  finish(*core);
  auto second = open_incarnation(*core, group);
  EXPECT_GT(second, first);
  EXPECT_EQ(core->stage_commit(make_commit(group, first, 4, 5)).error, journal_error::stale_epoch);
  EXPECT_EQ(core->stage_commit(make_commit(group, second, 3, 5)).error,
            journal_error::cursor_mismatch);
  EXPECT_EQ(core->stage_commit(make_commit(99, second, 3, 5)).error, journal_error::unknown_name);
  EXPECT_FALSE(core->staged()) << "a refusal leaves nothing behind";
  // Two in flight, the second one on what the first one will have done.
  EXPECT_EQ(core->stage_commit(make_commit(group, second, 4, 5)).error, journal_error::none);
  EXPECT_EQ(core->stage_commit(make_commit(group, second, 5, 9)).error, journal_error::none);
  finish(*core);
  EXPECT_EQ(opened(*core, group).cursor, 9U);
}

TEST(JournalCore, KeepsStatesTimersLettersAndEmittedEventsTogether) {
  core_world world;
  auto core = world.open();
  auto bus = add_bus(*core);
  auto group = add_subscriber(*core, spec_of("group"));
  auto epoch = open_incarnation(*core, group);
  publish_events(*core, bus, 0, 2);
  auto x = make_commit(group, epoch, 0, 2);
  x.states = {{"a", "1"}, {"b", "2"}};
  x.timers = {{{50, false, "a", "late"}, false}, {{60, true, "b", "late"}, false}};
  x.dead_letters = {{2, "quarantined", "threw", 3, 7, "{\"n\":1}"}};
  x.emitted = make_batch(bus, 100, 2);
  x.watermark_ms = 44;
  x.counters = {1, 1, 0};
  auto staged = core->stage_commit(x);
  ASSERT_EQ(staged.error, journal_error::none);
  EXPECT_EQ(staged.first, 3U);
  EXPECT_EQ(staged.last, 4U);
  finish(*core);
  auto check = [&](const journal_core& y) {
    EXPECT_EQ(state_of(y, group, "a"), "1");
    EXPECT_EQ(state_of(y, group, "c"), std::nullopt);
    auto at = opened(y, group);
    EXPECT_EQ(at.cursor, 2U);
    EXPECT_EQ(at.watermark_ms, 44);
    EXPECT_EQ(at.counters.dead_lettered, 1U);
    ASSERT_EQ(at.timers.size(), 2U);
    EXPECT_EQ(at.timers[0].key, "a");
    EXPECT_TRUE(at.timers[1].event_time);
    std::string error;
    auto letters = y.list({1, group, 0, 10}, error).letters;
    ASSERT_EQ(letters.size(), 1U);
    EXPECT_EQ(letters[0].reason, "threw");
    EXPECT_EQ(letters[0].envelope, "{\"n\":1}");
    EXPECT_TRUE(y.list({1, group, 2, 10}, error).letters.empty());
    auto emitted = y.read(read_log{0, 3, 4096});
    EXPECT_EQ(envelopes(*emitted.chunk), (std::vector<std::string>{"{\"n\":100}", "{\"n\":101}"}));
    EXPECT_EQ(y.attached().buses.at(0).accepted, 4U);
  };
  check(*core);
  ASSERT_TRUE(core->checkpoint().ok());
  check(*core);
  core = world.open();
  EXPECT_EQ(world.report.records_applied, 0U);
  check(*core);
  // Cleared and erased rows hide what the store has.
  x = make_commit(group, epoch, 2, 3);
  x.states = {{"a", std::nullopt}};
  x.timers = {{{50, false, "a", "late"}, true}};
  ASSERT_EQ(core->stage_commit(x).error, journal_error::none);
  finish(*core);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(state_of(*core, group, "a"), std::nullopt);
    EXPECT_EQ(opened(*core, group).timers.size(), 1U);
    ASSERT_TRUE(core->checkpoint().ok());
  }
}

TEST(JournalCore, WritesNothingForADeclarationThatChangesNothing) {
  core_world world;
  auto core = world.open();
  add_bus(*core);
  auto id = add_subscriber(*core, spec_of("a"));
  auto lsn = core->durable_lsn();
  auto same = core->stage_subscriber(spec_of("a"));
  EXPECT_EQ(same.id, id);
  EXPECT_FALSE(same.written);
  EXPECT_FALSE(core->stage_bus({"default", 0, 0}).written);
  EXPECT_FALSE(core->staged());
  auto changed = spec_of("a");
  changed.paused = true;
  EXPECT_EQ(add_subscriber(*core, changed), id);
  EXPECT_EQ(core->durable_lsn(), lsn + 1);
  EXPECT_TRUE(core->attached().subscribers.at(0).spec.paused);
  core = world.open();
  EXPECT_TRUE(core->attached().subscribers.at(0).spec.paused);
}

TEST(JournalCore, RefusesWhatContradicts) {
  core_world world;
  auto core = world.open();
  auto bus = add_bus(*core);
  add_subscriber(*core, spec_of("a"));
  auto other_bus = spec_of("b");
  other_bus.bus = "nowhere";
  EXPECT_EQ(core->stage_subscriber(other_bus).error, journal_error::unknown_name);
  auto other_kind = spec_of("a");
  other_kind.target = target_kind::http;
  EXPECT_EQ(core->stage_subscriber(other_kind).error, journal_error::invalid_declaration);
  EXPECT_EQ(core->stage_bus({"", 0, 0}).error, journal_error::invalid_declaration);
  EXPECT_EQ(core->stage_open({77}).error, journal_error::unknown_name);
  EXPECT_EQ(core->stage_publish(make_batch(bus + 1, 0, 1)).error, journal_error::unknown_name);
  auto lying = make_batch(bus, 0, 1);
  lying.bytes += "x";
  EXPECT_EQ(core->stage_publish(lying).error, journal_error::invalid_declaration);
  EXPECT_FALSE(core->staged());
}

TEST(JournalCore, StartsNewSubscribersWhereTheirSpecSays) {
  core_world world;
  auto core = world.open();
  auto bus = add_bus(*core);
  for (std::uint64_t i = 0; i < 10; ++i)
    publish_events(*core, bus, i, 1, 1000 + static_cast<unix_ms>(i));
  auto spec = spec_of("latest");
  EXPECT_EQ(opened(*core, add_subscriber(*core, spec)).cursor, 10U);
  spec = spec_of("oldest");
  spec.start = start_position::oldest;
  EXPECT_EQ(opened(*core, add_subscriber(*core, spec)).cursor, 0U);
  spec = spec_of("time");
  spec.start = start_position::time;
  spec.start_time_ms = 1004;
  EXPECT_EQ(opened(*core, add_subscriber(*core, spec)).cursor, 4U);
  // Declared again with another start it stays where it is.
  spec.start_time_ms = 1;
  EXPECT_EQ(opened(*core, add_subscriber(*core, spec)).cursor, 4U);
  core = world.open();
  EXPECT_EQ(opened(*core, 3).cursor, 4U);
}

TEST(JournalCore, KeepsTheLatestTally) {
  core_world world;
  auto core = world.open();
  match_tally tally;
  tally.sequence = 5;
  tally.matched = {{1, 3}};
  tally.matched_none = {{1, 2}};
  core->stage_tally(tally);
  finish(*core);
  EXPECT_EQ(core->attached().tally.sequence, 5U);
  core = world.open();
  EXPECT_EQ(core->attached().tally.matched.at(0).matched, 3U);
  ASSERT_TRUE(core->checkpoint().ok());
  core = world.open();
  EXPECT_EQ(core->attached().tally.matched_none.at(0).matched_none, 2U);
}

TEST(JournalCore, KeepsExceptionsOfATarget) {
  core_world world;
  auto core = world.open();
  auto bus = add_bus(*core);
  auto spec = spec_of("hook");
  spec.target = target_kind::http;
  auto id = add_subscriber(*core, spec);
  publish_events(*core, bus, 0, 10);
  auto epoch = open_incarnation(*core, id);
  acknowledge x;
  x.subscriber = id;
  x.epoch = epoch;
  x.seen = 8;
  x.exceptions = {{5, 2, 1234}, {3, 1, 99}};
  ASSERT_EQ(core->stage_acknowledge(x).error, journal_error::none);
  finish(*core);
  for (int i = 0; i < 3; ++i) {
    auto at = opened(*core, id);
    EXPECT_EQ(at.cursor, 8U);
    ASSERT_EQ(at.exceptions.size(), 2U);
    EXPECT_EQ(at.exceptions[0].sequence, 3U);
    EXPECT_EQ(at.exceptions[1].attempts, 2U);
    if (i == 1) {
      ASSERT_TRUE(core->checkpoint().ok());
    }
    core = world.open();
  }
}

} // namespace
} // namespace baseplate::journal
