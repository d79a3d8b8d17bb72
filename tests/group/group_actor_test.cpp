#include "actors/group/group_actor.hpp"
#include "tests/support/actor_test.hpp"

#include <gtest/gtest.h>

namespace baseplate::group {
namespace {

using namespace std::chrono_literals;

/// Counts events per source. "boom" throws; "later" sets a timer of 10 s that emits; "ask" replies;
/// "old" has event time.
class counting_logic : public group_logic {
 public:
  std::string_view name() const override { return "counting"; }

  std::string pattern() const override { return {}; }

  std::optional<std::string> key_of(const event_view& event) const override {
    if (event.source == "ignored")
      return std::nullopt;
    if (event.source == "keyless")
      throw std::runtime_error("no key can be found");
    return std::string{event.source};
  }

  std::optional<unix_ms> event_time_of(const event_view& event) const override {
    if (event.detail_type != "old")
      return std::nullopt;
    return std::int64_t{event.detail()["t"]};
  }

  unix_ms lateness_ms() const override { return 50; }

  step_output step(const step_input& input) const override {
    step_output out;
    const auto count = input.state ? std::stoi(*input.state) : 0;
    if (input.timer) {
      out.events.push_back(
          {"counting", "COUNTED", "{\"count\":" + std::to_string(count) + "}", {}});
      return out;
    }
    if (input.event->detail_type == "boom")
      throw std::runtime_error("the step does not like this event");
    out.state = std::to_string(count + 1);
    out.effect = state_effect::replace;
    if (input.event->detail_type == "later")
      out.timers_set.push_back({"report", input.now_ms + 10'000, false});
    if (input.event->detail_type == "old")
      out.timers_set.push_back({"idle", std::int64_t{input.event->detail()["t"]} + 100, true});
    if (input.event->detail_type == "ask")
      out.replies.push_back({std::string{input.event->id}, 201, "{}"});
    return out;
  }
};

struct wanted_event {
  std::string source = "a";
  std::string detail_type = "x";
  std::string detail = "{}";
};

class GroupActor : public test::actor_test {
 protected:
  test::probe<open_subscriber, load_states, commit> journal{world(), "journal"};
  test::probe<subscribe, demand, subscriber_progress> bus{world(), "bus"};
  test::probe<route_reply> replies{world(), "replies"};
  std::shared_ptr<crash_ledger> ledger = std::make_shared<crash_ledger>(3);
  std::shared_ptr<group_stats> stats = std::make_shared<group_stats>();
  group_options options;
  caf::actor group;

  void start() {
    group_parts parts;
    parts.logic = std::make_shared<counting_logic>();
    parts.subscriber = 5;
    parts.context = {"counting", 1, [](std::string_view) { return bus_id{0}; }, "1", "r"};
    parts.journal = journal.as<journal_actor>();
    parts.bus = bus.as<bus_actor>();
    parts.replies = replies.as<reply_sink_actor>();
    parts.now = wall();
    parts.ledger = ledger;
    parts.stats = stats;
    parts.options = options;
    group = own(spawn_group(system(), parts));
    drain();
  }

  void open(std::uint64_t epoch = 7, sequence_number cursor = 0,
            std::vector<timer_row> timers = {}) {
    start();
    EXPECT_EQ(journal.take_one<open_subscriber>().subscriber, 5u);
    subscriber_opened opened;
    opened.subscriber = 5;
    opened.epoch = epoch;
    opened.cursor = cursor;
    opened.timers = std::move(timers);
    tell(group, opened);
    drain();
    const auto asked = bus.take_one<subscribe>();
    EXPECT_EQ(asked.epoch, epoch);
    EXPECT_EQ(asked.position, cursor);
    EXPECT_EQ(asked.credit_events, options.credit_events);
  }

  void deliver(sequence_number first, const std::vector<wanted_event>& events,
               bool caught_up = true, std::uint64_t epoch = 7) {
    std::string bytes;
    std::vector<event_ref> index;
    portion x;
    for (auto& event : events) {
      const auto offset = static_cast<std::uint32_t>(bytes.size());
      const auto id = "event-" + std::to_string(first + index.size());
      envelope_parts parts;
      parts.id = id;
      parts.source = event.source;
      parts.detail_type = event.detail_type;
      parts.time = "2026-01-31T12:00:00Z";
      parts.detail = event.detail;
      append_envelope(bytes, parts);
      x.events.push_back(static_cast<std::uint32_t>(index.size()));
      index.push_back({first + index.size(), now_ms(), 1, offset,
                       static_cast<std::uint32_t>(bytes.size()) - offset});
    }
    x.subscriber = 5;
    x.epoch = epoch;
    x.from = first - 1;
    x.to = first + events.size() - 1;
    x.chunk = std::make_shared<chunk>(std::move(bytes), index, first, x.to);
    x.caught_up = caught_up;
    tell(group, x);
    drain();
  }

  /// Answers the question for states with nothing: all keys are new.
  std::vector<std::string> know_nothing() {
    const auto question = journal.take_one<load_states>();
    states_loaded answer;
    answer.subscriber = 5;
    answer.epoch = question.epoch;
    answer.request = question.request;
    for (auto& key : question.keys)
      answer.states.push_back({key, std::nullopt});
    tell(group, answer);
    drain();
    return question.keys;
  }

  void durable(const commit& x) {
    tell(group, committed{5, x.epoch, x.cursor});
    drain();
  }
};

TEST_F(GroupActor, AsksOnceForAllKeysThatAPortionNeeds) {
  open();
  deliver(1, {{"a"}, {"b"}, {"a"}, {"ignored"}, {"c"}});
  EXPECT_EQ(know_nothing(), (std::vector<std::string>{"a", "b", "c"}));
  const auto sent = journal.take_one<commit>();
  EXPECT_EQ(sent.cursor_before, 0u);
  EXPECT_EQ(sent.cursor, 5u);
  EXPECT_EQ(sent.epoch, 7u);
  ASSERT_EQ(sent.states.size(), 3u);
  EXPECT_EQ(decode_key_record(*sent.states[0].value)->state, "2");
  EXPECT_EQ(sent.counters.delivered, 5u);
}

TEST_F(GroupActor, GivesCreditBackOnlyForWhatIsDurable) {
  open();
  deliver(1, {{"a"}, {"a"}});
  know_nothing();
  EXPECT_EQ(bus.count<demand>(), 0u);
  durable(journal.take_one<commit>());
  EXPECT_EQ(bus.take_one<demand>().events, 2u);
  const auto progress = bus.take_one<subscriber_progress>();
  EXPECT_EQ(progress.cursor, 2u);
  EXPECT_EQ(progress.counters.delivered, 2u);
}

TEST_F(GroupActor, RunsAtMostTwoCommitsAheadAndMergesWhatWaitsBehindThem) {
  open();
  deliver(1, {{"a"}});
  know_nothing();
  deliver(2, {{"a"}});
  deliver(3, {{"a"}});
  deliver(4, {{"a"}});
  auto sent = journal.take<commit>();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[1].cursor_before, 1u);
  durable(sent[0]);
  const auto merged = journal.take_one<commit>();
  EXPECT_EQ(merged.cursor_before, 2u);
  EXPECT_EQ(merged.cursor, 4u);
  EXPECT_EQ(decode_key_record(*merged.states[0].value)->state, "4");
}

TEST_F(GroupActor, StepsAnEventOnceThoughPortionsOverlap) {
  open();
  deliver(1, {{"a"}, {"a"}});
  know_nothing();
  deliver(2, {{"a"}, {"a"}});
  const auto sent = journal.take<commit>();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(decode_key_record(*sent[1].states[0].value)->state, "3");
  deliver(2, {{"a"}});
  durable(sent[0]);
  durable(sent[1]);
  std::uint32_t credit = 0;
  for (auto& x : bus.take<demand>())
    credit += x.events;
  EXPECT_EQ(credit, 5u) << "credit of overlapping events must come back, too";
  EXPECT_EQ(journal.count<commit>(), 0u);
}

TEST_F(GroupActor, IgnoresPortionsOfAnotherEpoch) {
  open(7);
  deliver(1, {{"a"}}, true, 6);
  EXPECT_TRUE(journal.empty());
}

TEST_F(GroupActor, MovesItsCursorOverWhatDidNotMatch) {
  open();
  portion nothing;
  nothing.subscriber = 5;
  nothing.epoch = 7;
  nothing.to = 900;
  nothing.chunk = std::make_shared<chunk>();
  tell(group, nothing);
  drain();
  const auto sent = journal.take_one<commit>();
  EXPECT_EQ(sent.cursor, 900u);
  EXPECT_TRUE(sent.states.empty());
}

TEST_F(GroupActor, RepliesOnlyWhenTheCommitIsDurable) {
  open();
  deliver(1, {{"a", "ask"}});
  know_nothing();
  EXPECT_TRUE(replies.empty());
  durable(journal.take_one<commit>());
  const auto reply = replies.take_one<route_reply>();
  EXPECT_EQ(reply.correlation, "event-1");
  EXPECT_EQ(reply.status, 201);
}

TEST_F(GroupActor, FiresATimerAtItsTimeAndNotBefore) {
  open();
  deliver(1, {{"a", "later"}});
  know_nothing();
  durable(journal.take_one<commit>());
  advance(9'999ms);
  EXPECT_EQ(journal.count<commit>(), 0u);
  advance(1ms);
  const auto sent = journal.take_one<commit>();
  ASSERT_EQ(sent.fired.size(), 1u);
  EXPECT_EQ(sent.fired[0].after_sequence, 1u);
  EXPECT_NE(sent.emitted.bytes.find("{\"count\":1}"), std::string::npos);
  ASSERT_EQ(sent.timers.size(), 1u);
  EXPECT_TRUE(sent.timers[0].cleared);
}

TEST_F(GroupActor, FiresATimerFromBeforeARestart) {
  open(8, 1, {{now_ms() + 5'000, false, "a", "report"}});
  portion head;
  head.subscriber = 5;
  head.epoch = 8;
  head.from = head.to = 1;
  head.chunk = std::make_shared<chunk>();
  head.caught_up = true;
  tell(group, head);
  drain();
  advance(5s);
  const auto question = journal.take_one<load_states>();
  ASSERT_EQ(question.keys, std::vector<std::string>{"a"});
  key_record record;
  record.state = "41";
  record.timers = {{"report", now_ms(), now_ms(), false}};
  tell(group, states_loaded{5, 8, question.request, {{"a", encode(record)}}});
  drain();
  const auto sent = journal.take_one<commit>();
  EXPECT_NE(sent.emitted.bytes.find("{\"count\":41}"), std::string::npos);
}

TEST_F(GroupActor, DoesNotLetATimerOvertakeEventsThatWaitBehindIt) {
  open(7, 0, {{now_ms() - 1, false, "a", "report"}});
  advance(60s);
  EXPECT_TRUE(journal.empty()) << "the bus has not said that nothing is left to read";
}

TEST_F(GroupActor, FiresEventTimeTimersByTheWatermark) {
  open();
  deliver(1, {{"a", "old", "{\"t\":1000}"}, {"b", "old", "{\"t\":1149}"}});
  know_nothing();
  const auto first = journal.take_one<commit>();
  EXPECT_TRUE(first.fired.empty()) << "1149 less the lateness of 50 is before 1100";
  EXPECT_EQ(first.watermark_ms, 1099);
  deliver(3, {{"b", "old", "{\"t\":1150}"}});
  const auto second = journal.take_one<commit>();
  ASSERT_EQ(second.fired.size(), 1u);
  EXPECT_EQ(second.fired[0].row.key, "a");
  EXPECT_EQ(second.fired[0].now_ms, 1100);
}

TEST_F(GroupActor, EndsImportedHistoryAfterHalfAnHourOfSilence) {
  open();
  deliver(1, {{"a", "old", "{\"t\":1000}"}});
  know_nothing();
  durable(journal.take_one<commit>());
  advance(29min);
  EXPECT_EQ(journal.count<commit>(), 0u);
  advance(2min);
  EXPECT_EQ(journal.take_one<commit>().fired.size(), 1u);
}

TEST_F(GroupActor, QuarantinesAnEventThatCrashedItThreeTimesAndGoesOn) {
  for (int crash = 1; crash <= 3; ++crash) {
    open(static_cast<std::uint64_t>(crash));
    deliver(1, {{"a"}, {"a", "boom"}, {"a"}}, true, static_cast<std::uint64_t>(crash));
    know_nothing();
    EXPECT_TRUE(ended(group));
    EXPECT_EQ(journal.count<commit>(), 0u);
  }
  open(4);
  deliver(1, {{"a"}, {"a", "boom"}, {"a"}}, true, 4);
  know_nothing();
  EXPECT_FALSE(ended(group));
  const auto sent = journal.take_one<commit>();
  ASSERT_EQ(sent.dead_letters.size(), 1u);
  EXPECT_EQ(sent.dead_letters[0].sequence, 2u);
  EXPECT_EQ(sent.dead_letters[0].condition, "quarantined");
  EXPECT_EQ(sent.dead_letters[0].attempts, 3u);
  EXPECT_NE(sent.dead_letters[0].reason.find("the step does not like this event"),
            std::string::npos);
  EXPECT_NE(sent.dead_letters[0].envelope.find("\"event-2\""), std::string::npos);
  EXPECT_EQ(sent.counters.delivered, 2u);
  EXPECT_EQ(sent.counters.dead_lettered, 1u);
  EXPECT_EQ(decode_key_record(*sent.states[0].value)->state, "2");
  EXPECT_FALSE(ledger->empty());
  durable(sent);
  EXPECT_TRUE(ledger->empty());
}

TEST_F(GroupActor, QuarantinesAnEventWhoseKeyCannotBeFound) {
  for (int crash = 1; crash <= 3; ++crash) {
    open(static_cast<std::uint64_t>(crash));
    deliver(1, {{"keyless"}}, true, static_cast<std::uint64_t>(crash));
    EXPECT_TRUE(ended(group));
  }
  open(4);
  deliver(1, {{"keyless"}, {"a"}, {"a"}}, true, 4);
  EXPECT_EQ(know_nothing(), std::vector<std::string>{"a"});
  const auto sent = journal.take_one<commit>();
  ASSERT_EQ(sent.dead_letters.size(), 1u);
  EXPECT_NE(sent.dead_letters[0].reason.find("no key can be found"), std::string::npos);
  EXPECT_EQ(decode_key_record(*sent.states[0].value)->state, "2");
  EXPECT_EQ(sent.cursor, 3u);
}

TEST_F(GroupActor, PutsNoMoreInputsIntoACommitThanItMay) {
  options.batch_events_max = 2;
  options.commits_in_flight_max = 16;
  open();
  deliver(1, {{"a"}, {"a"}, {"a"}, {"a"}, {"a"}});
  know_nothing();
  const auto sent = journal.take<commit>();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].cursor, 2u);
  EXPECT_EQ(sent[1].cursor, 4u);
  EXPECT_EQ(sent[2].cursor, 5u);
}

TEST_F(GroupActor, EndsImportedHistoryAfterTheSilenceThatItsOptionNames) {
  options.watermark_idle_ms = 60'000;
  open();
  deliver(1, {{"a", "old", "{\"t\":1000}"}});
  know_nothing();
  durable(journal.take_one<commit>());
  advance(59s);
  EXPECT_EQ(journal.count<commit>(), 0u);
  advance(1min);
  EXPECT_EQ(journal.take_one<commit>().fired.size(), 1u);
}

TEST_F(GroupActor, DiesWhenTheJournalRefusesItsCommit) {
  open();
  deliver(1, {{"a"}});
  know_nothing();
  tell(group, commit_refused{5, 7, journal_error::stale_epoch});
  drain();
  EXPECT_TRUE(ended(group));
}

TEST_F(GroupActor, KeepsOnlyAsManyKeysInMemoryAsItMay) {
  options.cached_keys_max = 16;
  open();
  std::vector<wanted_event> events;
  for (int i = 0; i < 100; ++i)
    events.push_back({"key-" + std::to_string(i)});
  deliver(1, events);
  EXPECT_EQ(know_nothing().size(), 100u);
  const auto sent = journal.take_one<commit>();
  EXPECT_EQ(sent.states.size(), 100u);
  durable(sent);
  EXPECT_EQ(stats->cached_keys.load(), 16u);
}

} // namespace
} // namespace baseplate::group
