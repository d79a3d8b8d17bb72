#include "actors/gateway/logic/cloudevents.hpp"
#include "tests/gateway/ingest_fixture.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

struct CloudEvents : ::testing::Test, ingest_fixture {
  ingested_records structured(std::string body) {
    return parse_cloudevent(body, "default", context());
  }

  ingested_records batch(std::string body) {
    return parse_cloudevents_batch(body, "default", context());
  }

  ingested_records binary(const ce_headers& headers, std::string_view type, std::string body) {
    return parse_binary_cloudevent(headers, type, body, "default", context());
  }

  static std::string event(std::string_view more) {
    return R"({"specversion":"1.0","id":"1","source":"/s","type":"t")" + std::string{more} + "}";
  }

  boost::json::object one(const ingested_records& got) {
    EXPECT_FALSE(got.fault) << got.fault->message;
    EXPECT_TRUE(got.records.at(0).accepted())
        << got.records.at(0).pointer << " " << got.records.at(0).message;
    return envelopes(got.batch).at(0);
  }
};

const ce_headers good_headers
    = {{"specversion", "1.0"}, {"id", "1"}, {"source", "/s"}, {"type", "t"}};

} // namespace

TEST_F(CloudEvents, MapsAttributesOntoTheEnvelope) {
  const auto got = one(structured(event(
      R"(,"subject":"sub","time":"2026-01-01T00:00:00.5Z","dataschema":"http://x","partitionkey":"k","num":7,"flag":true,"gone":null,"data":{"a": 1.0})")));
  EXPECT_EQ(got.at("id").as_string(), "1");
  EXPECT_EQ(got.at("source").as_string(), "/s");
  EXPECT_EQ(got.at("detail-type").as_string(), "t");
  EXPECT_EQ(got.at("time").as_string(), "2026-01-01T00:00:00Z");
  EXPECT_EQ(boost::json::serialize(got.at("resources")), R"(["sub"])");
  EXPECT_EQ(boost::json::serialize(got.at("extensions")),
            R"({"dataschema":"http://x","partitionkey":"k","num":7,"flag":true})");
}

TEST_F(CloudEvents, KeepsTheBytesOfObjectData) {
  const auto got = structured(event(R"(,"data": {"a": 1.0, "b":[ ]})"));
  EXPECT_NE(got.batch.bytes.find(R"("detail":{"a": 1.0, "b":[ ]})"), std::string::npos);
  EXPECT_EQ(one(got).count("extensions"), 0u);
}

TEST_F(CloudEvents, WrapsDataThatIsNoObjectAndSaysHow) {
  struct wrap_case {
    const char* more;
    const char* detail;
    const char* kind;
  };

  const wrap_case cases[] = {
      {R"(,"data":[1, 2])", R"({"data":[1,2]})", "value"},
      {R"(,"data":"text")", R"({"data":"text"})", "value"},
      {R"(,"data":null)", R"({"data":null})", "value"},
      {R"(,"datacontenttype":"text/plain","data":"a\"b")", R"({"data":"a\"b"})", "text"},
      {R"(,"data_base64":"AQI=")", R"({"data_base64":"AQI="})", "base64"},
      {"", "{}", "none"},
  };
  for (auto& each : cases) {
    const auto got = one(structured(event(each.more)));
    EXPECT_EQ(boost::json::serialize(got.at("detail")), each.detail) << each.more;
    EXPECT_EQ(got.at("extensions").at("baseplatedata").as_string(), each.kind) << each.more;
  }
}

TEST_F(CloudEvents, PointsToWhatIsWrong) {
  struct fault_case {
    std::string body;
    const char* code;
    const char* pointer;
  };

  const fault_case cases[] = {
      {"[]", "InvalidEvent", ""},
      {R"({"id":"1","source":"/s","type":"t"})", "MissingAttribute", "/specversion"},
      {R"({"specversion":"1.0","source":"/s","type":"t"})", "MissingAttribute", "/id"},
      {R"({"specversion":"1.0","id":"1","type":"t"})", "MissingAttribute", "/source"},
      {R"({"specversion":"1.0","id":"1","source":"/s"})", "MissingAttribute", "/type"},
      {R"({"specversion":"0.3","id":"1","source":"/s","type":"t"})", "UnsupportedVersion",
       "/specversion"},
      {R"({"specversion":1.0,"id":"1","source":"/s","type":"t"})", "InvalidAttribute",
       "/specversion"},
      {R"({"specversion":"1.0","id":7,"source":"/s","type":"t"})", "InvalidAttribute", "/id"},
      {R"({"specversion":"1.0","id":"","source":"/s","type":"t"})", "InvalidAttribute", "/id"},
      {event(R"(,"Upper":"x")"), "InvalidAttribute", "/Upper"},
      {event(R"(,"with_underscore":1)"), "InvalidAttribute", "/with_underscore"},
      {event(R"(,"ext":{"a":1})"), "InvalidAttribute", "/ext"},
      {event(R"(,"ext":1.5)"), "InvalidAttribute", "/ext"},
      {event(R"(,"time":"now")"), "InvalidAttribute", "/time"},
      {event(R"(,"data":1,"data_base64":"AQI=")"), "InvalidEvent", "/data_base64"},
      {event(R"(,"data_base64":"A")"), "InvalidEvent", "/data_base64"},
      {event(R"(,"data_base64":"A!==")"), "InvalidEvent", "/data_base64"},
  };
  for (auto& each : cases) {
    const auto got = structured(each.body);
    ASSERT_FALSE(got.fault) << each.body;
    EXPECT_EQ(got.records.at(0).code, each.code) << each.body;
    EXPECT_EQ(got.records.at(0).pointer, each.pointer) << each.body;
    EXPECT_TRUE(got.batch.events.empty());
  }
}

TEST_F(CloudEvents, TakesBatchesAlsoEmptyOnes) {
  EXPECT_TRUE(batch("[]").records.empty());
  EXPECT_EQ(batch("{}").fault.value().code, "InvalidEvent");
  const auto got = batch("[" + event(R"(,"data":{})") + R"(,{"id":"x"},)" + event("") + "]");
  ASSERT_EQ(got.records.size(), 3u);
  EXPECT_EQ(got.records[1].pointer, "/1/specversion");
  EXPECT_EQ(got.batch.events.size(), 2u);
}

TEST_F(CloudEvents, ReadsBinaryMode) {
  auto headers = good_headers;
  headers.emplace_back("subject", "Euro%20%E2%82%AC");
  headers.emplace_back("comment", "\"a \\\"b\\\"\"");
  const auto got = one(binary(headers, "application/json; charset=utf-8", R"( {"x":1} )"));
  EXPECT_EQ(boost::json::serialize(got.at("detail")), R"({"x":1})");
  EXPECT_EQ(boost::json::serialize(got.at("resources")), R"(["Euro €"])");
  EXPECT_EQ(got.at("extensions").at("comment").as_string(), "a \"b\"");
  EXPECT_EQ(got.at("extensions").as_object().count("datacontenttype"), 0u);
}

TEST_F(CloudEvents, KeepsBinaryDataThatIsNoJson) {
  auto got = one(binary(good_headers, "application/octet-stream", std::string{"\0\1\xff", 3}));
  EXPECT_EQ(boost::json::serialize(got.at("detail")), R"({"data_base64":"AAH/"})");
  EXPECT_EQ(got.at("extensions").at("datacontenttype").as_string(), "application/octet-stream");
  got = one(binary(good_headers, "text/plain", "hello"));
  EXPECT_EQ(boost::json::serialize(got.at("detail")), R"({"data":"hello"})");
  got = one(binary(good_headers, "", ""));
  EXPECT_EQ(boost::json::serialize(got.at("detail")), "{}");
}

TEST_F(CloudEvents, RefusesFaultyBinaryMessages) {
  EXPECT_EQ(binary(good_headers, "application/json", "{").fault.value().code, "InvalidJson");
  auto headers = good_headers;
  headers.emplace_back("datacontenttype", "text/plain");
  EXPECT_EQ(binary(headers, "", "").records.at(0).pointer, "/datacontenttype");
  EXPECT_EQ(binary(good_headers, "text/\xff", "x").records.at(0).pointer, "/datacontenttype");
  for (const char* bad : {"%", "%4", "%zz", "%ff", "\"a\\\""}) {
    auto more = good_headers;
    more.emplace_back("comment", bad);
    EXPECT_EQ(binary(more, "", "").records.at(0).pointer, "/comment") << bad;
  }
}

TEST_F(CloudEvents, DetectsTheModeByContentTypePrefix) {
  EXPECT_EQ(cloudevents_mode("application/cloudevents+json; charset=UTF-8", true),
            content_mode::structured);
  EXPECT_EQ(cloudevents_mode("Application/CloudEvents-Batch+json", false), content_mode::batched);
  EXPECT_EQ(cloudevents_mode("application/json", true), content_mode::binary);
  EXPECT_EQ(cloudevents_mode("application/json", false), content_mode::none);
}

TEST_F(CloudEvents, TracesComeFromTheEventBeforeTheRequest) {
  traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  auto got = one(structured(event("")));
  EXPECT_EQ(got.at("extensions").at("traceparent").as_string(), traceparent);
  got = one(structured(event(R"(,"traceparent":"mine")")));
  EXPECT_EQ(got.at("extensions").at("traceparent").as_string(), "mine");
}

TEST(Base64, EncodesEveryRemainder) {
  const std::pair<const char*, const char*> cases[]
      = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (auto& [plain, encoded] : cases) {
    std::string out;
    append_base64(out, plain);
    EXPECT_EQ(out, encoded);
  }
}

} // namespace baseplate::gateway
