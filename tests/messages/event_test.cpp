#include "messages/event.hpp"
#include "messages/http.hpp"
#include "messages/journal.hpp"
#include "messages/json/utf8.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <ctime>
#include <random>
#include <set>

namespace baseplate {
namespace {

std::string as_json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EscapesExactlyWhatRfc8259Demands) {
  struct {
    std::string_view in;
    std::string_view out;
  } const cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"a\"b", R"("a\"b")"},
      {"\\", R"("\\")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {std::string_view("\0\x01\x1f", 3), R"("\u0000\u0001\u001f")"},
      {"/ and \x7f stay", "\"/ and \x7f stay\""},
      {"é€🧱", R"("é€🧱")"},
      {"\"", R"("\"")"},
      {"end\n", R"("end\n")"},
  };

  for (const auto& c : cases)
    EXPECT_EQ(as_json(c.in), c.out);
}

TEST(JsonString, ReadsBackAsItWasForEveryByteBelow128) {
  std::string text;
  for (int i = 0; i < 128; ++i) {
    text += static_cast<char>(i);
    text += 'x';
  }
  EXPECT_EQ(boost::json::parse(as_json(text)).as_string(), text);
}

TEST(JsonString, AppendsAndKeepsWhatWasThere) {
  std::string out = "[";
  append_json_string(out, "a");
  EXPECT_EQ(out, R"(["a")");
}

TEST(Envelope, HasEventBridgesMembersInTheirOrder) {
  envelope_parts parts;
  parts.id = "1";
  parts.detail_type = "order \"placed\"";
  parts.source = "shop";
  parts.time = "2026-01-31T12:00:00Z";
  parts.detail = R"({"a" : 1.0})";
  std::string out;
  append_envelope(out, parts);
  EXPECT_EQ(
      out,
      R"({"version":"0","id":"1","detail-type":"order \"placed\"","source":"shop","account":"000000000000","time":"2026-01-31T12:00:00Z","region":"local","resources":[],"detail":{"a" : 1.0}})");
}

TEST(Envelope, CarriesExtensionsOnlyWhenThereAreSome) {
  envelope_parts parts;
  parts.detail = "{}";
  parts.extensions_json = R"({"traceparent":"00-x"})";
  std::string out;
  append_envelope(out, parts);
  EXPECT_TRUE(out.ends_with(R"(,"detail":{},"extensions":{"traceparent":"00-x"}})")) << out;
}

struct time_case {
  const char* text;
  unix_ms time;
};

TEST(Rfc3339, ReadsAndWritesKnownTimes) {
  const time_case cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:01Z", 1000},
      {"1972-02-29T23:59:59Z", 68255999000},
      {"2000-02-29T12:00:00Z", 951825600000},
      {"2001-09-09T01:46:40Z", 1000000000000},
      {"2015-05-17T10:05:00Z", 1431857100000},
      {"2026-01-31T12:00:00Z", 1769860800000},
      {"2038-01-19T03:14:08Z", 2147483648000},
      {"2100-02-28T23:59:59Z", 4107542399000},
      {"2100-03-01T00:00:00Z", 4107542400000},
      {"9999-12-31T23:59:59Z", 253402300799000},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(from_rfc3339(c.text), c.time) << c.text;
    EXPECT_EQ(to_rfc3339(c.time), c.text) << c.time;
  }
}

TEST(Rfc3339, AgreesWithTheCLibraryAcrossEightThousandYears) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::int64_t> seconds(0, 253402300799);
  for (int i = 0; i < 20000; ++i) {
    const std::time_t time = seconds(random);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    ASSERT_EQ(to_rfc3339(time * 1000 + i % 1000), text);
    ASSERT_EQ(from_rfc3339(text), time * 1000);
  }
}

TEST(Rfc3339, ReadsWhatTheRfcAllowsBesides) {
  const time_case cases[] = {
      {"2026-01-31t12:00:00z", 1769860800000},
      {"2026-01-31 12:00:00Z", 1769860800000},
      {"2026-01-31T12:00:00.5Z", 1769860800500},
      {"2026-01-31T12:00:00.123456789Z", 1769860800123},
      {"2026-01-31T12:00:00.07Z", 1769860800070},
      {"2026-01-31T13:30:00+01:30", 1769860800000},
      {"2026-01-31T04:00:00-08:00", 1769860800000},
      {"2026-02-01T00:00:00+12:00", 1769860800000},
      {"2026-01-31T12:00:00-00:00", 1769860800000},
      {"2016-12-31T23:59:60Z", 1483228799999},
  };
  for (const auto& c : cases)
    EXPECT_EQ(from_rfc3339(c.text), c.time) << c.text;
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  const char* const cases[] = {
      "",
      "2026",
      "2026-01-31",
      "2026-01-31T12:00:00",
      "2026-01-31T12:00:00ZZ",
      "2026-01-31T12:00:00Z ",
      " 2026-01-31T12:00:00Z",
      "2026-1-31T12:00:00Z",
      "26-01-31T12:00:00Z",
      "2026-00-31T12:00:00Z",
      "2026-13-01T12:00:00Z",
      "2026-01-00T12:00:00Z",
      "2026-01-32T12:00:00Z",
      "2026-02-29T12:00:00Z",
      "2100-02-29T12:00:00Z",
      "2026-04-31T12:00:00Z",
      "2026-01-31T24:00:00Z",
      "2026-01-31T12:60:00Z",
      "2026-01-31T12:00:61Z",
      "2026-01-31T12:00:00.Z",
      "2026-01-31T12:00:00+1:00",
      "2026-01-31T12:00:00+24:00",
      "2026-01-31T12:00:00+01:60",
      "2026-01-31T12:00:00+0100",
      "2026-01-31X12:00:00Z",
      "2026/01/31T12:00:00Z",
      "2026-01-31T12:00Z",
      "1969-12-31T23:59:59Z",
      "1970-01-01T00:30:00+01:00",
      "+026-01-31T12:00:00Z",
      "2026-01-31T12:00:-1Z",
  };
  for (const auto* text : cases)
    EXPECT_EQ(from_rfc3339(text), -1) << text;
}

TEST(Rfc3339, StaysAtTheEndsOutsideOfTheYearsItCanWrite) {
  EXPECT_EQ(to_rfc3339(-1), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(INT64_MIN), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(INT64_MAX), "9999-12-31T23:59:59Z");
}

TEST(Uuid, HasVersionFourAndItsVariant) {
  std::string out;
  append_uuid(out, 0, 0);
  EXPECT_EQ(out, "00000000-0000-4000-8000-000000000000");
  out.clear();
  append_uuid(out, ~0ull, ~0ull);
  EXPECT_EQ(out, "ffffffff-ffff-4fff-bfff-ffffffffffff");
  out.clear();
  append_uuid(out, 0x0123456789abcdef, 0xfedcba9876543210);
  EXPECT_EQ(out, "01234567-89ab-4def-bedc-ba9876543210");
}

TEST(Uuid, OfANameIsItsSha256WithVersionEight) {
  // sha256("abc") = ba7816bf 8f01cfea 414140de 5dae2223 ...; sha256("") = e3b0c442 98fc1c14
  // 9afbf4c8 996fb924 ...
  EXPECT_EQ(named_uuid("abc"), "ba7816bf-8f01-8fea-8141-40de5dae2223");
  EXPECT_EQ(named_uuid(""), "e3b0c442-98fc-8c14-9afb-f4c8996fb924");
}

TEST(Uuid, OfNamesDiffersWhenTheNamesDo) {
  std::set<std::string> seen;
  for (int i = 0; i < 10000; ++i)
    seen.insert(named_uuid("checkout/" + std::to_string(i)));
  EXPECT_EQ(seen.size(), 10000u);
}

TEST(JournalError, HasANameForEachNumber) {
  std::set<std::string> names;
  for (int i = 0; i <= 8; ++i)
    names.insert(to_string(static_cast<journal_error>(i)));
  EXPECT_EQ(names.size(), 9u);
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_STREQ(to_string(journal_error::cursor_mismatch), "cursor_mismatch");
  EXPECT_STREQ(to_string(static_cast<journal_error>(200)), "unknown");
}

TEST(ErrorResponse, IsJsonWithCodeMessageAndPointer) {
  const auto response = error_response(422, "out_of_range", "say \"1\"\n", "/items/0/quantity");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(
      response.body,
      R"({"error":{"code":"out_of_range","message":"say \"1\"\n","pointer":"/items/0/quantity"}})");
}

TEST(Utf8, KnowsWellFormedFromIllFormed) {
  const std::string_view good[] = {"", "a", "é", "€", "🧱", "\xF4\x8F\xBF\xBF", "\xEE\x80\x80"};
  for (const auto text : good)
    EXPECT_TRUE(is_utf8(text));
  const std::string_view bad[]
      = {"\x80",         "\xC3",         "\xC0\xAF",         "\xC1\xBF",         "\xE0\x80\x80",
         "\xED\xA0\x80", "\xE2\x82",     "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
         "\xFF",         "\xC3\x28 more"};
  for (const auto text : bad)
    EXPECT_FALSE(is_utf8(text)) << boost::json::serialize(boost::json::string(as_json(text)));
}

TEST(Utf8, IsCutBetweenCharactersOnly) {
  EXPECT_EQ(utf8_prefix("a€b", 1), "a");
  EXPECT_EQ(utf8_prefix("a€b", 2), "a");
  EXPECT_EQ(utf8_prefix("a€b", 3), "a");
  EXPECT_EQ(utf8_prefix("a€b", 4), "a€");
  EXPECT_EQ(utf8_prefix("a€b", 9), "a€b");
  EXPECT_EQ(utf8_length("a€b"), 3u);
}

} // namespace
} // namespace baseplate
