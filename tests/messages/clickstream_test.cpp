// The real clickstream through the codec: every line is a page_event and comes back as it was.
#include "messages/json/codec.hpp"
#include "messages/json/simdjson_source.hpp"
#include "messages/session_monitor.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace baseplate {
namespace {

std::filesystem::path clickstream_file() {
  const char* given = std::getenv("BASEPLATE_SHARED");
  const auto shared = given != nullptr
                          ? std::filesystem::path(given)
                          : std::filesystem::path(BASEPLATE_SOURCE_DIR) / ".." / "shared";
  return shared / "data" / "clickstream.jsonl.gz";
}

std::string unzip(const std::filesystem::path& file) {
  std::string text;
  auto* in = gzopen(file.c_str(), "rb");
  if (in == nullptr)
    return text;
  char buffer[65536];
  for (int got = 0; (got = gzread(in, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  gzclose(in);
  return text;
}

TEST(Clickstream, GoesThroughTheCodecUnchanged) {
  const auto file = clickstream_file();
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << "NOT TESTED: there is no " << file << " (set BASEPLATE_SHARED)";
  std::istringstream lines(unzip(file));
  simdjson::dom::parser parser;
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto value = boost::json::parse(line);
    const auto event = from_json<page_event>(value);
    ASSERT_TRUE(event) << count << " " << event.error().pointer << ": " << event.error().message;
    ASSERT_EQ(to_json(*event), value) << count;
    ASSERT_EQ(boost::json::parse(to_json_text(*event)), value) << count;
    const auto other = from_json<page_event>(parser.parse(line).value());
    ASSERT_TRUE(other) << count << " " << other.error().pointer << ": " << other.error().message;
    ASSERT_EQ(to_json(*other), value) << count;
  }
  EXPECT_EQ(count, 9999u);
}

} // namespace
} // namespace baseplate
