#include "actors/gateway/logic/put_events_request.hpp"
#include "tests/gateway/ingest_fixture.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

struct PutEventsRequest : ::testing::Test, ingest_fixture {
  put_events_request parse(std::string body) { return parse_put_events(body, context()); }

  std::string response(const put_events_request& request) {
    std::string out;
    append_put_events_response(out, request.entries);
    return out;
  }

  static std::string entry(std::string_view more = "") {
    return R"({"Source":"shop","DetailType":"Order","Detail":"{\"a\":1}")" + std::string{more}
           + "}";
  }
};

struct entry_case {
  const char* entry;
  const char* code;
  const char* message;
};

} // namespace

TEST_F(PutEventsRequest, RefusesEachFaultyEntryWithTheRecordedCodeAndText) {
  const entry_case cases[] = {
      {R"({"DetailType":"t","Detail":"{}"})", "InvalidArgument",
       "Parameter Source is not valid. Reason: Source is a required argument."},
      {R"({"Source":"","DetailType":"t","Detail":"{}"})", "InvalidArgument",
       "Parameter Source is not valid. Reason: Source is a required argument."},
      {R"({"Source":null,"DetailType":"t","Detail":"{}"})", "InvalidArgument",
       "Parameter Source is not valid. Reason: Source is a required argument."},
      {R"({"Source":"s","Detail":"{}"})", "InvalidArgument",
       "Parameter DetailType is not valid. Reason: DetailType is a required argument."},
      {R"({"Source":"s","DetailType":"","Detail":"{}"})", "InvalidArgument",
       "Parameter DetailType is not valid. Reason: DetailType is a required argument."},
      {R"({"Source":"s","DetailType":"t"})", "InvalidArgument",
       "Parameter Detail is not valid. Reason: Detail is a required argument."},
      {R"({"Source":"s","DetailType":"t","Detail":""})", "InvalidArgument",
       "Parameter Detail is not valid. Reason: Detail is a required argument."},
      {R"({"Source":"s","DetailType":"t","Detail":"NotJSON"})", "MalformedDetail",
       "Detail is malformed."},
      {R"({"Source":"s","DetailType":"t","Detail":"[]"})", "MalformedDetail",
       "Detail is malformed."},
      {R"({"Source":"s","DetailType":"t","Detail":"{{}"})", "MalformedDetail",
       "Detail is malformed."},
      {R"({"Source":"s","DetailType":"t","Detail":"\"text\""})", "MalformedDetail",
       "Detail is malformed."},
      {R"({"Source":"s","DetailType":"t","Detail":"{} {}"})", "MalformedDetail",
       "Detail is malformed."},
      {R"({"Source":"s","DetailType":"t","Detail":"null"})", "MalformedDetail",
       "Detail is malformed."},
      {R"({"Source":"aws.s3","DetailType":"t","Detail":"{}"})", "NotAuthorizedForSourceException",
       "Not authorized for the source."},
      {R"({})", "InvalidArgument",
       "Parameter Source is not valid. Reason: Source is a required argument."},
  };
  for (auto& one : cases) {
    const auto request = parse(std::string{R"({"Entries":[)"} + one.entry + "]}");
    ASSERT_FALSE(request.error) << one.entry << request.error->message;
    EXPECT_TRUE(request.batch.events.empty()) << one.entry;
    EXPECT_EQ(response(request), std::string{R"({"FailedEntryCount":1,"Entries":[{"ErrorCode":")"}
                                     + one.code + R"(","ErrorMessage":")" + one.message + R"("}]})")
        << one.entry;
  }
}

TEST_F(PutEventsRequest, PublishesTheGoodEntriesBesideTheBadOnes) {
  const auto request = parse(R"({"Entries":[)" + entry() + R"(,{"Source":"s"},)" + entry() + "]}");
  ASSERT_FALSE(request.error);
  EXPECT_EQ(request.batch.events.size(), 2u);
  const auto json = boost::json::parse(response(request));
  EXPECT_EQ(json.at("FailedEntryCount").to_number<int>(), 1);
  const auto& entries = json.at("Entries").as_array();
  ASSERT_EQ(entries.size(), 3u);
  const auto published = envelopes(request.batch);
  EXPECT_EQ(entries[0].at("EventId"), published[0].at("id"));
  EXPECT_EQ(entries[1].at("ErrorCode").as_string(), "InvalidArgument");
  EXPECT_EQ(entries[2].at("EventId"), published[1].at("id"));
}

TEST_F(PutEventsRequest, BuildsTheEnvelopeFromTheEntry) {
  const auto request = parse(
      R"({"Entries":[{"Source":"shop \"é\"","DetailType":"Order placed","Detail":" {\"n\": 1.0e2,\n\"a\":[] } ",)"
      R"("Resources":["r1",null,"r\"2"],"Time":1769817600.75,"TraceHeader":"Root=1-5","EventBusName":"orders"}]})");
  ASSERT_FALSE(request.error) << request.error->message;
  ASSERT_EQ(request.batch.events.size(), 1u);
  EXPECT_EQ(request.batch.events[0].bus, 2u);
  const auto envelope = envelopes(request.batch)[0];
  EXPECT_EQ(envelope.at("version").as_string(), "0");
  EXPECT_EQ(envelope.at("source").as_string(), "shop \"é\"");
  EXPECT_EQ(envelope.at("detail-type").as_string(), "Order placed");
  EXPECT_EQ(envelope.at("account").as_string(), "000000000000");
  EXPECT_EQ(envelope.at("region").as_string(), "local");
  EXPECT_EQ(envelope.at("time").as_string(), "2026-01-31T00:00:00Z");
  EXPECT_EQ(boost::json::serialize(envelope.at("resources")), R"(["r1","r\"2"])");
  EXPECT_EQ(envelope.at("extensions").at("xray_trace_header").as_string(), "Root=1-5");
  EXPECT_NE(request.batch.bytes.find("{\"n\": 1.0e2,\n\"a\":[] }"), std::string::npos)
      << "the detail's bytes were changed";
}

TEST_F(PutEventsRequest, StampsTheReceiveTimeWhenTheEntryHasNone) {
  const auto request = parse(R"({"Entries":[)" + entry() + "]}");
  EXPECT_EQ(envelopes(request.batch)[0].at("time").as_string(), "2026-01-31T12:00:00Z");
  EXPECT_EQ(request.batch.ingested_at_ms, 1'769'860'800'000);
  EXPECT_EQ(envelopes(request.batch)[0].count("extensions"), 0u);
}

TEST_F(PutEventsRequest, TakesTimesAsNumbersAndAsText) {
  const std::pair<const char*, const char*> cases[] = {
      {"1714979289", "2024-05-06T07:08:09Z"},
      {"1714979289.123456", "2024-05-06T07:08:09Z"},
      {R"("2024-05-06T07:08:09.123456")", "2024-05-06T07:08:09Z"},
      {R"("2024-05-06T09:08:09+02:00")", "2024-05-06T07:08:09Z"},
      {R"("2022-01-01")", "2022-01-01T00:00:00Z"},
      {R"("2022-01-01 00:00:00Z")", "2022-01-01T00:00:00Z"},
      {"0", "1970-01-01T00:00:00Z"},
  };
  for (auto& [given, wanted] : cases) {
    const auto request
        = parse(R"({"Entries":[)" + entry(std::string{R"(,"Time":)"} + given) + "]}");
    ASSERT_FALSE(request.error) << given << request.error->message;
    EXPECT_EQ(envelopes(request.batch).at(0).at("time").as_string(), wanted) << given;
  }
}

TEST_F(PutEventsRequest, RefusesTheRequestAsAWholeInTheServicesWords) {
  struct whole_case {
    std::string body;
    const char* type;
    const char* message;
  };

  const whole_case cases[] = {
      {"", "ValidationException",
       "1 validation error detected: Value null at 'entries' failed to satisfy constraint: Member "
       "must not be null"},
      {"{}", "ValidationException",
       "1 validation error detected: Value null at 'entries' failed to satisfy constraint: Member "
       "must not be null"},
      {R"({"Entries":null})", "ValidationException",
       "1 validation error detected: Value null at 'entries' failed to satisfy constraint: Member "
       "must not be null"},
      {R"({"Entries":[]})", "ValidationException",
       "1 validation error detected: Value '[]' at 'entries' failed to satisfy constraint: Member "
       "must have length greater than or equal to 1"},
      {R"({"Entries":[)" + entry(R"(,"EventBusName":"no good!")") + "]}", "ValidationException",
       "1 validation error detected: Value 'no good!' at 'entries.1.member.eventBusName' failed to "
       "satisfy constraint: Member must satisfy regular expression pattern: "
       "(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+"},
      {R"({"Entries":[)" + entry() + "," + entry(R"(,"TraceHeader":"")") + "]}",
       "ValidationException",
       "1 validation error detected: Value '' at 'entries.2.member.traceHeader' failed to satisfy "
       "constraint: Member must have length greater than or equal to 1"},
      {"not json", "SerializationException", nullptr},
      {"[]", "SerializationException", "The body must be a structure, found a list."},
      {R"({"Entries":{}})", "SerializationException",
       "Entries: expected a list, found a structure."},
      {R"({"Entries":["x"]})", "SerializationException",
       "Entries[0]: expected a structure, found a string."},
      {R"({"Entries":[{"Source":1}]})", "SerializationException",
       "Entries[0].Source: expected a string, found a number."},
      {R"({"Entries":[{"Detail":{}}]})", "SerializationException",
       "Entries[0].Detail: expected a string, found a structure."},
      {R"({"Entries":[{"Resources":"r"}]})", "SerializationException",
       "Entries[0].Resources: expected a list, found a string."},
      {R"({"Entries":[{"Time":"yesterday"}]})", "SerializationException",
       "Entries[0].Time: expected a timestamp (epoch seconds or RFC 3339), found a string."},
  };
  for (auto& one : cases) {
    const auto request = parse(one.body);
    ASSERT_TRUE(request.error) << one.body;
    EXPECT_EQ(request.error->status, 400);
    EXPECT_EQ(request.error->type, one.type) << one.body;
    if (one.message) {
      EXPECT_EQ(request.error->message, one.message) << one.body;
    }
    EXPECT_TRUE(request.batch.events.empty());
  }
}

TEST_F(PutEventsRequest, RefusesElevenEntriesAndShowsThem) {
  std::string body = R"({"Entries":[)";
  for (int i = 0; i < 11; ++i)
    body += (i ? "," : "") + entry();
  const auto request = parse(body + "]}");
  ASSERT_TRUE(request.error);
  EXPECT_EQ(request.error->type, "ValidationException");
  const std::string one
      = R"(PutEventsRequestEntry(time=null, source=shop, resources=null, detailType=Order, detail={"a":1}, )"
        "eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)";
  std::string all = one;
  for (int i = 0; i < 10; ++i)
    all += ", " + one;
  EXPECT_EQ(request.error->message,
            "1 validation error detected: Value '[" + all
                + "]' at 'entries' failed to satisfy constraint: Member must "
                  "have length less than or equal to 10");
}

TEST_F(PutEventsRequest, CountsTheSizeAsTheServiceDoes) {
  // 4 + 5 + 7 bytes of Source, DetailType, Detail; 14 for a Time; 3 for the resource.
  const auto body = R"({"Entries":[)" + entry(R"(,"Time":1,"Resources":["arn"])") + "]}";
  settings.entries_bytes_max = 4 + 5 + 7 + 14 + 3;
  EXPECT_FALSE(parse(body).error);
  settings.entries_bytes_max -= 1;
  const auto request = parse(body);
  ASSERT_TRUE(request.error);
  EXPECT_EQ(request.error->message, "Total size of the entries in the request is over the limit.");
}

TEST_F(PutEventsRequest, AnswersEntriesOfUnknownBusesAsSuccessesWithoutPublishingThem) {
  const auto request = parse(R"({"Entries":[)" + entry(R"(,"EventBusName":"nowhere")") + "]}");
  ASSERT_FALSE(request.error);
  EXPECT_TRUE(request.entries[0].bus_unknown);
  EXPECT_TRUE(request.batch.events.empty());
  EXPECT_NE(response(request).find("EventId"), std::string::npos);
}

TEST_F(PutEventsRequest, FindsTheBusByNameOrArn) {
  EXPECT_EQ(bus_name_of("orders"), "orders");
  EXPECT_EQ(bus_name_of("arn:aws:events:eu-west-1:123456789012:event-bus/orders"), "orders");
  EXPECT_EQ(bus_name_of("arn:aws:events:eu-west-1:123456789012:event-bus/a/b.c-d_e"), "a/b.c-d_e");
  EXPECT_EQ(bus_name_of("arn:aws:sqs:eu-west-1:123456789012:queue"), "");
  EXPECT_EQ(bus_name_of("no good"), "");
  EXPECT_EQ(bus_name_of(""), "");
}

TEST_F(PutEventsRequest, RefusesDetailsNestedTooDeeply) {
  ingest_workspace shallow{8};
  std::string deep = R"({\"a\":)", end = "}";
  std::string detail, closing;
  for (int i = 0; i < 9; ++i) {
    detail += deep;
    closing += end;
  }
  std::string body = R"({"Entries":[{"Source":"s","DetailType":"t","Detail":")" + detail + "1"
                     + closing + R"("}]})";
  auto in = context();
  const auto request = parse_put_events(
      body, {in.settings, shallow, in.ids, in.bus_by_name, in.now_ms, in.now_text, {}, {}});
  ASSERT_FALSE(request.error);
  EXPECT_EQ(request.entries.at(0).fault, entry_fault::detail_malformed);
}

TEST_F(PutEventsRequest, CarriesTheTraceContextOfTheRequest) {
  traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto request = parse(R"({"Entries":[)" + entry() + "]}");
  EXPECT_EQ(envelopes(request.batch).at(0).at("extensions").at("traceparent").as_string(),
            traceparent);
}

TEST_F(PutEventsRequest, GivesSeparateIds) {
  const auto request = parse(R"({"Entries":[)" + entry() + "," + entry() + "]}");
  EXPECT_NE(request.entries[0].id, request.entries[1].id);
  EXPECT_EQ(request.entries[0].id[14], '4'); // UUID version
}

} // namespace baseplate::gateway
