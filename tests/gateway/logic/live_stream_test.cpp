#include "actors/gateway/logic/live_stream.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

portion make_portion(sequence_number from, sequence_number to,
                     const std::vector<sequence_number>& sequences) {
  std::string bytes;
  std::vector<event_ref> events;
  for (const auto sequence : sequences) {
    const auto text = "{\"n\":" + std::to_string(sequence) + "}";
    event_ref ref;
    ref.sequence = sequence;
    ref.offset = static_cast<std::uint32_t>(bytes.size());
    ref.length = static_cast<std::uint32_t>(text.size());
    events.push_back(ref);
    bytes += text;
  }
  portion out;
  out.from = from;
  out.to = to;
  for (std::uint32_t i = 0; i < events.size(); ++i)
    out.events.push_back(i);
  out.chunk = std::make_shared<const chunk>(std::move(bytes), std::move(events), from + 1, to);
  return out;
}

live_subscribed subscribed(sequence_number position, sequence_number head) {
  live_subscribed out;
  out.subscriber = live_subscriber_min + 1;
  out.position = position;
  out.head = head;
  return out;
}

std::string event(sequence_number sequence) {
  const auto n = std::to_string(sequence);
  return "id: " + n + "\ndata: {\"n\":" + n + ",\"bus\":\"b\",\"sequence\":" + n + "}\n\n";
}

live_stream_settings on_bus_b() {
  live_stream_settings out;
  out.bus = "b";
  return out;
}

} // namespace

TEST(LiveStream, WritesEventsInOrderAndReturnsTheirCredit) {
  live_stream stream{on_bus_b()};
  stream.begin(subscribed(0, 100));
  stream.add(make_portion(0, 3, {1, 3}));
  stream.add(make_portion(3, 4, {4}));
  std::string out;
  std::uint32_t credit = 0;
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, event(1) + event(3) + event(4));
  EXPECT_EQ(credit, 3u);
  EXPECT_TRUE(stream.empty());
}

TEST(LiveStream, SaysOnceThatItHasCaughtUpWithTheHeadAtTheBeginning) {
  live_stream stream{on_bus_b()};
  stream.begin(subscribed(0, 2));
  std::string out;
  std::uint32_t credit = 0;
  stream.add(make_portion(0, 1, {1}));
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, event(1));
  out.clear();
  stream.add(make_portion(1, 2, {})); // did not match, but was looked at
  stream.add(make_portion(2, 3, {3}));
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, "event: caught-up\ndata: {\"sequence\":2}\n\n" + event(3));
}

TEST(LiveStream, HasCaughtUpAtOnceWhenItBeginsAtTheHead) {
  live_stream stream{on_bus_b()};
  EXPECT_TRUE(stream.empty());
  stream.begin(subscribed(7, 7));
  EXPECT_FALSE(stream.empty());
  std::string out;
  std::uint32_t credit = 0;
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, "event: caught-up\ndata: {\"sequence\":7}\n\n");
  EXPECT_TRUE(stream.empty());
}

TEST(LiveStream, StopsWhenCaughtUpIfAsked) {
  auto settings = on_bus_b();
  settings.stops_when_caught_up = true;
  live_stream stream{settings};
  stream.begin(subscribed(0, 1));
  stream.add(make_portion(0, 1, {1}));
  stream.add(make_portion(1, 2, {2}));
  std::string out;
  std::uint32_t credit = 0;
  stream.render(out, 1 << 20, credit);
  EXPECT_TRUE(stream.finished());
  EXPECT_EQ(out, event(1) + "event: caught-up\ndata: {\"sequence\":1}\n\n");
}

TEST(LiveStream, StopsAfterTheCount) {
  auto settings = on_bus_b();
  settings.count_max = 2;
  live_stream stream{settings};
  stream.begin(subscribed(0, 9));
  stream.add(make_portion(0, 5, {1, 2, 3}));
  std::string out;
  std::uint32_t credit = 0;
  stream.render(out, 1 << 20, credit);
  EXPECT_TRUE(stream.finished());
  EXPECT_EQ(out, event(1) + event(2));
  stream.add(make_portion(5, 6, {6}));
  EXPECT_TRUE(stream.empty());
}

TEST(LiveStream, SkipsWhatOverlappingPortionsRepeatButReturnsItsCredit) {
  live_stream stream{on_bus_b()};
  stream.begin(subscribed(0, 100));
  stream.add(make_portion(0, 3, {1, 2, 3}));
  stream.add(make_portion(1, 4, {2, 3, 4}));
  std::string out;
  std::uint32_t credit = 0;
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, event(1) + event(2) + event(3) + event(4));
  EXPECT_EQ(credit, 6u);
}

TEST(LiveStream, RendersPieceByPieceAsTheSocketTakesIt) {
  live_stream stream{on_bus_b()};
  stream.begin(subscribed(0, 100));
  stream.add(make_portion(0, 3, {1, 2, 3}));
  std::uint32_t credit = 0;
  std::string out;
  stream.render(out, 1, credit);
  EXPECT_EQ(out, event(1));
  EXPECT_EQ(credit, 1u);
  EXPECT_FALSE(stream.empty());
  out.clear();
  stream.render(out, 1, credit);
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, event(2) + event(3));
  EXPECT_EQ(credit, 3u);
}

TEST(LiveStream, TellsOfEventsThatRetentionRemoved) {
  live_stream stream{on_bus_b()};
  stream.begin(subscribed(0, 100));
  auto gap = make_portion(0, 10, {10});
  gap.expired = 4;
  stream.add(std::move(gap));
  std::string out;
  std::uint32_t credit = 0;
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, "event: gap\ndata: {\"after\":0,\"to\":10,\"expired\":4}\n\n" + event(10));
}

TEST(LiveStream, LetsARouteChooseWhatABrowserSees) {
  live_stream_settings settings;
  settings.has_markers = false;
  settings.render = [](std::string_view envelope) {
    return envelope.find("2") == std::string_view::npos ? std::string{"line1\nline2"}
                                                        : std::string{};
  };
  live_stream stream{settings};
  stream.begin(subscribed(0, 0));
  stream.add(make_portion(0, 2, {1, 2}));
  std::string out;
  std::uint32_t credit = 0;
  stream.render(out, 1 << 20, credit);
  EXPECT_EQ(out, "id: 1\ndata: line1\ndata: line2\n\n");
  EXPECT_EQ(credit, 2u);
}

} // namespace baseplate::gateway
