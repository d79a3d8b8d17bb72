#include "app/client/batch_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baseplate::app {
namespace {

using testing::HasSubstr;

client_response answer(int status, std::string body) {
  client_response x;
  x.status = status;
  x.body = std::move(body);
  return x;
}

TEST(BatchResult, CountsWhatWasAcceptedAndKeepsEachRefusal) {
  auto result = read_batch_result(
      answer(
          200,
          R"({"accepted":1,"failed":1,"results":[{"id":"a","sequence":1},{"error":{"code":"C","message":"M","pointer":"/1/source"}}]})"),
      2);
  EXPECT_EQ(result.verdict, batch_verdict::answered);
  EXPECT_EQ(result.accepted, 1u);
  ASSERT_EQ(result.refusals.size(), 1u);
  EXPECT_EQ(result.refusals[0].record, 1u);
  EXPECT_EQ(result.refusals[0].code, "C");
  EXPECT_EQ(result.refusals[0].message, "M");
  EXPECT_EQ(result.refusals[0].pointer, "/1/source");
}

TEST(BatchResult, TakesResultsAlsoFromARefusalOfTheWholeBatch) {
  auto result = read_batch_result(
      answer(400, R"({"results":[{"error":{"code":"C","message":"M","pointer":""}}]})"), 1);
  EXPECT_EQ(result.verdict, batch_verdict::answered);
  EXPECT_EQ(result.accepted, 0u);
}

struct verdict_case {
  int status;
  std::size_t records;
  const char* body;
  batch_verdict verdict;
};

TEST(BatchResult, SaysWhetherToSendAgain) {
  const verdict_case cases[] = {
      {0, 2, "", batch_verdict::again},
      {408, 2, "", batch_verdict::again},
      {429, 2, R"({"error":{"code":"Throttled","message":"m"}})", batch_verdict::again},
      {500, 2, "", batch_verdict::again},
      {503, 2, "", batch_verdict::again},
      {504, 2, "", batch_verdict::again},
      {507, 2, "", batch_verdict::again},
      {413, 2, "", batch_verdict::halve},
      {413, 1, "", batch_verdict::refused},
      {400, 2, R"({"error":{"code":"InvalidJson","message":"m"}})", batch_verdict::refused},
      {404, 2, "<html>", batch_verdict::refused},
      {200, 2, "hello", batch_verdict::refused},
      {200, 2, R"({"results":[]})", batch_verdict::refused},
      {200, 2, R"([])", batch_verdict::refused},
  };
  for (auto& x : cases) {
    auto result = read_batch_result(answer(x.status, x.body), x.records);
    EXPECT_EQ(result.verdict, x.verdict) << x.status << " " << x.body;
    EXPECT_EQ(result.accepted, 0u);
    EXPECT_NE(result.reason.empty(), x.status != 0) << x.status;
  }
}

TEST(BatchResult, ReadsTheNodesErrorBodyForPeople) {
  EXPECT_EQ(
      describe_failure(answer(
          400, R"({"error":{"code":"InvalidParameter","message":"from: bad.","pointer":""}})")),
      "HTTP 400 InvalidParameter: from: bad.");
  EXPECT_EQ(describe_failure(answer(400, R"({"error":{"code":"C","message":"m","pointer":"/a"}})")),
            "HTTP 400 C: m at /a");
  EXPECT_EQ(describe_failure(answer(502, "Bad Gateway")), "HTTP 502: Bad Gateway");
  EXPECT_EQ(describe_failure(answer(404, "")), "HTTP 404");
  EXPECT_THAT(describe_failure(answer(404, R"({"error":7})")), HasSubstr("HTTP 404"));
}

TEST(BatchResult, PercentEncodesQueries) {
  EXPECT_EQ(query_of({{"a", "x y&z"}, {"b", ""}, {"c", "{\"é\"}"}}),
            "?a=x%20y%26z&c=%7B%22%C3%A9%22%7D");
  EXPECT_EQ(query_of({}), "");
}

} // namespace
} // namespace baseplate::app
