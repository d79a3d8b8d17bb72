// The server over real sockets: HTTP's rules, publishing, waiting for groups, draining.
#include "tests/gateway/fake_ports.hpp"
#include "tests/gateway/raw_client.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <future>

namespace baseplate::gateway {

namespace {

namespace json = boost::json;

struct HttpServer : ::testing::Test, server_fixture {};

const std::string aws = "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: "
                        "AWSEvents.PutEvents\r\n";
const std::string entries = R"({"Entries":[{"Source":"s","DetailType":"t","Detail":"{\"n\":1}"}]})";
const std::string native = R"({"source":"s","detail-type":"t","detail":{"n":1}})";
const std::string as_json = "Content-Type: application/json\r\n";

std::string code_of(const raw_response& response) {
  boost::system::error_code error;
  const auto body = json::parse(response.body, error);
  if (error || !body.is_object() || !body.as_object().contains("error"))
    return "no error body: " + response.body;
  return json::value_to<std::string>(body.at("error").at("code"));
}

} // namespace

TEST_F(HttpServer, AnswersItsOwnEndpoints) {
  raw_client client{start()};
  auto got = client.ask(get("/livez"));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "ok\n");
  EXPECT_EQ(got.header("Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(client.ask(get("/readyz")).body, R"({"ready":true})");
  EXPECT_EQ(json::parse(client.ask(get("/")).body).at("name").as_string(), "baseplate");
  EXPECT_TRUE(json::parse(client.ask(get("/v1/openapi.json")).body)
                  .at("paths")
                  .as_object()
                  .contains("/v1/tail"));
  got = client.ask(get("/metrics"));
  EXPECT_EQ(got.header("Content-Type"), "text/plain; version=0.0.4");
  EXPECT_NE(got.body.find("# rest of the node\n"), std::string::npos);
  EXPECT_NE(got.body.find("baseplate_http_connections_open 1\n"), std::string::npos);
  EXPECT_NE(got.body.find("baseplate_http_responses_total{status=\"2xx\"} 4\n"), std::string::npos);
}

TEST_F(HttpServer, SaysWhyItIsNotReady) {
  raw_client client{start()};
  journal->refuse_with(journal_error::storage_failed);
  const auto got = client.ask(get("/readyz"));
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.body, R"({"ready":false,"reason":"the disk failed"})");
}

TEST_F(HttpServer, PublishesAwsEntriesAndAnswersWhenTheyAreDurable) {
  raw_client client{start()};
  journal->hold();
  client.send(post("/", entries, aws));
  ASSERT_TRUE(journal->wait_for(1));
  EXPECT_EQ(journal->events(), 0u);
  journal->release(1);
  const auto got = client.read();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.header("Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(got.header("x-amzn-RequestId").size(), 36u);
  const auto body = json::parse(got.body);
  EXPECT_EQ(body.at("FailedEntryCount").to_number<int>(), 0);
  const auto id = json::value_to<std::string>(body.at("Entries").at(0).at("EventId"));
  EXPECT_NE(journal->bytes().find(id), std::string::npos);
}

TEST_F(HttpServer, GivesAwsErrorsTheirTypeInHeaderAndBody) {
  raw_client client{start()};

  struct error_case {
    std::string request;
    int status;
    const char* type;
  };

  const error_case cases[] = {
      {post("/", "{}", aws), 400, "ValidationException"},
      {post("/", "nonsense", aws), 400, "SerializationException"},
      {post("/", "", aws), 400, "ValidationException"},
      {post("/", "{}", "X-Amz-Target: AWSEvents.PutRule\r\n"), 400, "UnknownOperationException"},
      {post("/", "{}", "X-Amz-Target: Kinesis_20131202.PutRecord\r\n"), 400,
       "UnknownOperationException"},
      {post("/", "{}"), 400, "UnknownOperationException"},
      {post("/", "{}", aws + "Smithy-Protocol: rpc-v2-cbor\r\n"), 400, "UnknownOperationException"},
  };
  for (auto& one : cases) {
    const auto got = client.ask(one.request);
    EXPECT_EQ(got.status, one.status) << one.request;
    EXPECT_EQ(got.header("X-Amzn-Errortype"), one.type) << one.request;
    EXPECT_EQ(json::parse(got.body).at("__type").as_string(), one.type) << one.request;
    EXPECT_FALSE(got.header("x-amzn-RequestId").empty());
  }
  // A missing or other content type is tolerated.
  EXPECT_EQ(client.ask(post("/", entries, "X-Amz-Target: AWSEvents.PutEvents\r\n")).status, 200);
}

TEST_F(HttpServer, TellsClientsWhatTheJournalRefused) {
  raw_client client{start()};

  struct refusal_case {
    journal_error error;
    int native_status;
    const char* native_code;
    int aws_status;
    const char* aws_type;
  };

  const refusal_case cases[] = {
      {journal_error::overloaded, 429, "Overloaded", 400, "ThrottlingException"},
      {journal_error::storage_full, 507, "StorageFull", 500, "InternalFailure"},
      {journal_error::storage_failed, 503, "StorageFailed", 500, "InternalFailure"},
      {journal_error::stopping, 503, "Stopping", 503, "ServiceUnavailableException"},
      {journal_error::unknown_name, 500, "InternalError", 500, "InternalFailure"},
  };
  for (auto& one : cases) {
    journal->refuse_with(one.error);
    auto got = client.ask(post("/v1/events", native, as_json));
    EXPECT_EQ(got.status, one.native_status);
    EXPECT_EQ(code_of(got), one.native_code);
    if (one.native_status != 500) {
      EXPECT_FALSE(got.header("Retry-After").empty()) << one.native_code;
    }
    got = client.ask(post("/", entries, aws));
    EXPECT_EQ(got.status, one.aws_status);
    EXPECT_EQ(got.header("X-Amzn-Errortype"), one.aws_type);
  }
}

TEST_F(HttpServer, PublishesNativeEventsInEveryForm) {
  raw_client client{start()};
  auto got = client.ask(post("/v1/events", native, as_json));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(json::parse(got.body).at("results").at(0).at("sequence").to_number<int>(), 1);
  got = client.ask(post("/v1/events", "[" + native + ",{}," + native + "]", as_json));
  auto body = json::parse(got.body);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(body.at("accepted").to_number<int>(), 2);
  EXPECT_EQ(body.at("results").at(2).at("sequence").to_number<int>(), 3);
  EXPECT_EQ(body.at("results").at(1).at("error").at("pointer").as_string(), "/1/source");
  got = client.ask(post("/v1/events?bus=orders", native + "\n" + native + "\n",
                        "Content-Type: application/x-ndjson\r\n"));
  EXPECT_EQ(json::parse(got.body).at("results").at(1).at("sequence").to_number<int>(), 5);
  got = client.ask(post("/v1/events", "[]", as_json));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, R"({"accepted":0,"failed":0,"results":[]})");
  EXPECT_EQ(journal->events(), 5u);
}

TEST_F(HttpServer, PublishesCloudEventsInEveryMode) {
  raw_client client{start()};
  const std::string event = R"({"specversion":"1.0","id":"i1","source":"/s","type":"t","data":{}})";
  auto got = client.ask(
      post("/v1/events", event, "Content-Type: application/cloudevents+json; charset=UTF-8\r\n"));
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(json::parse(got.body).at("results").at(0).at("id").as_string(), "i1");
  got = client.ask(post("/v1/events", "[" + event + "," + event + "]",
                        "Content-Type: application/cloudevents-batch+json\r\n"));
  EXPECT_EQ(json::parse(got.body).at("accepted").to_number<int>(), 2);
  got = client.ask(post("/v1/events", R"({"a":1})",
                        "Content-Type: application/json\r\nce-specversion: 1.0\r\nCE-ID: "
                        "i2\r\nce-source: /s\r\nce-type: t\r\nce-note: a%20b\r\n"));
  EXPECT_EQ(json::parse(got.body).at("results").at(0).at("id").as_string(), "i2") << got.body;
  EXPECT_NE(journal->bytes().find(R"("note":"a b")"), std::string::npos);
  got = client.ask(post("/v1/events", "x", "Content-Type: application/cloudevents+avro\r\n"));
  EXPECT_EQ(got.status, 415);
}

TEST_F(HttpServer, RefusesRequestsOfWhichNothingCanBeTaken) {
  raw_client client{start()};
  auto got = client.ask(post("/v1/events", "{}", as_json));
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(code_of(got), "MissingMember");
  EXPECT_EQ(json::parse(got.body).at("error").at("pointer").as_string(), "/source");
  got = client.ask(post("/v1/events", "[{},{}]", as_json));
  EXPECT_EQ(got.status, 400);
  EXPECT_EQ(json::parse(got.body).at("failed").to_number<int>(), 2);
  EXPECT_EQ(json::parse(got.body).at("results").as_array().size(), 2u);
  EXPECT_EQ(client.ask(post("/v1/events?bus=none", native, as_json)).status, 404);
  EXPECT_EQ(client.ask(post("/v1/events?buss=orders", native, as_json)).status, 400);
  EXPECT_EQ(client.ask(post("/v1/events", native, "Content-Type: text/plain\r\n")).status, 415);
  EXPECT_EQ(client.ask(post("/v1/events", native, as_json + "Content-Encoding: gzip\r\n")).status,
            415);
}

TEST_F(HttpServer, KeepsPipelinedAnswersInOrderThoughTheJournalDoesNot) {
  raw_client client{start()};
  journal->hold();
  std::string all;
  for (int i = 0; i < 3; ++i)
    all += post("/v1/events",
                R"({"id":"p)" + std::to_string(i)
                    + R"(","source":"s","detail-type":"t","detail":{}})",
                as_json);
  all += get("/livez");
  client.send(all);
  journal->release(3); // completes the last one first
  for (int i = 0; i < 3; ++i) {
    const auto got = client.read();
    EXPECT_EQ(json::parse(got.body).at("results").at(0).at("id").as_string(),
              "p" + std::to_string(i));
    EXPECT_EQ(json::parse(got.body).at("results").at(0).at("sequence").to_number<int>(), 3 - i);
  }
  EXPECT_EQ(client.read().body, "ok\n");
}

TEST_F(HttpServer, PausesReadingAtThePipelineLimitAndGoesOn) {
  options.pipelined_requests_max = 2;
  raw_client client{start()};
  journal->hold();
  std::string all;
  for (int i = 0; i < 6; ++i)
    all += post("/v1/events", native, as_json);
  client.send(all);
  for (int i = 0; i < 3; ++i) {
    journal->release(2);
    EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(client.read().status, 200);
  }
  EXPECT_EQ(journal->events(), 6u);
}

TEST_F(HttpServer, ReadsRequestsThatComeByteByByte) {
  raw_client client{start()};
  for (const auto c : post("/v1/events", native, as_json) + get("/livez"))
    client.send({&c, 1});
  EXPECT_EQ(client.read().status, 200);
  EXPECT_EQ(client.read().body, "ok\n");
}

TEST_F(HttpServer, TakesLargeAndChunkedBodies) {
  raw_client client{start()};
  const auto large
      = R"({"source":"s","detail-type":"t","detail":{"x":")" + std::string(900'000, 'x') + "\"}}";
  EXPECT_EQ(client.ask(post("/v1/events", large, as_json)).status, 200);
  ASSERT_EQ(native.size(), 0x7u + 0x2au);
  const auto chunks
      = "7\r\n" + native.substr(0, 7) + "\r\n2a\r\n" + native.substr(7) + "\r\n0\r\n\r\n";
  const auto got
      = client.ask("POST /v1/events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" + as_json
                   + "\r\n" + chunks);
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(journal->events(), 2u);
}

TEST_F(HttpServer, RefusesBodiesAboveTheLimitBeforeReadingThem) {
  options.body_bytes_max = 1000;
  const auto port = start();
  raw_client client{port};
  client.send("POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n" + as_json + "\r\n");
  auto got = client.read();
  EXPECT_EQ(got.status, 413);
  EXPECT_EQ(got.header("Connection"), "close");
  EXPECT_TRUE(client.at_end());
  raw_client chunked{port};
  chunked.send("POST /v1/events HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n" + as_json
               + "\r\n3e9\r\n");
  EXPECT_EQ(chunked.read().status, 413);
  raw_client amazon{port};
  amazon.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n" + aws + "\r\n");
  got = amazon.read();
  EXPECT_EQ(got.status, 413);
  EXPECT_EQ(got.header("X-Amzn-Errortype"), "RequestEntityTooLargeException");
}

TEST_F(HttpServer, AsksForTheBodyWhenTheClientWaits) {
  raw_client client{start()};
  client.send("POST /v1/events HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
              + std::to_string(native.size()) + "\r\n" + as_json + "\r\n");
  EXPECT_EQ(client.read(false).status, 100);
  client.send(native);
  EXPECT_EQ(client.read().status, 200);
  raw_client refused{server->port()};
  refused.send("POST /v1/events HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: "
               "99999999\r\n\r\n");
  EXPECT_EQ(refused.read().status, 413);
  raw_client strange{server->port()};
  strange.send(
      "POST /v1/events HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\n");
  EXPECT_EQ(strange.read().status, 417);
}

TEST_F(HttpServer, AnswersMethodsByTheRules) {
  raw_client client{start()};
  client.send("HEAD /livez HTTP/1.1\r\nHost: h\r\n\r\n");
  auto got = client.read(false);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.header("Content-Length"), "3");
  got = client.ask(
      "OPTIONS /v1/events HTTP/1.1\r\nHost: h\r\nWebHook-Request-Origin: a.example\r\n\r\n");
  EXPECT_EQ(got.status, 204);
  EXPECT_EQ(got.header("Allow"), "POST, OPTIONS");
  EXPECT_EQ(got.header("WebHook-Allowed-Origin"), "a.example");
  EXPECT_EQ(client.ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").status, 204);
  got = client.ask("DELETE /v1/events HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(got.header("Allow"), "POST, OPTIONS");
  EXPECT_EQ(client.ask("BREW /nowhere HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
  EXPECT_EQ(client.ask("GET http://else/livez HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
}

TEST_F(HttpServer, KeepsOrClosesTheConnectionAsTheVersionSays) {
  const auto port = start();
  raw_client old{port};
  EXPECT_EQ(old.ask("GET /livez HTTP/1.0\r\n\r\n").header("Connection"), "close");
  EXPECT_TRUE(old.at_end());
  raw_client kept{port};
  const auto again = "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(kept.ask(again).header("Connection"), "keep-alive");
  EXPECT_EQ(kept.ask(again).status, 200);
  raw_client closing{port};
  EXPECT_EQ(closing.ask(get("/livez", "Connection: close\r\n")).header("Connection"), "close");
  EXPECT_TRUE(closing.at_end());
}

TEST_F(HttpServer, AnswersAClientThatHasAlreadyEndedItsSide) {
  raw_client client{start()};
  journal->hold();
  client.send(post("/v1/events", native, as_json));
  client.shutdown_send();
  journal->release(1);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServer, CutsOffSlowAndSilentClients) {
  options.header_timeout = std::chrono::milliseconds{100};
  options.request_timeout = std::chrono::milliseconds{100};
  options.idle_timeout = std::chrono::milliseconds{100};
  const auto port = start();
  raw_client silent{port}, slow_header{port}, slow_body{port}, idle{port};
  slow_header.send("GET /livez HTTP/1.1\r\n");
  slow_body.send("POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(idle.ask(get("/livez")).status, 200);
  EXPECT_TRUE(silent.at_end());
  EXPECT_EQ(slow_header.read().status, 408);
  EXPECT_TRUE(slow_header.at_end());
  EXPECT_EQ(slow_body.read().status, 408);
  EXPECT_TRUE(idle.at_end());
}

TEST_F(HttpServer, RefusesConnectionsAboveTheLimit) {
  options.connections_max = 1;
  const auto port = start();
  raw_client first{port};
  EXPECT_EQ(first.ask(get("/livez")).status, 200);
  raw_client second{port};
  const auto got = second.read();
  EXPECT_EQ(got.status, 503);
  EXPECT_EQ(got.header("Retry-After"), "1");
  EXPECT_TRUE(second.at_end());
  EXPECT_EQ(first.ask(get("/livez")).status, 200);
}

TEST_F(HttpServer, RefusesRequestsWhenTooManyAreInWork) {
  options.requests_in_flight_max = 1;
  const auto port = start();
  raw_client first{port}, second{port};
  journal->hold();
  first.send(post("/v1/events", native, as_json));
  ASSERT_TRUE(journal->wait_for(1));
  EXPECT_EQ(second.ask(post("/v1/events", native, as_json)).status, 503);
  EXPECT_EQ(second.ask(post("/", entries, aws)).header("X-Amzn-Errortype"), "ThrottlingException");
  EXPECT_EQ(second.ask(get("/livez")).status, 200);
  journal->release(1);
  EXPECT_EQ(first.read().status, 200);
}

TEST_F(HttpServer, AnswersWhenTheJournalStaysSilent) {
  options.reply_timeout = std::chrono::milliseconds{50};
  raw_client client{start()};
  journal->hold();
  auto got = client.ask(post("/v1/events", native, as_json));
  EXPECT_EQ(got.status, 504);
  EXPECT_EQ(code_of(got), "LogTimeout");
  got = client.ask(post("/", entries, aws));
  EXPECT_EQ(got.header("X-Amzn-Errortype"), "InternalFailure");
  journal->release(2); // too late: nobody is answered twice
  EXPECT_EQ(client.ask(get("/livez")).body, "ok\n");
}

// -- routes of groups -------------------------------------------------------------

namespace {

http_route order_route(std::optional<http_response> response) {
  http_route out;
  out.method = "POST";
  out.path = "/v1/shop/orders/{id}";
  out.body_bytes_max = 100;
  out.decide = [response](const http_request& request, unix_ms) {
    if (request.body == "throw")
      throw std::runtime_error("bad luck");
    if (request.body == "refuse")
      return route_decision{{}, error_response(422, "NoOrder", request.header("x-why"))};
    return route_decision{{{"order-" + request.path_values.at(0), "shop", "order",
                            R"({"q":")" + request.query + "\"}"}},
                          response};
  };
  return out;
}

} // namespace

TEST_F(HttpServer, WaitsForTheGroupsReply) {
  ports.routes.push_back(order_route(std::nullopt));
  raw_client client{start()};
  client.send(post("/v1/shop/orders/a%20b?x=1", "{}"));
  client.send(get("/livez"));
  while (journal->events() == 0)
    std::this_thread::yield();
  EXPECT_NE(journal->bytes().find(R"("detail":{"q":"x=1"})"), std::string::npos);
  server->tell(route_reply{"order-other", 200, "{}"});
  server->tell(route_reply{"order-a b", 201, R"({"state":"placed"})"});
  const auto got = client.read();
  EXPECT_EQ(got.status, 201);
  EXPECT_EQ(got.body, R"({"state":"placed"})");
  EXPECT_EQ(client.read().body, "ok\n");
}

TEST_F(HttpServer, DoesNotAnswerBeforeTheEventIsDurableThoughTheReplyIsEarly) {
  ports.routes.push_back(order_route(std::nullopt));
  raw_client client{start()};
  journal->hold();
  client.send(post("/v1/shop/orders/1", "{}"));
  ASSERT_TRUE(journal->wait_for(1));
  server->tell(route_reply{"order-1", 200, "early"});
  raw_client other{server->port()};
  EXPECT_EQ(other.ask(get("/livez")).status, 200); // the reply was processed before
  journal->refuse_with(journal_error::storage_full);
  journal->release(1);
  EXPECT_EQ(client.read().status, 507);
  client.send(post("/v1/shop/orders/1", "{}"));
  ASSERT_TRUE(journal->wait_for(1));
  server->tell(route_reply{"order-1", 200, "early"});
  journal->refuse_with(journal_error::none);
  journal->release(1);
  EXPECT_EQ(client.read().body, "early");
}

TEST_F(HttpServer, SaysThatTheEventIsDurableWhenTheGroupDoesNotAnswer) {
  options.reply_timeout = std::chrono::milliseconds{50};
  ports.routes.push_back(order_route(std::nullopt));
  raw_client client{start()};
  const auto got = client.ask(post("/v1/shop/orders/1", "{}"));
  EXPECT_EQ(got.status, 504);
  EXPECT_EQ(code_of(got), "ReplyTimeout");
  EXPECT_NE(got.body.find("The event is durable"), std::string::npos);
}

TEST_F(HttpServer, AnswersRoutesThatNeedNoReply) {
  http_response accepted;
  accepted.status = 202;
  accepted.body = "{}";
  ports.routes.push_back(order_route(accepted));
  raw_client client{start()};
  EXPECT_EQ(client.ask(post("/v1/shop/orders/1", "{}")).status, 202);
  EXPECT_EQ(journal->events(), 1u);
  auto got = client.ask(post("/v1/shop/orders/1", "refuse", "X-Why: because\r\n"));
  EXPECT_EQ(got.status, 422);
  EXPECT_NE(got.body.find("because"), std::string::npos);
  got = client.ask(post("/v1/shop/orders/1", "throw"));
  EXPECT_EQ(got.status, 500);
  EXPECT_NE(got.body.find("bad luck"), std::string::npos);
  EXPECT_EQ(client.ask(post("/v1/shop/orders/1", std::string(101, ' '))).status, 413);
  EXPECT_EQ(journal->events(), 1u);
}

TEST_F(HttpServer, RefusesToStartWithContradictingRoutesOrBadAddresses) {
  ports.routes.push_back(order_route(std::nullopt));
  ports.routes.push_back(order_route(std::nullopt));
  EXPECT_THROW(start(), std::invalid_argument);
  ports.routes.clear();
  options.host = "localhost.example";
  EXPECT_THROW(start(), std::invalid_argument);
  options.host = "127.0.0.1";
  options.port = start();
  auto other = std::move(server);
  EXPECT_THROW(start(), std::exception); // the port is taken
}

// -- draining ---------------------------------------------------------------------

TEST_F(HttpServer, DrainsByFinishingWhatIsInWork) {
  const auto port = start();
  raw_client busy{port}, idle{port};
  EXPECT_EQ(idle.ask(get("/livez")).status, 200);
  journal->hold();
  busy.send(post("/v1/events", native, as_json));
  ASSERT_TRUE(journal->wait_for(1));
  std::promise<void> drained;
  server->drain(std::chrono::seconds{10}, [&] { drained.set_value(); });
  EXPECT_TRUE(idle.at_end());
  EXPECT_THROW(raw_client{port}, std::runtime_error);
  auto done = drained.get_future();
  EXPECT_EQ(done.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
  journal->release(1);
  EXPECT_EQ(busy.read().status, 200);
  EXPECT_TRUE(busy.at_end());
  EXPECT_EQ(done.wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

TEST_F(HttpServer, CutsOffAtTheDrainDeadline) {
  const auto port = start();
  raw_client busy{port};
  journal->hold();
  busy.send(post("/v1/events", native, as_json));
  ASSERT_TRUE(journal->wait_for(1));
  std::promise<void> drained;
  server->drain(std::chrono::milliseconds{50}, [&] { drained.set_value(); });
  EXPECT_EQ(drained.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
  EXPECT_TRUE(busy.at_end());
}

TEST_F(HttpServer, StopsWhileRequestsAreInWork) {
  const auto port = start();
  raw_client busy{port};
  journal->hold();
  busy.send(post("/v1/events", native, as_json));
  ASSERT_TRUE(journal->wait_for(1));
  server->stop();
  EXPECT_TRUE(busy.at_end());
  journal->release(1); // into the void
  server.reset();
}

} // namespace baseplate::gateway
