#include "messages/caf/inspect.hpp"
#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "messages/caf/interfaces/reply_sink.hpp"
#include "messages/caf/interfaces/transport.hpp"
#include "messages/caf/type_ids.hpp"

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <gtest/gtest.h>

namespace baseplate {
namespace {

struct config : caf::actor_system_config {
  config() {
    baseplate::add_message_types(*this);
    set("scheduler.max-threads", std::size_t{1});
  }
};

class Inspect : public ::testing::Test {
 protected:
  template <class T>
  std::vector<char> save(const T& in) {
    std::vector<char> buffer;
    caf::binary_serializer sink{system_, buffer};
    auto error = sink(const_cast<T&>(in));
    EXPECT_FALSE(error) << system_.render(error);
    return buffer;
  }

  template <class T>
  T round_trip(const T& in) {
    auto buffer = save(in);
    T out;
    caf::binary_deserializer source{system_, buffer};
    auto error = source(out);
    EXPECT_FALSE(error) << system_.render(error);
    return out;
  }

  config config_;
  caf::actor_system system_{config_};
};

chunk_ptr two_events() {
  return std::make_shared<const chunk>(
      R"({"id":"a"}..{"id":"b"})", std::vector<event_ref>{{7, 100, 1, 0, 10}, {9, 100, 2, 12, 10}},
      5, 9);
}

TEST_F(Inspect, CarriesAChunkAsItsBytesAndIndex) {
  portion in{3, 4, 5, 9, two_events(), {0, 1}, true, 2};
  auto out = round_trip(in);
  ASSERT_TRUE(out.chunk);
  EXPECT_NE(out.chunk, in.chunk);
  EXPECT_EQ(out.chunk->bytes(), in.chunk->bytes());
  EXPECT_EQ(out.chunk->first_sequence(), 5u);
  EXPECT_EQ(out.chunk->last_sequence(), 9u);
  ASSERT_EQ(out.chunk->events().size(), 2u);
  EXPECT_EQ(out.chunk->envelope(out.chunk->events()[1]), R"({"id":"b"})");
  EXPECT_EQ(out.chunk->events()[1].bus, 2u);
  EXPECT_EQ(out.events, in.events);
  EXPECT_TRUE(out.caught_up);
  EXPECT_EQ(out.expired, 2u);
}

TEST_F(Inspect, CarriesAnAbsentChunkAsAbsent) {
  log_appended in{nullptr, 12};
  auto out = round_trip(in);
  EXPECT_FALSE(out.chunk);
  EXPECT_EQ(out.durable, 12u);
}

TEST_F(Inspect, DropsAChunkThatWasThereWhenAnAbsentOneArrives) {
  auto buffer = save(log_appended{nullptr, 12});
  log_appended out{two_events(), 1};
  caf::binary_deserializer source{system_, buffer};
  ASSERT_FALSE(source(out));
  EXPECT_FALSE(out.chunk);
}

TEST_F(Inspect, CarriesOptionalsBothWays) {
  states_loaded in{1, 2, 3, {{"a", std::string{"x\0y", 3}}, {"b", std::nullopt}, {"c", ""}}};
  auto out = round_trip(in);
  ASSERT_EQ(out.states.size(), 3u);
  EXPECT_EQ(out.states[0].value, (std::string{"x\0y", 3}));
  EXPECT_EQ(out.states[1].value, std::nullopt);
  EXPECT_EQ(out.states[2].value, "");
}

TEST_F(Inspect, CarriesAWholeCommit) {
  commit in;
  in.subscriber = 5;
  in.epoch = 77;
  in.cursor_before = 1;
  in.cursor = 9;
  in.watermark_ms = -4;
  in.states = {{"k", "v"}, {"gone", std::nullopt}};
  in.timers = {{{10, true, "k", "n"}, true}};
  in.fired = {{{11, false, "k", "m"}, 8, 12}};
  in.dead_letters = {{3, "quarantined", "boom", 3, 99, "{}"}};
  in.emitted = {"{}", {{1, 2}}, 5};
  in.counters = {1, 2, 3};
  auto out = round_trip(in);
  EXPECT_EQ(out.epoch, 77u);
  EXPECT_EQ(out.watermark_ms, -4);
  ASSERT_EQ(out.states.size(), 2u);
  EXPECT_FALSE(out.states[1].value);
  ASSERT_EQ(out.timers.size(), 1u);
  EXPECT_TRUE(out.timers[0].cleared);
  EXPECT_EQ(out.timers[0].row.name, "n");
  ASSERT_EQ(out.fired.size(), 1u);
  EXPECT_EQ(out.fired[0].now_ms, 12);
  ASSERT_EQ(out.dead_letters.size(), 1u);
  EXPECT_EQ(out.dead_letters[0].reason, "boom");
  ASSERT_EQ(out.emitted.events.size(), 1u);
  EXPECT_EQ(out.emitted.events[0].length, 2u);
  EXPECT_EQ(out.counters.expired, 3u);
}

TEST_F(Inspect, CarriesEnumsByTheirNumber) {
  EXPECT_EQ(round_trip(commit_refused{1, 2, journal_error::stopping}).error,
            journal_error::stopping);
  subscriber_spec spec;
  spec.target = target_kind::smtp;
  spec.lag = lag_policy::expire;
  auto out = round_trip(declare_subscriber{1, spec});
  EXPECT_EQ(out.spec.target, target_kind::smtp);
  EXPECT_EQ(out.spec.lag, lag_policy::expire);
}

struct bad_chunk {
  const char* what;
  std::vector<event_ref> events;
  sequence_number first;
  sequence_number last;
};

TEST_F(Inspect, RefusesChunksThatContradictThemselves) {
  const std::string bytes = "0123456789";
  const std::vector<bad_chunk> cases = {
      {"reversed range", {}, 5, 3},
      {"range begins at nothing", {}, 0, 3},
      {"event past the bytes", {{5, 0, 1, 8, 3}}, 5, 5},
      {"offset that wraps", {{5, 0, 1, 0xFFFF'FFFF, 0xFFFF'FFFF}}, 5, 5},
      {"event below the range", {{4, 0, 1, 0, 1}}, 5, 6},
      {"event above the range", {{7, 0, 1, 0, 1}}, 5, 6},
      {"same sequence twice", {{5, 0, 1, 0, 1}, {5, 0, 1, 1, 1}}, 5, 6},
  };
  for (auto& c : cases) {
    chunk_ptr out;
    EXPECT_TRUE(wire::make_chunk(out, bytes, c.events, c.first, c.last)) << c.what;
    EXPECT_FALSE(out) << c.what;
  }
  chunk_ptr out;
  EXPECT_FALSE(wire::make_chunk(out, bytes, {{5, 0, 1, 0, 10}}, 5, 5));
  EXPECT_FALSE(wire::make_chunk(out, "", {}, 5, 4)) << "an empty range is fine";
}

TEST_F(Inspect, FailsOnATruncatedMessageInsteadOfInventingTheRest) {
  auto whole = save(portion{3, 4, 5, 9, two_events(), {0, 1}, true, 2});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<char> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    portion out;
    caf::binary_deserializer source{system_, part};
    EXPECT_TRUE(source(out)) << size << " of " << whole.size() << " bytes were taken";
  }
}

TEST_F(Inspect, SurvivesInAMessageThroughAnActor) {
  caf::scoped_actor self{system_};
  auto echo = system_.spawn([](caf::event_based_actor* actor) -> caf::behavior {
    return {[actor](const portion& x) {
      actor->send(caf::actor_cast<caf::actor>(actor->current_sender()), x);
    }};
  });
  auto chunk = two_events();
  self->send(echo, portion{3, 4, 5, 9, chunk, {0}, false, 0});
  self->receive([&](const portion& x) { EXPECT_EQ(x.chunk, chunk) << "no copy inside a process"; },
                caf::after(std::chrono::seconds(10)) >> [] { FAIL() << "no answer"; });
  caf::anon_send_exit(echo, caf::exit_reason::user_shutdown);
}

TEST_F(Inspect, PrintsAChunkWithoutItsPayload) {
  auto text = caf::deep_to_string(log_appended{two_events(), 9});
  EXPECT_EQ(text.find("\"id\""), std::string::npos) << text;
  EXPECT_NE(text.find("5..9"), std::string::npos) << text;
}

} // namespace
} // namespace baseplate
