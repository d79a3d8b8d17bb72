#include "app/client/line_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baseplate::app {
namespace {

using testing::HasSubstr;

line_reader reader(line_options options = {}) {
  return line_reader{std::move(options), [] { return std::string{"ID"}; }};
}

struct form_case {
  const char* line;
  const char* record;
};

TEST(LineForm, TurnsEachKnownFormIntoTheNativeRecord) {
  const form_case cases[] = {
      {R"({"source":"s","detail-type":"t","detail":{"a":1}})",
       R"({"id":"ID","source":"s","detail-type":"t","detail":{"a":1}})"},
      {R"({"id":"x","source":"s","detail-type":"t","detail":{}})",
       R"({"id":"x","source":"s","detail-type":"t","detail":{}})"},
      {R"({"version":"0","id":"x","detail-type":"t","source":"s","account":"1","time":"2026-01-31T12:00:00Z","region":"r","resources":["a"],"detail":{"n":1.50},"bus":"b","sequence":7})",
       R"({"version":"0","id":"x","detail-type":"t","source":"s","account":"1","time":"2026-01-31T12:00:00Z","region":"r","resources":["a"],"detail":{"n":1.50},"bus":"b","sequence":7})"},
      {R"({"Source":"s","DetailType":"t","Detail":"{\"a\": 1}","EventBusName":"b","Resources":["r"],"Time":1769860800,"TraceHeader":"Root=1"})",
       R"({"id":"ID","source":"s","detail-type":"t","detail":{"a": 1},"bus":"b","resources":["r"],"time":"2026-01-31T12:00:00Z","extensions":{"xray_trace_header":"Root=1"}})"},
      {R"({"Detail":"{\n\"a\":\r\n1}","Source":"s","DetailType":"t","Time":"2026-01-31T12:00:00Z"})",
       R"({"id":"ID","source":"s","detail-type":"t","detail":{ "a":  1},"time":"2026-01-31T12:00:00Z"})"},
      {R"({"meta_data":{"site_id":"shop","event_type":"page_event"},"data":{"x":1.0}})",
       R"({"id":"ID","source":"shop","detail-type":"page_event","detail":{"meta_data":{"site_id":"shop","event_type":"page_event"},"data":{"x":1.0}}})"},
  };
  auto forms = reader();
  for (auto& [line, record] : cases) {
    auto result = forms.read(line);
    ASSERT_TRUE(result) << line << ": " << result.error().pointer << " " << result.error().reason;
    EXPECT_EQ(*result, record);
  }
}

TEST(LineForm, KeepsTheBytesOfTheDetail) {
  auto detail
      = R"({"big":18446744073709551615,"float":1.0e+2,"text":"\u00e9\/","spaced" : [ 1 , 2 ]})";
  auto line = std::string{R"({"detail":)"} + detail + R"(,"source":"s","detail-type":"t"})";
  auto result = reader().read(line);
  ASSERT_TRUE(result);
  EXPECT_THAT(*result, HasSubstr(detail));
}

TEST(LineForm, SourceAndDetailTypeOfTheCommandLineFillInAndTheBusWins) {
  auto forms = reader({"S", "T", "B"});
  const form_case cases[] = {
      {R"({"detail":{},"source":"s"})",
       R"({"id":"ID","detail-type":"T","bus":"B","detail":{},"source":"s"})"},
      {R"({"detail":{},"bus":"other","source":"s","detail-type":"t"})",
       R"({"id":"ID","bus":"B","detail":{},"source":"s","detail-type":"t"})"},
      {R"({"Detail":"{}","EventBusName":"other"})",
       R"({"id":"ID","source":"S","detail-type":"T","bus":"B","detail":{}})"},
      {R"({"meta_data":{"site_id":"a","event_type":"b"},"data":{}})",
       R"({"id":"ID","source":"S","detail-type":"T","bus":"B","detail":{"meta_data":{"site_id":"a","event_type":"b"},"data":{}}})"},
      {R"({"anything":[1]})",
       R"({"id":"ID","source":"S","detail-type":"T","bus":"B","detail":{"anything":[1]}})"},
  };
  for (auto& [line, record] : cases) {
    auto result = forms.read(line);
    ASSERT_TRUE(result) << line << ": " << result.error().reason;
    EXPECT_EQ(*result, record) << line;
  }
}

struct fault_case {
  const char* line;
  const char* pointer;
  const char* reason;
};

TEST(LineForm, SaysWhatIsWrongWithALineAndWhere) {
  const fault_case cases[] = {
      {"", "", "is not JSON"},
      {"{", "", "is not JSON"},
      {"{} {}", "", "is not JSON"},
      {"[]", "", "is no JSON object"},
      {"7", "", "is no JSON object"},
      {"{\"a\":\n1}", "", "is more than one line"},
      {"{}", "", "is no form that put knows"},
      {R"({"meta_data":{},"data":{}})", "/meta_data/site_id", "is missing; give --source"},
      {R"({"meta_data":{"site_id":"s"},"data":{}})", "/meta_data/event_type",
       "is missing; give --detail-type"},
      {R"({"Source":"s","DetailType":"t"})", "/Detail", "is missing"},
      {R"({"Source":"s","DetailType":"t","Detail":"[]"})", "/Detail", "that holds a JSON object"},
      {R"({"Source":"s","DetailType":"t","Detail":{}})", "/Detail", "that holds a JSON object"},
      {R"({"Source":1,"DetailType":"t","Detail":"{}"})", "/Source", "must be a string"},
      {R"({"Source":"s","DetailType":"","Detail":"{}"})", "/DetailType", "not empty"},
      {R"({"Source":"s","DetailType":"t","Detail":"{}","Time":-1})", "/Time", "seconds since 1970"},
      {R"({"Source":"s","DetailType":"t","Detail":"{}","Bus":"b"})", "/Bus",
       "is no member of a PutEvents entry"},
      {"{\"meta_data\":{\"site_id\":\"\xff\"},\"data\":{}}", "", "is not JSON"},
  };
  auto forms = reader();
  for (auto& [line, pointer, reason] : cases) {
    auto result = forms.read(line);
    ASSERT_FALSE(result) << line << " gave " << *result;
    EXPECT_EQ(result.error().pointer, pointer) << line;
    EXPECT_THAT(result.error().reason, HasSubstr(reason)) << line;
  }
}

TEST(LineForm, AFaultyLineDoesNotSpoilTheNext) {
  auto forms = reader();
  EXPECT_FALSE(forms.read(R"({"detail":{)"));
  EXPECT_TRUE(forms.read(R"({"detail":{},"source":"s","detail-type":"t"})"));
}

} // namespace
} // namespace baseplate::app
