#include "actors/journal/logic/catalog.hpp"
#include "actors/journal/logic/payload_codec.hpp"
#include "actors/journal/logic/state_keys.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace baseplate::journal {
namespace {

commit sample_commit() {
  commit x;
  x.subscriber = 3;
  x.epoch = 17;
  x.cursor_before = 100;
  x.cursor = 120;
  x.watermark_ms = -5;
  x.states = {{"order-1", "open"}, {"order-2", std::nullopt}, {"", ""}};
  x.timers = {{{1000, false, "order-1", "timeout"}, false}, {{-1, true, "k", ""}, true}};
  x.fired = {{{900, true, "order-3", "expire"}, 110, 950}};
  x.dead_letters = {{105, "quarantined", "step threw: bad", 3, 777, "{\"id\":\"1\"}"}};
  x.counters = {5, 6, 7};
  return x;
}

std::string commit_bytes() {
  std::string body;
  append_commit_body(body, sample_commit());
  return body;
}

TEST(PayloadCodec, RoundTripsACommit) {
  auto body = commit_bytes();
  commit_view view;
  ASSERT_TRUE(decode_commit_body(body, view));
  EXPECT_EQ(view.epoch, 17U);
  EXPECT_EQ(view.cursor_before, 100U);
  EXPECT_EQ(view.cursor, 120U);
  EXPECT_EQ(view.watermark_ms, -5);
  EXPECT_EQ(view.counters.delivered, 5U);
  EXPECT_EQ(view.counters.dead_lettered, 6U);
  EXPECT_EQ(view.counters.expired, 7U);
  ASSERT_EQ(view.states.size(), 3U);
  EXPECT_EQ(view.states[0].key, "order-1");
  EXPECT_EQ(view.states[0].value, "open");
  EXPECT_FALSE(view.states[1].value);
  ASSERT_TRUE(view.states[2].value);
  EXPECT_EQ(*view.states[2].value, "");
  ASSERT_EQ(view.timers.size(), 2U);
  EXPECT_EQ(view.timers[0].due_ms, 1000);
  EXPECT_FALSE(view.timers[0].cleared);
  EXPECT_TRUE(view.timers[1].cleared);
  EXPECT_TRUE(view.timers[1].event_time);
  ASSERT_EQ(view.fired.size(), 1U);
  EXPECT_EQ(view.fired[0].after_sequence, 110U);
  EXPECT_EQ(view.fired[0].now_ms, 950);
  ASSERT_EQ(view.dead_letters.size(), 1U);
  EXPECT_EQ(view.dead_letters[0].reason, "step threw: bad");
  EXPECT_EQ(view.dead_letters[0].envelope, "{\"id\":\"1\"}");
}

TEST(PayloadCodec, RefusesACommitThatIsCutOffOrTooLong) {
  auto body = commit_bytes();
  commit_view view;
  for (std::size_t size = 0; size < body.size(); ++size) {
    std::string part(body.data(), size);
    part.shrink_to_fit();
    EXPECT_FALSE(decode_commit_body(part, view)) << size;
  }
  EXPECT_FALSE(decode_commit_body(body + '\0', view));
}

TEST(PayloadCodec, IsTotalOnChangedBytes) {
  std::mt19937_64 random{7};
  auto body = commit_bytes();
  commit_view view;
  acknowledge_view ack;
  control_view control;
  match_tally tally;
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = body;
    for (auto n = 1 + random() % 4; n > 0; --n)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)decode_commit_body(bytes, view);
    (void)decode_acknowledge_body(bytes, ack);
    (void)decode_control_body(bytes, control);
    (void)decode_tally(bytes, tally);
  }
}

TEST(PayloadCodec, RoundTripsAnAcknowledgement) {
  acknowledge x;
  x.epoch = 9;
  x.seen_before = 1;
  x.seen = 50;
  x.exceptions = {{12, 3, 1'700'000'000'000}, {13, 0, 0}};
  x.dead_letters = {{11, "rejected", "404", 1, 5, "{}"}};
  x.counters = {1, 2, 3};
  std::string body;
  append_acknowledge_body(body, x);
  acknowledge_view view;
  ASSERT_TRUE(decode_acknowledge_body(body, view));
  EXPECT_EQ(view.seen, 50U);
  ASSERT_EQ(view.exceptions.size(), 2U);
  EXPECT_EQ(view.exceptions[0].sequence, 12U);
  EXPECT_EQ(view.exceptions[0].attempts, 3U);
  EXPECT_EQ(view.exceptions[0].due_ms, 1'700'000'000'000);
  ASSERT_EQ(view.dead_letters.size(), 1U);
  EXPECT_FALSE(decode_acknowledge_body(body.substr(1), view));
}

TEST(PayloadCodec, RoundTripsControls) {
  subscriber_spec spec;
  spec.name = "payments";
  spec.bus = "shop";
  spec.pattern = "{\"source\":[\"x\"]}";
  spec.target = target_kind::http;
  spec.target_json = "{}";
  spec.start = start_position::time;
  spec.start_time_ms = 99;
  spec.ordering_key = "/detail/id";
  spec.retry = {1, 60, 2, 3};
  spec.lag = lag_policy::expire;
  spec.paused = true;
  spec.credit_events = 17;
  std::string body;
  append_subscriber_control(body, {4, 1234, spec});
  control_view view;
  ASSERT_TRUE(decode_control_body(body, view));
  ASSERT_TRUE(view.subscriber && !view.bus);
  EXPECT_EQ(view.subscriber->id, 4U);
  EXPECT_EQ(view.subscriber->cursor, 1234U);
  EXPECT_TRUE(same_spec(view.subscriber->spec, spec));
  body.clear();
  append_bus_control(body, {2, {"shop", 3600, 1 << 20}});
  ASSERT_TRUE(decode_control_body(body, view));
  ASSERT_TRUE(view.bus && !view.subscriber);
  EXPECT_TRUE(same_spec(view.bus->spec, bus_spec{"shop", 3600, 1 << 20}));
}

TEST(PayloadCodec, IndexesTheEventsOfARecord) {
  event_batch batch;
  batch.bytes = "{\"a\":1}{\"b\":22}";
  batch.events = {{1, 7}, {2, 8}};
  batch.ingested_at_ms = 55;
  std::string bytes;
  std::vector<event_ref> written;
  record_header header;
  header.lsn = 1;
  header.first_sequence = 30;
  header.at_ms = 55;
  header.events = 2;
  auto start = begin_record(bytes, header);
  append_events(bytes, batch, 30, written);
  bytes += "body";
  finish_record(bytes, start, 1);
  record_view record;
  ASSERT_EQ(decode_record(bytes, 1, record), record_status::good);
  std::vector<event_ref> read;
  std::string_view body;
  ASSERT_TRUE(index_events(record, record_header_bytes, read, body));
  EXPECT_EQ(body, "body");
  ASSERT_EQ(read.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].offset, written[i].offset);
    EXPECT_EQ(read[i].sequence, 30 + i);
    EXPECT_EQ(read[i].ingested_at_ms, 55);
  }
  EXPECT_EQ(bytes.substr(read[1].offset, read[1].length), "{\"b\":22}");
  record.header.events = 3;
  read.clear();
  EXPECT_FALSE(index_events(record, record_header_bytes, read, body));
}

TEST(StateKeys, SortAsTheirNumbersDo) {
  using keys::sequenced;
  EXPECT_LT(sequenced('d', 1, 255), sequenced('d', 1, 256));
  EXPECT_LT(sequenced('d', 1, ~0ULL), sequenced('d', 2, 0));
  EXPECT_EQ(keys::sequence_of(sequenced('e', 9, 123'456'789'012)), 123'456'789'012U);
  EXPECT_EQ(keys::subscriber_of(sequenced('e', 9, 1)), 9U);
  EXPECT_EQ(keys::segment_of(keys::segment(77)), 77U);
  std::string early;
  std::string late;
  keys::timer(early, 1, {-10, false, false, "b", "x"});
  keys::timer(late, 1, {5, false, false, "a", "x"});
  EXPECT_LT(early, late);
}

TEST(StateKeys, ReadTimersBack) {
  std::string key;
  keys::timer(key, 5, {-123, true, false, "some key", "name"});
  timer_row row;
  ASSERT_TRUE(keys::parse_timer(key, row));
  EXPECT_EQ(row.due_ms, -123);
  EXPECT_TRUE(row.event_time);
  EXPECT_EQ(row.key, "some key");
  EXPECT_EQ(row.name, "name");
  EXPECT_FALSE(keys::parse_timer("t", row));
}

TEST(Catalog, RowsRoundTrip) {
  subscriber_row row;
  row.spec.name = "payments";
  row.fence = {88, 1000};
  row.watermark_ms = 5;
  row.counters = {1, 2, 3};
  row.exceptions = {{900, 2, 7}};
  std::string bytes;
  append_subscriber_row(bytes, row);
  subscriber_row read;
  ASSERT_TRUE(decode_subscriber_row(bytes, read));
  EXPECT_TRUE(same_spec(read.spec, row.spec));
  EXPECT_EQ(read.fence.epoch, 88U);
  EXPECT_EQ(read.fence.cursor, 1000U);
  EXPECT_EQ(read.watermark_ms, 5);
  EXPECT_EQ(read.exceptions.size(), 1U);
  EXPECT_EQ(low_mark(read), 899U);
  EXPECT_FALSE(decode_subscriber_row(bytes.substr(0, bytes.size() - 1), read));
  bytes.clear();
  append_bus_row(bytes, {{"shop", 1, 2}, 44, false});
  bus_row bus;
  ASSERT_TRUE(decode_bus_row(bytes, bus));
  EXPECT_EQ(bus.accepted, 44U);
  EXPECT_EQ(bus.spec.name, "shop");
}

TEST(Catalog, KeepsIdsAndNamesTogether) {
  catalog x;
  EXPECT_TRUE(x.put_bus(1, {"a", 0, 0}));
  EXPECT_FALSE(x.put_bus(3, {"c", 0, 0})) << "skips an id";
  EXPECT_FALSE(x.put_bus(2, {"a", 0, 0})) << "the name is taken";
  EXPECT_FALSE(x.put_bus(1, {"b", 0, 0})) << "an id keeps its name";
  EXPECT_TRUE(x.put_bus(1, {"a", 5, 0}));
  EXPECT_EQ(x.bus(1)->spec.retention_age_s, 5U);
  EXPECT_EQ(x.find_bus("b"), 0U);
}

TEST(Catalog, SaysWhatIsWrongWithASpec) {
  EXPECT_EQ(check_spec(bus_spec{"default", 0, 0}), "");
  EXPECT_NE(check_spec(bus_spec{"", 0, 0}), "");
  EXPECT_NE(check_spec(bus_spec{"with space", 0, 0}), "");
  EXPECT_NE(check_spec(bus_spec{std::string(257, 'a'), 0, 0}), "");
  subscriber_spec spec;
  spec.name = "a/b";
  EXPECT_NE(check_spec(spec), "");
  spec.name = "a";
  EXPECT_EQ(check_spec(spec), "");
  spec.credit_events = 0;
  EXPECT_NE(check_spec(spec), "");
}

} // namespace
} // namespace baseplate::journal
