#include "actors/bus/target_subscriber.hpp"
#include "tests/bus/log_builder.hpp"
#include "tests/support/actor_test.hpp"

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <set>

namespace baseplate::bus {
namespace {

using namespace std::chrono_literals;
using test::log_builder;
using test::probe;

/// A target subscriber between scripted neighbours. The journal keeps the acknowledged state across
/// incarnations.
class TargetSubscriber : public test::actor_test {
 protected:
  void SetUp() override {
    spec.name = "partner";
    spec.target = target_kind::http;
    spec.credit_events = 100;
    spec.retry.backoff_ms = 1000;
    spec.retry.backoff_max_ms = 8000;
    journal.emplace(world(), "journal");
    bus.emplace(world(), "bus");
    transport.emplace(world(), "transport");
    journal->react<open_subscriber>([this](caf::event_based_actor* self, const open_subscriber&) {
      state.subscriber = 5;
      state.epoch = ++epoch;
      reply(self, state);
    });
    journal->react<acknowledge>([this](caf::event_based_actor* self, const acknowledge& x) {
      if (x.epoch != epoch || x.seen_before != state.cursor) {
        reply(self, commit_refused{x.subscriber, x.epoch, journal_error::stale_epoch});
        return;
      }
      state.cursor = x.seen;
      state.exceptions = x.exceptions;
      state.counters = x.counters;
      letters.insert(letters.end(), x.dead_letters.begin(), x.dead_letters.end());
      if (answers)
        reply(self, committed{x.subscriber, x.epoch, x.seen});
    });
    journal->react<read_events>([this](caf::event_based_actor* self, const read_events& x) {
      std::string bytes;
      std::vector<event_ref> refs;
      events_read answer;
      answer.request = x.request;
      for (const auto s : x.sequences) {
        if (gone.contains(s)) {
          answer.missing.push_back(s);
          continue;
        }
        const auto& text = log.at(s).envelope;
        refs.push_back({s, now_ms(), 1, static_cast<std::uint32_t>(bytes.size()),
                        static_cast<std::uint32_t>(text.size())});
        bytes += text;
      }
      answer.chunk
          = std::make_shared<const chunk>(bytes, refs, refs.empty() ? 1 : refs.front().sequence,
                                          refs.empty() ? 0 : refs.back().sequence);
      reply(self, std::move(answer));
    });
    transport->react<attempt>([this](caf::event_based_actor* self, const attempt& x) {
      attempts.push_back(x.sequence);
      if (!outcome)
        return;
      auto result = outcome(x);
      result.subscriber = x.subscriber;
      result.epoch = x.epoch;
      result.sequence = x.sequence;
      reply(self, result);
    });
    outcome = [](const attempt&) { return succeeds(); };
  }

  template <class T>
  static void reply(caf::event_based_actor* self, T x) {
    self->send(caf::actor_cast<caf::actor>(self->current_sender()), std::move(x));
  }

  void spawn() {
    target_parts parts;
    parts.subscriber.id = 5;
    parts.subscriber.spec = spec;
    parts.journal = journal->as<journal_actor>();
    parts.bus = bus->as<bus_actor>();
    parts.transport = transport->as<transport_actor>();
    parts.now = wall();
    parts.options = options;
    target = own(spawn_target_subscriber(system(), std::move(parts)));
    drain();
  }

  /// A crash: nothing more is said.
  void crash() {
    kill(target);
    drain();
    target = nullptr;
  }

  void hand_out(const chunk_ptr& events, sequence_number from, std::uint64_t expired = 0) {
    portion x;
    x.subscriber = 5;
    x.epoch = epoch;
    x.from = from;
    x.to = events->last_sequence();
    x.chunk = events;
    x.expired = expired;
    for (std::uint32_t i = 0; i < events->events().size(); ++i)
      x.events.push_back(i);
    bus->send(target, x);
    drain();
  }

  chunk_ptr keyed(const std::vector<std::string>& keys) {
    std::vector<test::logged_event> events;
    for (const auto& key : keys)
      events.push_back({1, R"({"detail":{"order":")" + key + R"("}})"});
    return at_now(log.append(events));
  }

  /// The same chunk, ingested now.
  chunk_ptr at_now(const chunk_ptr& events) {
    std::string bytes;
    auto refs = events->events();
    for (auto& ref : refs) {
      bytes += events->envelope(ref);
      ref.ingested_at_ms = now_ms();
    }
    return std::make_shared<const chunk>(bytes, refs, events->first_sequence(),
                                         events->last_sequence());
  }

  std::uint32_t credit_returned() {
    std::uint32_t result = 0;
    for (const auto& x : bus->take<demand>())
      result += x.events;
    return result;
  }

  static attempt_result succeeds() {
    attempt_result x;
    x.outcome = attempt_outcome::delivered;
    return x;
  }

  static attempt_result fails(attempt_outcome outcome, std::string reason = "HTTP status 503",
                              std::int64_t retry_after_ms = 0) {
    attempt_result x;
    x.outcome = outcome;
    x.reason = std::move(reason);
    x.retry_after_ms = retry_after_ms;
    return x;
  }

  void TearDown() override {
    target = nullptr;
    test::actor_test::TearDown();
  }

  subscriber_spec spec;
  target_options options;
  log_builder log;
  subscriber_opened state;
  std::uint64_t epoch = 0;
  bool answers = true;
  std::vector<dead_letter> letters;
  std::set<sequence_number> gone;
  std::vector<sequence_number> attempts;
  std::function<attempt_result(const attempt&)> outcome;
  std::optional<probe<open_subscriber, acknowledge, read_events>> journal;
  std::optional<probe<subscribe, demand, subscriber_progress>> bus;
  std::optional<probe<attempt>> transport;
  caf::actor target;
};

using numbers = std::vector<sequence_number>;

TEST_F(TargetSubscriber, SubscribesBehindItsCursorForDurableEventsOnly) {
  state.cursor = 17;
  spawn();
  const auto x = bus->take_one<subscribe>();
  EXPECT_EQ(x.subscriber, 5u);
  EXPECT_EQ(x.epoch, 1u);
  EXPECT_EQ(x.position, 17u);
  EXPECT_EQ(x.credit_events, 100u);
  EXPECT_TRUE(x.durable_only);
}

TEST_F(TargetSubscriber, DeliversAndAcknowledgesAfterTheInterval) {
  spawn();
  hand_out(at_now(log.append(10)), 0);
  EXPECT_EQ(attempts.size(), 10u);
  EXPECT_EQ(journal->count<acknowledge>(), 0u);
  EXPECT_EQ(credit_returned(), 0u);
  advance(20ms);
  const auto x = journal->take_one<acknowledge>();
  EXPECT_EQ(x.seen_before, 0u);
  EXPECT_EQ(x.seen, 10u);
  EXPECT_TRUE(x.exceptions.empty());
  EXPECT_EQ(x.counters.delivered, 10u);
  EXPECT_EQ(credit_returned(), 10u);
  EXPECT_EQ(bus->take<subscriber_progress>().back().counters.delivered, 10u);
  const auto first = transport->take<attempt>().front();
  EXPECT_EQ(first.number, 1u);
  EXPECT_EQ(first.idempotency_key, "partner-1");
}

TEST_F(TargetSubscriber, AcknowledgesAtOnceAfterManyCompletionsWithOneInFlight) {
  options.ack_completions = 8;
  answers = false;
  spawn();
  hand_out(at_now(log.append(40)), 0);
  EXPECT_EQ(journal->count<acknowledge>(), 1u);
  EXPECT_EQ(state.counters.delivered, 8u);
  answers = true;
  journal->send(target, committed{5, epoch, state.cursor});
  drain();
  advance(100ms);
  EXPECT_EQ(state.counters.delivered, 40u);
  EXPECT_EQ(credit_returned(), 40u);
  EXPECT_TRUE(state.exceptions.empty());
}

TEST_F(TargetSubscriber, TriesAgainWhenDueWithinTheBackoff) {
  int failures = 2;
  outcome
      = [&](const attempt&) { return failures-- > 0 ? fails(attempt_outcome::retry) : succeeds(); };
  spawn();
  hand_out(at_now(log.append(1)), 0);
  EXPECT_EQ(attempts.size(), 1u);
  advance(20ms);
  ASSERT_EQ(state.exceptions.size(), 1u);
  EXPECT_EQ(state.exceptions[0].attempts, 1u);
  EXPECT_GT(state.exceptions[0].due_ms, now_ms() - 1000);
  EXPECT_LE(state.exceptions[0].due_ms, now_ms() + 1000);
  advance(1s);
  EXPECT_GE(attempts.size(), 2u);
  advance(2s);
  EXPECT_EQ(attempts.size(), 3u);
  advance(20ms);
  EXPECT_TRUE(state.exceptions.empty());
  EXPECT_EQ(state.counters.delivered, 1u);
  const auto all = transport->take<attempt>();
  EXPECT_EQ(all[2].number, 3u);
  EXPECT_EQ(all[2].idempotency_key, all[0].idempotency_key);
}

TEST_F(TargetSubscriber, WaitsAsLongAsTheServerAsks) {
  bool first = true;
  outcome = [&](const attempt&) {
    return std::exchange(first, false) ? fails(attempt_outcome::retry, "HTTP status 429", 30'000)
                                       : succeeds();
  };
  spawn();
  hand_out(at_now(log.append(1)), 0);
  advance(29999ms);
  EXPECT_EQ(attempts.size(), 1u);
  advance(2ms);
  EXPECT_EQ(attempts.size(), 2u);
}

TEST_F(TargetSubscriber, DeadLettersWithTheEnvelopeOnceTheRetriesAreUsedUp) {
  spec.retry.retry_attempts_max = 2;
  outcome = [](const attempt&) { return fails(attempt_outcome::retry); };
  spawn();
  hand_out(at_now(log.append(1)), 0);
  advance(10s);
  EXPECT_EQ(attempts.size(), 3u);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].condition, "MaximumRetryAttempts");
  EXPECT_EQ(letters[0].reason, "HTTP status 503");
  EXPECT_EQ(letters[0].attempts, 3u);
  EXPECT_EQ(letters[0].sequence, 1u);
  EXPECT_EQ(letters[0].envelope, log.at(1).envelope);
  EXPECT_EQ(state.counters.dead_lettered, 1u);
  EXPECT_TRUE(state.exceptions.empty());
  EXPECT_EQ(credit_returned(), 1u);
}

TEST_F(TargetSubscriber, DeadLettersAtOnceWhatIsRejectedAndWhatIsTooOld) {
  spec.retry.retry_attempts_max = 185;
  outcome = [](const attempt& x) {
    return fails(x.sequence == 1 ? attempt_outcome::rejected : attempt_outcome::retry, "no");
  };
  spec.retry.event_age_max_s = 60;
  spawn();
  hand_out(at_now(log.append(1)), 0);
  hand_out(at_now(log.append(1)), 1);
  advance(1s);
  EXPECT_EQ(letters.size(), 1u);
  advance(2min);
  ASSERT_EQ(letters.size(), 2u);
  EXPECT_EQ(letters[0].condition, "rejected");
  EXPECT_EQ(letters[1].condition, "MaximumEventAgeInSeconds");
}

TEST_F(TargetSubscriber, KeepsTheOrderOfAKeyWhileARetryHoldsItUp) {
  spec.ordering_key = "/detail/order";
  int failures = 1;
  outcome = [&](const attempt& x) {
    return x.sequence == 1 && failures-- > 0 ? fails(attempt_outcome::retry) : succeeds();
  };
  spawn();
  hand_out(keyed({"a", "a", "b", "a", "b"}), 0);
  EXPECT_EQ(attempts, (numbers{1, 3, 5}));
  advance(20ms);
  ASSERT_EQ(state.exceptions.size(), 3u) << "those behind the retry are open, too";
  advance(1s);
  EXPECT_EQ(attempts, (numbers{1, 3, 5, 1, 2, 4}));
}

TEST_F(TargetSubscriber, TakesUpItsExceptionsAfterACrashAtTheirDueTime) {
  outcome = [](const attempt& x) {
    return x.sequence % 2 == 0 ? fails(attempt_outcome::retry, "busy", 60'000) : succeeds();
  };
  spawn();
  hand_out(at_now(log.append(6)), 0);
  advance(20ms);
  ASSERT_EQ(state.exceptions.size(), 3u);
  crash();
  attempts.clear();
  bus->clear();
  outcome = [](const attempt&) { return succeeds(); };
  spawn();
  EXPECT_EQ(journal->take_one<read_events>().sequences, (numbers{2, 4, 6}));
  const auto x = bus->take_one<subscribe>();
  EXPECT_EQ(x.position, 6u);
  EXPECT_EQ(x.open_events, 3u);
  EXPECT_EQ(x.credit_events, 97u);
  EXPECT_TRUE(attempts.empty());
  advance(59s);
  EXPECT_TRUE(attempts.empty());
  advance(2s);
  EXPECT_EQ(attempts, (numbers{2, 4, 6}));
  EXPECT_EQ(transport->take<attempt>().back().number, 2u);
  EXPECT_EQ(state.counters.delivered, 6u);
  EXPECT_TRUE(state.exceptions.empty());
}

TEST_F(TargetSubscriber, NeverRepeatsWhatADurableAcknowledgementCallsFinished) {
  spawn();
  hand_out(at_now(log.append(3)), 0);
  advance(20ms);
  crash();
  attempts.clear();
  spawn();
  EXPECT_TRUE(attempts.empty());
  hand_out(at_now(log.read(1, 1 << 20)), 0); // an overlap of ring and readback
  EXPECT_TRUE(attempts.empty());
  EXPECT_EQ(credit_returned(), 6u) << "three finished, three repeated";
}

TEST_F(TargetSubscriber, CountsExceptionsThatRetentionTookAsExpired) {
  outcome = [](const attempt&) { return fails(attempt_outcome::retry); };
  spawn();
  hand_out(at_now(log.append(2)), 0);
  advance(20ms);
  crash();
  gone = {1};
  outcome = [](const attempt&) { return succeeds(); };
  spawn();
  advance(5s);
  EXPECT_EQ(state.counters.expired, 1u);
  EXPECT_EQ(state.counters.delivered, 1u);
  EXPECT_TRUE(state.exceptions.empty());
}

TEST_F(TargetSubscriber, AsksAgainForExceptionsThatCannotBeReadRatherThanLoseThem) {
  outcome = [](const attempt&) { return fails(attempt_outcome::retry); };
  spawn();
  hand_out(at_now(log.append(2)), 0);
  advance(20ms);
  crash();
  const auto answer_none = [](caf::event_based_actor* self, const read_events& x) {
    reply(self, events_read{x.request, std::make_shared<const chunk>(), {}});
  };
  journal->react<read_events>(answer_none);
  bus->clear();
  spawn();
  advance(5s);
  EXPECT_EQ(journal->count<read_events>(), 6u);
  EXPECT_TRUE(bus->empty()) << "it reads nothing new before";
  EXPECT_EQ(state.exceptions.size(), 2u);
}

TEST_F(TargetSubscriber, MovesItsCursorOverEventsThatDidNotMatch) {
  spawn();
  portion x;
  x.subscriber = 5;
  x.epoch = epoch;
  x.to = 500;
  x.chunk = std::make_shared<const chunk>();
  x.expired = 7;
  bus->send(target, x);
  drain();
  advance(20ms);
  EXPECT_EQ(state.cursor, 500u);
  EXPECT_EQ(state.counters.expired, 7u);
}

TEST_F(TargetSubscriber, LimitsWhatIsInFlight) {
  options.in_flight_max = 3;
  outcome = nullptr;
  spawn();
  hand_out(at_now(log.append(10)), 0);
  EXPECT_EQ(attempts, (numbers{1, 2, 3}));
  attempt_result x;
  x.subscriber = 5;
  x.epoch = epoch;
  x.sequence = 2;
  x.outcome = attempt_outcome::delivered;
  transport->send(target, x);
  transport->send(target, x); // a second answer is ignored
  drain();
  EXPECT_EQ(attempts, (numbers{1, 2, 3, 4}));
}

TEST_F(TargetSubscriber, CountsAnAttemptWithoutAnAnswerAsFailed) {
  options.answer_timeout = 5s;
  outcome = nullptr;
  spawn();
  hand_out(at_now(log.append(1)), 0);
  advance(4999ms);
  EXPECT_EQ(attempts.size(), 1u);
  outcome = [](const attempt&) { return succeeds(); };
  advance(2s);
  EXPECT_EQ(attempts.size(), 2u);
  advance(20ms);
  EXPECT_EQ(state.counters.delivered, 1u);
}

TEST_F(TargetSubscriber, DiesWhenTheJournalRefusesIt) {
  spawn();
  journal->react<acknowledge>([](caf::event_based_actor* self, const acknowledge& x) {
    reply(self, commit_refused{x.subscriber, x.epoch, journal_error::stale_epoch});
  });
  hand_out(at_now(log.append(1)), 0);
  advance(20ms);
  EXPECT_TRUE(ended(target));
}

TEST_F(TargetSubscriber, StopsInOrderAfterTheAnswersAndALastAcknowledgement) {
  outcome = nullptr;
  options.in_flight_max = 1;
  spawn();
  hand_out(at_now(log.append(3)), 0);
  caf::anon_send_exit(target, caf::exit_reason::user_shutdown);
  drain();
  EXPECT_FALSE(ended(target));
  attempt_result x;
  x.subscriber = 5;
  x.epoch = epoch;
  x.sequence = 1;
  x.outcome = attempt_outcome::delivered;
  transport->send(target, x);
  drain();
  EXPECT_TRUE(ended(target));
  EXPECT_EQ(attempts, (numbers{1})) << "no new attempt while stopping";
  EXPECT_EQ(state.cursor, 3u);
  ASSERT_EQ(state.exceptions.size(), 2u);
  EXPECT_EQ(state.counters.delivered, 1u);
}

TEST_F(TargetSubscriber, DoesNotWaitForAnswersLongerThanItsTimeForStopping) {
  outcome = nullptr;
  spawn();
  hand_out(at_now(log.append(1)), 0);
  caf::anon_send_exit(target, caf::exit_reason::user_shutdown);
  advance(3999ms);
  EXPECT_FALSE(ended(target));
  advance(2ms);
  EXPECT_TRUE(ended(target));
}

} // namespace
} // namespace baseplate::bus
