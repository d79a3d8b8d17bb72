#include "actors/group/logic/envelope_parser.hpp"

#include <gtest/gtest.h>

namespace baseplate::group {
namespace {

TEST(EnvelopeParser, ReadsEveryPartInPlace) {
  std::string bytes;
  envelope_parts parts;
  parts.id = "an-id";
  parts.detail_type = "page \"event\"";
  parts.source = "shop.web";
  parts.time = "2026-01-31T12:00:00Z";
  parts.detail = R"({"n":5})";
  parts.extensions_json = R"({"traceparent":"00-1-2-01"})";
  append_envelope(bytes, parts);
  const auto length = static_cast<std::uint32_t>(bytes.size());
  chunk from{std::move(bytes), {{7, 1234, 1, 0, length}}, 7, 7};
  envelope_parser parser;
  const auto& view = parser.parse(from, from.events()[0]);
  EXPECT_EQ(view.sequence, 7u);
  EXPECT_EQ(view.ingested_at_ms, 1234);
  EXPECT_EQ(view.id, "an-id");
  EXPECT_EQ(view.detail_type, "page \"event\"");
  EXPECT_EQ(view.source, "shop.web");
  EXPECT_EQ(std::int64_t{view.detail()["n"]}, 5);
  EXPECT_EQ(view.extensions(), R"({"traceparent":"00-1-2-01"})");
}

TEST(EnvelopeParser, ThrowsOnBytesThatAreNoEnvelope) {
  for (std::string bytes : {"", "[]", "{", "{\"id\":\"x\"}"}) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    chunk from{bytes, {{1, 0, 1, 0, length}}, 1, 1};
    envelope_parser parser;
    EXPECT_THROW(parser.parse(from, from.events()[0]), std::runtime_error) << bytes;
  }
}

} // namespace
} // namespace baseplate::group
