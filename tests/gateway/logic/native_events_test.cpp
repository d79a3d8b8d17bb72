#include "actors/gateway/logic/native_events.hpp"
#include "tests/gateway/ingest_fixture.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

struct NativeEvents : ::testing::Test, ingest_fixture {
  ingested_records parse(std::string body) { return parse_native_json(body, "default", context()); }

  ingested_records lines(std::string body) {
    return parse_native_lines(body, "default", context());
  }
};

} // namespace

TEST_F(NativeEvents, TakesOneObject) {
  const auto got = parse(R"( {"source":"a","detail-type":"b","detail":{"x":1.50}} )");
  ASSERT_FALSE(got.fault);
  EXPECT_TRUE(got.single);
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_TRUE(got.records[0].accepted()) << got.records[0].message;
  const auto envelope = envelopes(got.batch).at(0);
  EXPECT_EQ(envelope.at("id").as_string(), got.records[0].id);
  EXPECT_EQ(envelope.at("source").as_string(), "a");
  EXPECT_NE(got.batch.bytes.find(R"("detail":{"x":1.50})"), std::string::npos);
}

TEST_F(NativeEvents, KeepsEveryMemberOfAFullRecord) {
  const auto got = parse(
      R"({"\u0073ource":"a","detail-type":"b","detail":{},"id":"mine","bus":"orders",)"
      R"("time":"2026-01-01T10:00:00+01:00","resources":["x","y"],)"
      R"("extensions":{"partitionkey":"p"},"version":"0","account":"1","region":"r","sequence":9})");
  ASSERT_FALSE(got.fault);
  ASSERT_TRUE(got.records.at(0).accepted()) << got.records[0].pointer << got.records[0].message;
  EXPECT_EQ(got.records[0].id, "mine");
  EXPECT_EQ(got.batch.events.at(0).bus, 2u);
  const auto envelope = envelopes(got.batch).at(0);
  EXPECT_EQ(envelope.at("id").as_string(), "mine");
  EXPECT_EQ(envelope.at("time").as_string(), "2026-01-01T09:00:00Z");
  EXPECT_EQ(boost::json::serialize(envelope.at("resources")), R"(["x","y"])");
  EXPECT_EQ(envelope.at("extensions").at("partitionkey").as_string(), "p");
  EXPECT_EQ(envelope.at("region").as_string(), "local");
}

TEST_F(NativeEvents, PointsToWhatIsWrongWithEachRecord) {
  struct fault_case {
    const char* record;
    const char* code;
    const char* pointer;
  };

  const fault_case cases[] = {
      {"1", "InvalidEvent", "/0"},
      {"{}", "MissingMember", "/0/source"},
      {R"({"source":"a"})", "MissingMember", "/0/detail-type"},
      {R"({"source":"a","detail-type":"b"})", "MissingMember", "/0/detail"},
      {R"({"source":1})", "InvalidArgument", "/0/source"},
      {R"({"source":""})", "InvalidArgument", "/0/source"},
      {R"({"detail":[]})", "InvalidArgument", "/0/detail"},
      {R"({"detail":"{}"})", "InvalidArgument", "/0/detail"},
      {R"({"time":"soon"})", "InvalidArgument", "/0/time"},
      {R"({"time":12})", "InvalidArgument", "/0/time"},
      {R"({"resources":{}})", "InvalidArgument", "/0/resources"},
      {R"({"resources":["a",1]})", "InvalidArgument", "/0/resources/1"},
      {R"({"extensions":[]})", "InvalidArgument", "/0/extensions"},
      {R"({"deatil":{}})", "UnknownMember", "/0/deatil"},
      {R"({"a/b~c":{}})", "UnknownMember", "/0/a~1b~0c"},
      {R"({"source":"a","detail-type":"b","detail":{},"bus":"nowhere"})", "UnknownBus", "/0/bus"},
  };
  for (auto& one : cases) {
    const auto got = parse(std::string{"["} + one.record + "]");
    ASSERT_FALSE(got.fault) << one.record;
    ASSERT_EQ(got.records.size(), 1u) << one.record;
    EXPECT_EQ(got.records[0].code, one.code) << one.record;
    EXPECT_EQ(got.records[0].pointer, one.pointer) << one.record;
    EXPECT_TRUE(got.batch.events.empty());
  }
}

TEST_F(NativeEvents, DoesNotHoldUpGoodRecordsBecauseOfABadOne) {
  const auto got = parse(R"([{"source":"a","detail-type":"b","detail":{}},{"source":"a"},)"
                         R"({"source":"c","detail-type":"d","detail":{}}])");
  ASSERT_EQ(got.records.size(), 3u);
  EXPECT_EQ(got.batch.events.size(), 2u);
  const auto body = boost::json::parse(render_records(got, 40));
  EXPECT_EQ(body.at("accepted").to_number<int>(), 2);
  EXPECT_EQ(body.at("failed").to_number<int>(), 1);
  EXPECT_EQ(body.at("results").at(0).at("sequence").to_number<int>(), 40);
  EXPECT_EQ(body.at("results").at(1).at("error").at("pointer").as_string(), "/1/detail-type");
  EXPECT_EQ(body.at("results").at(2).at("sequence").to_number<int>(), 41);
}

TEST_F(NativeEvents, ReadsJsonLinesAndSkipsEmptyOnes) {
  const auto got = lines("{\"source\":\"a\",\"detail-type\":\"b\",\"detail\":{\"n\":1}}\r\n\n  \n"
                         "not json\n{\"source\":\"a\",\"detail-type\":\"b\",\"detail\":{\"n\":2}}");
  ASSERT_FALSE(got.fault);
  ASSERT_EQ(got.records.size(), 3u);
  EXPECT_TRUE(got.records[0].accepted());
  EXPECT_EQ(got.records[1].code, "InvalidJson");
  EXPECT_EQ(got.records[1].pointer, "/1");
  EXPECT_TRUE(got.records[2].accepted());
  EXPECT_EQ(envelopes(got.batch).at(1).at("detail").at("n").to_number<int>(), 2);
}

TEST_F(NativeEvents, RefusesRequestsThatHoldNoEvents) {
  EXPECT_EQ(parse("").fault.value().code, "InvalidJson");
  EXPECT_EQ(parse("{").fault.value().code, "InvalidJson");
  EXPECT_EQ(parse("3").fault.value().code, "InvalidEvent");
  EXPECT_EQ(lines("\n\n").fault.value().code, "InvalidEvent");
  EXPECT_TRUE(parse("[]").records.empty());
}

TEST_F(NativeEvents, HoldsTheLimitsOnRecordsAndBytes) {
  settings.records_max = 1;
  EXPECT_EQ(parse("[1,2]").fault.value().status, 413);
  EXPECT_EQ(lines("1\n2").fault.value().status, 413);
  settings.event_bytes_max = 100;
  const auto got = parse(R"({"source":"a","detail-type":"b","detail":{}})");
  EXPECT_EQ(got.records.at(0).code, "EventTooLarge");
  EXPECT_TRUE(got.batch.bytes.empty());
}

TEST_F(NativeEvents, TakesBackWhatATailPrinted) {
  const auto first = parse(R"({"source":"a","detail-type":"b","detail":{"k":"v"}})");
  auto printed = first.batch.bytes;
  printed.insert(printed.size() - 1, R"(,"bus":"orders","sequence":7)");
  const auto again = parse(printed);
  ASSERT_TRUE(again.records.at(0).accepted()) << again.records[0].message;
  EXPECT_EQ(again.batch.bytes, first.batch.bytes);
  EXPECT_EQ(again.batch.events.at(0).bus, 2u);
}

} // namespace baseplate::gateway
