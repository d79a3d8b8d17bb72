#include "tests/bench/put_events_requests.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>

using namespace baseplate::bench;

namespace {

const std::string two_lines = R"({"source":"a","detail-type":"t","detail":{"x":"\"q\""}})"
                              "\n"
                              R"({"source":"b","detail-type":"t","detail":{"y":1}})"
                              "\n";

} // namespace

TEST(PutEventsRequests, CarryTheDetailAsTextInsideTheBody) {
  auto requests = make_put_events_requests(two_lines, {"h", 2, "", 10});
  ASSERT_EQ(requests.size(), 1u);
  auto body = requests[0].substr(requests[0].find("\r\n\r\n") + 4);
  auto entries = boost::json::parse(body).at("Entries").as_array();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].at("Source").as_string(), "a");
  EXPECT_EQ(boost::json::parse(entries[0].at("Detail").as_string()).at("x").as_string(), "\"q\"");
  EXPECT_NE(requests[0].find("Content-Length: " + std::to_string(body.size()) + "\r\n"),
            std::string::npos);
}

TEST(PutEventsRequests, LeaveAnIncompleteLastRequestOut) {
  EXPECT_TRUE(make_put_events_requests(two_lines, {"h", 3, "", 10}).empty());
}

TEST(PutEventsRequests, NameTheLineThatIsNoEvent) {
  try {
    make_put_events_requests(two_lines + "{\"source\":1}\n", {"h", 1, "", 10});
    FAIL() << "accepted";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("line 3"), std::string::npos) << e.what();
  }
}

TEST(ReadAnswer, WaitsUntilTheWholeBodyIsThere) {
  const std::string whole = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc";
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(read_answer(std::string_view(whole).substr(0, n)).complete) << n;
  const auto more = whole + "HTTP/1.1 2";
  const auto answer = read_answer(more);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "abc");
  EXPECT_EQ(answer.size, whole.size());
  EXPECT_FALSE(answer.closes);
}

TEST(ReadAnswer, SaysThatTheServerCloses) {
  EXPECT_TRUE(
      read_answer("HTTP/1.1 503 x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").closes);
}

TEST(ReadAnswer, RefusesWhatIsNoAnswer) {
  EXPECT_TRUE(read_answer("SMTP ready\r\n\r\n").malformed);
  EXPECT_TRUE(read_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").malformed);
}
