// Tails, browser streams, and what is asked of the bus.
#include "tests/gateway/fake_ports.hpp"
#include "tests/gateway/raw_client.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

namespace json = boost::json;

struct HttpServerStream : ::testing::Test, server_fixture {
  subscriber_id subscriber = live_subscriber_min + 5;

  /// Takes the subscription that a client asked for.
  subscribe_live accept(sequence_number position, sequence_number head) {
    const auto question = bus->next<subscribe_live>();
    live_subscribed answer;
    answer.request = question.request;
    answer.subscriber = subscriber;
    answer.position = position;
    answer.head = head;
    server->tell(answer);
    return question;
  }

  void send(sequence_number from, sequence_number to, std::size_t detail_bytes = 1) {
    std::string bytes;
    std::vector<event_ref> events;
    portion out;
    for (auto sequence = from + 1; sequence <= to; ++sequence) {
      const auto text = R"({"id":")" + std::to_string(sequence) + R"(","detail":{"x":")"
                        + std::string(detail_bytes, 'x') + "\"}}";
      event_ref ref;
      ref.sequence = sequence;
      ref.offset = static_cast<std::uint32_t>(bytes.size());
      ref.length = static_cast<std::uint32_t>(text.size());
      out.events.push_back(static_cast<std::uint32_t>(events.size()));
      events.push_back(ref);
      bytes += text;
    }
    out.subscriber = subscriber;
    out.epoch = 1;
    out.from = from;
    out.to = to;
    out.chunk = std::make_shared<const chunk>(std::move(bytes), std::move(events), from + 1, to);
    server->tell(std::move(out));
  }
};

const std::string caught_up = "event: caught-up\n";

} // namespace

TEST_F(HttpServerStream, TailsABusAsServerSentEvents) {
  raw_client client{start()};
  client.send(get("/v1/tail?bus=orders&from=7&pattern=%7B%7D"));
  const auto question = accept(6, 8);
  EXPECT_EQ(question.bus, "orders");
  EXPECT_EQ(question.from_sequence, 7u);
  EXPECT_EQ(question.pattern, "{}");
  EXPECT_EQ(question.credit_events, 256u);
  EXPECT_NE(client.read_until("\r\n\r\n").find("Content-Type: text/event-stream"),
            std::string::npos);
  send(6, 8);
  EXPECT_EQ(
      client.read_until("\n\n"),
      "id: 7\ndata: {\"id\":\"7\",\"detail\":{\"x\":\"x\"},\"bus\":\"orders\",\"sequence\":7}\n\n");
  EXPECT_EQ(client.read_until("\n\n").substr(0, 6), "id: 8\n");
  EXPECT_EQ(client.read_until("\n\n"), caught_up + "data: {\"sequence\":8}\n\n");
  EXPECT_TRUE(bus->wait_for_credit(2));
  client.close();
  EXPECT_EQ(bus->next<unsubscribe_live>().subscriber, subscriber);
}

TEST_F(HttpServerStream, EndsAfterTheCount) {
  raw_client client{start()};
  client.send(get("/v1/tail?from=oldest&count=2"));
  accept(0, 10);
  send(0, 10);
  const auto all = client.read_to_end();
  EXPECT_NE(all.find("id: 2\n"), std::string::npos);
  EXPECT_EQ(all.find("id: 3\n"), std::string::npos);
  client.close();
  EXPECT_EQ(bus->next<unsubscribe_live>().subscriber, subscriber);
}

TEST_F(HttpServerStream, EndsWhenCaughtUpIfAsked) {
  raw_client client{start()};
  client.send(get("/v1/tail?from=oldest&follow=false"));
  accept(0, 3);
  send(0, 3);
  const auto all = client.read_to_end();
  EXPECT_NE(all.find("id: 3\n"), std::string::npos);
  EXPECT_NE(all.find(caught_up), std::string::npos);
}

TEST_F(HttpServerStream, AnswersEarlierRequestsBeforeTheStreamBegins) {
  raw_client client{start()};
  journal->hold();
  client.send(post("/v1/events", R"({"source":"s","detail-type":"t","detail":{}})"));
  client.send(get("/v1/tail"));
  ASSERT_TRUE(journal->wait_for(1));
  accept(0, 0);
  send(0, 1);
  journal->release(1);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_NE(client.read_until("\r\n\r\n").find("text/event-stream"), std::string::npos);
  EXPECT_EQ(client.read_until("\n\n").substr(0, caught_up.size()), caught_up);
  EXPECT_EQ(client.read_until("\n\n").substr(0, 6), "id: 1\n");
}

TEST_F(HttpServerStream, RefusesWhatTheBusRefuses) {
  raw_client client{start()};
  client.send(get("/v1/tail?pattern=x"));
  const auto question = bus->next<subscribe_live>();
  live_subscribed answer;
  answer.request = question.request;
  answer.error = "the pattern is no JSON object";
  server->tell(answer);
  const auto got = client.read();
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(json::parse(got.body).at("error").at("message").as_string(), answer.error);
  EXPECT_EQ(raw_client{server->port()}.ask(get("/v1/tail?bus=none")).status, 404);
  EXPECT_EQ(raw_client{server->port()}.ask(get("/v1/tail?from=soon")).status, 400);
}

TEST_F(HttpServerStream, GoesOnWithTheConnectionAfterARefusedTail) {
  raw_client client{start()};
  client.send(get("/v1/tail?from=soon") + get("/v1/tail?bus=none") + get("/livez"));
  EXPECT_EQ(client.read().status, 400);
  EXPECT_EQ(client.read().status, 404);
  EXPECT_EQ(client.read().body, "ok\n");
  client.send(get("/v1/tail?from=1"));
  accept(0, 0);
  EXPECT_FALSE(client.read_until(caught_up).empty());
}

TEST_F(HttpServerStream, GivesASlowClientsCreditBackOnlyAsItReads) {
  raw_client client{start()};
  client.send(get("/v1/tail?from=oldest"));
  accept(0, 1'000'000);
  client.read_until("\r\n\r\n");
  for (sequence_number i = 0; i < 200; ++i)
    send(i, i + 1, 300'000); // 60 MB, more than the sockets' buffers
  raw_client other{server->port()};
  EXPECT_EQ(other.ask(get("/livez")).status, 200);
  EXPECT_LT(bus->credit(), 200u);
  for (int i = 1; i <= 200; ++i)
    ASSERT_NE(client.read_until("\n\n").find("id: " + std::to_string(i) + "\n"), std::string::npos);
  EXPECT_TRUE(bus->wait_for_credit(200));
}

TEST_F(HttpServerStream, ClosesAStreamThatTakesNothing) {
  options.write_timeout = std::chrono::milliseconds{100};
  raw_client client{start()};
  client.send(get("/v1/tail?from=oldest"));
  accept(0, 1'000'000);
  client.read_until("\r\n\r\n");
  for (sequence_number i = 0; i < 200; ++i)
    send(i, i + 1, 300'000);
  EXPECT_EQ(bus->next<unsubscribe_live>().subscriber, subscriber);
}

TEST_F(HttpServerStream, SendsHeartbeatsWhenThereIsNothingToSay) {
  options.heartbeat_interval = std::chrono::milliseconds{50};
  raw_client client{start()};
  client.send(get("/v1/tail"));
  accept(0, 0);
  EXPECT_FALSE(client.read_until(": heartbeat\n\n").empty());
  EXPECT_FALSE(client.read_until(": heartbeat\n\n").empty());
}

TEST_F(HttpServerStream, LimitsTheNumberOfStreams) {
  options.streams_max = 1;
  const auto port = start();
  raw_client first{port}, second{port};
  first.send(get("/v1/tail"));
  accept(0, 0);
  EXPECT_FALSE(first.read_until(caught_up).empty());
  EXPECT_EQ(second.ask(get("/v1/tail")).status, 503);
  first.close();
  bus->next<unsubscribe_live>();
  raw_client third{port};
  third.send(get("/v1/tail"));
  bus->next<subscribe_live>();
}

TEST_F(HttpServerStream, DropsASubscriptionWhoseClientIsGone) {
  options.reply_timeout = std::chrono::milliseconds{50};
  raw_client client{start()};
  client.send(get("/v1/tail"));
  const auto question = bus->next<subscribe_live>();
  EXPECT_EQ(client.read().status, 504);
  live_subscribed late;
  late.request = question.request;
  late.subscriber = subscriber;
  server->tell(late);
  EXPECT_EQ(bus->next<unsubscribe_live>().subscriber, subscriber);
}

TEST_F(HttpServerStream, StreamsToBrowsersWhatTheGroupRenders) {
  http_stream_route stream;
  stream.path = "/v1/shop/orders/{id}/events";
  stream.pattern = [](const std::vector<std::string>& values) {
    return values.at(0) == "unknown" ? std::string{} : "{\"id\":[\"" + values.at(0) + "\"]}";
  };
  stream.render = [](std::string_view envelope) {
    return envelope.find("\"id\":\"2\"") == std::string_view::npos ? std::string{"shown"} : "";
  };
  ports.streams.push_back(stream);
  raw_client client{start()};
  EXPECT_EQ(client.ask(get("/v1/shop/orders/unknown/events")).status, 404);
  client.close();
  raw_client browser{server->port()};
  browser.send(get("/v1/shop/orders/o1/events", "Last-Event-ID: 4\r\n"));
  const auto question = accept(0, 0);
  EXPECT_EQ(question.pattern, R"({"id":["o1"]})");
  EXPECT_EQ(question.start, start_position::oldest);
  EXPECT_EQ(question.from_sequence, 5u);
  browser.read_until("\r\n\r\n");
  send(0, 3);
  EXPECT_EQ(browser.read_until("\n\n"), "id: 1\ndata: shown\n\n");
  EXPECT_EQ(browser.read_until("\n\n"), "id: 3\ndata: shown\n\n");
  EXPECT_TRUE(bus->wait_for_credit(3));
}

TEST_F(HttpServerStream, EndsStreamsWhenDraining) {
  raw_client client{start()};
  client.send(get("/v1/tail"));
  accept(0, 0);
  client.read_until(caught_up);
  server->drain(std::chrono::seconds{10}, [] {});
  client.read_to_end();
  EXPECT_EQ(bus->next<unsubscribe_live>().subscriber, subscriber);
}

// -- subscribers ------------------------------------------------------------------

TEST_F(HttpServerStream, ShowsAndPausesSubscribers) {
  raw_client client{start()};
  const auto answer_status = [&] {
    bus_status status;
    status.request = bus->next<get_bus_status>().request;
    subscriber_status one;
    one.id = 9;
    one.name = "checkout";
    status.subscribers.push_back(one);
    server->tell(status);
  };
  client.send(get("/v1/subscribers"));
  answer_status();
  EXPECT_EQ(json::parse(client.read().body).at("subscribers").at(0).at("name").as_string(),
            "checkout");

  client.send(post("/v1/subscribers/checkout/pause", ""));
  answer_status();
  auto paused = bus->next<set_paused>();
  EXPECT_EQ(paused.subscriber, "checkout");
  EXPECT_TRUE(paused.paused);
  server->tell(pause_set{paused.request, ""});
  EXPECT_EQ(client.read().body, R"({"subscriber":"checkout","paused":true})");

  client.send(post("/v1/subscribers/checkout/resume", ""));
  answer_status();
  paused = bus->next<set_paused>();
  EXPECT_FALSE(paused.paused);
  server->tell(pause_set{paused.request, "not now"});
  EXPECT_EQ(client.read().status, 409);

  client.send(post("/v1/subscribers/nobody/pause", ""));
  answer_status();
  EXPECT_EQ(client.read().status, 404);

  client.send(get("/v1/subscribers/checkout/dead-letters?after=3&count=2"));
  answer_status();
  const auto letters = bus->next<list_dead_letters>();
  EXPECT_EQ(letters.subscriber, 9u);
  EXPECT_EQ(letters.after, 3u);
  EXPECT_EQ(letters.count_max, 2u);
  dead_letter letter;
  letter.sequence = 4;
  letter.envelope = "{}";
  server->tell(dead_letters_listed{letters.request, {letter}});
  EXPECT_EQ(
      json::parse(client.read().body).at("dead_letters").at(0).at("sequence").to_number<int>(), 4);
  EXPECT_EQ(client.ask(get("/v1/subscribers/checkout/dead-letters?count=0")).status, 400);
}

TEST_F(HttpServerStream, AnswersWhenTheBusStaysSilent) {
  options.reply_timeout = std::chrono::milliseconds{50};
  raw_client client{start()};
  EXPECT_EQ(client.ask(get("/v1/subscribers")).status, 504);
}

} // namespace baseplate::gateway
