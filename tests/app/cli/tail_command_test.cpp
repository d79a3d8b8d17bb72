// `tail` against a server that answers as told: ends, markers, reconnection.
#include "app/cli/exit_code.hpp"
#include "app/cli/tail_command.hpp"
#include "tests/app/cli/scripted_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baseplate::app {
namespace {

using testing::HasSubstr;

std::string stream_of(const std::string& events) {
  return closing("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                 + events);
}

std::string event_of(int sequence) {
  auto n = std::to_string(sequence);
  return "id: " + n + "\ndata: {\"source\":\"s\",\"detail\":{},\"bus\":\"default\",\"sequence\":"
         + n + "}\n\n";
}

struct tail_outcome {
  int code = 0;
  std::string out;
  std::string err;
};

tail_outcome tail(tail_options options, const std::string& url) {
  options.client.url = url;
  options.json = true;
  tail_outcome outcome;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  outcome.code = run_tail(options);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

std::string line_of(int sequence) {
  auto text = event_of(sequence);
  auto begin = text.find('{');
  return text.substr(begin, text.size() - begin - 1);
}

TEST(TailCommand, AsksForWhatItWasTold) {
  scripted_server server{
      [](const scripted_request&) { return stream_of("event: caught-up\ndata: {}\n\n"); }};
  tail_options options;
  options.bus = "orders";
  options.from = "oldest";
  options.pattern = R"({"source":["a"]})";
  options.count = 9;
  options.follow = false;
  EXPECT_EQ(tail(options, server.url()).code, exit_ok);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests()[0].line,
            "GET /v1/tail?bus=orders&from=oldest&pattern=%7B%22source%22%3A%5B%22a%22%5D%7D&count=9"
            "&follow=false HTTP/1.1");
}

TEST(TailCommand, PrintsAnEventALineAndEndsAfterTheCount) {
  scripted_server server{[](const scripted_request&) {
    return stream_of(event_of(1) + "event: caught-up\ndata: {}\n\n" + event_of(2) + event_of(3));
  }};
  tail_options options;
  options.count = 2;
  auto outcome = tail(options, server.url());
  EXPECT_EQ(outcome.code, exit_ok);
  EXPECT_EQ(outcome.out, line_of(1) + line_of(2));
}

TEST(TailCommand, GoesOnBehindTheLastEventWhenTheConnectionIsLost) {
  int calls = 0;
  scripted_server server{[&](const scripted_request&) {
    return ++calls == 1 ? stream_of(event_of(4) + "id: 5\ndata: {\"ha") : stream_of(event_of(5));
  }};
  tail_options options;
  options.from = "oldest";
  options.count = 2;
  auto outcome = tail(options, server.url());
  EXPECT_EQ(outcome.code, exit_ok);
  EXPECT_EQ(outcome.out, line_of(4) + line_of(5));
  auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_THAT(requests[1].headers, HasSubstr("Last-Event-ID: 4"));
  EXPECT_THAT(requests[1].line, HasSubstr("count=1"));
  EXPECT_THAT(requests[1].line, Not(HasSubstr("from=")));
}

TEST(TailCommand, TellsAGapOnStderrOnly) {
  scripted_server server{[](const scripted_request&) {
    return stream_of("event: gap\ndata: {\"after\":0,\"to\":9}\n\n" + event_of(10));
  }};
  tail_options options;
  options.count = 1;
  auto outcome = tail(options, server.url());
  EXPECT_EQ(outcome.out, line_of(10));
  EXPECT_THAT(outcome.err, HasSubstr("gap"));
}

TEST(TailCommand, EndsWithTheNodesReasonWhenItRefuses) {
  scripted_server server{[](const scripted_request&) {
    return http_answer(400, R"({"error":{"code":"InvalidParameter","message":"from: no."}})");
  }};
  auto outcome = tail({}, server.url());
  EXPECT_EQ(outcome.code, exit_usage);
  EXPECT_THAT(outcome.err, HasSubstr("InvalidParameter: from: no."));
}

TEST(TailCommand, SaysUnreachableWhenNobodyAnswers) {
  std::string url;
  {
    scripted_server gone{[](const scripted_request&) { return std::string{}; }};
    url = gone.url();
  }
  EXPECT_EQ(tail({}, url).code, exit_unreachable);
}

TEST(TailCommand, RendersALineForPeopleWithoutControlCharacters) {
  EXPECT_EQ(
      render_tail_line(
          R"({"id":"i","detail-type":"t\u001b[2J","source":"s","time":"T","detail":{"a":"\u001b"},"sequence":7})"),
      "7  T  s  t?[2J  {\"a\":\"\\u001b\"}");
  EXPECT_EQ(render_tail_line("no event"), "no event");
}

} // namespace
} // namespace baseplate::app
