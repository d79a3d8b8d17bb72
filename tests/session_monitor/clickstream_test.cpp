// The real clickstream, four days of a web site, against a count that knows nothing of states and
// timers.
#include "actors/session_monitor/session_monitor.hpp"
#include "tests/checkout/step_fold.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <map>

namespace baseplate::session_monitor {
namespace {

std::filesystem::path clickstream_file() {
  auto given = std::getenv("BASEPLATE_SHARED");
  auto shared = given ? std::filesystem::path(given)
                      : std::filesystem::path(BASEPLATE_SOURCE_DIR) / ".." / "shared";
  return shared / "data" / "clickstream.jsonl.gz";
}

std::vector<std::string> read_lines(const std::filesystem::path& file) {
  std::string text;
  auto in = gzopen(file.c_str(), "rb");
  if (!in)
    return {};
  char buffer[65536];
  for (int got; (got = gzread(in, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  gzclose(in);
  std::vector<std::string> lines;
  for (std::size_t begin = 0, end; begin < text.size(); begin = end + 1) {
    end = std::min(text.find('\n', begin), text.size());
    if (end > begin)
      lines.push_back(text.substr(begin, end - begin));
  }
  return lines;
}

struct session_count {
  std::size_t started = 0;
  std::size_t expired = 0;
};

/// Sorts each session's times and counts the gaps. Open at the end: what was seen within the idle
/// time.
session_count count_by_gaps(const std::vector<std::string>& lines, unix_ms idle) {
  std::map<std::string, std::vector<unix_ms>> seen;
  unix_ms last = 0;
  for (auto& line : lines) {
    auto meta = boost::json::parse(line).at("meta_data").as_object();
    auto at = meta.at("timestamp").as_int64();
    seen[std::string(meta.at("session_cookie_id").as_string())].push_back(at);
    last = std::max(last, at);
  }
  session_count count;
  for (auto& [session, times] : seen) {
    std::sort(times.begin(), times.end());
    std::size_t sessions = 1;
    for (std::size_t i = 1; i < times.size(); ++i)
      sessions += times[i] - times[i - 1] >= idle ? 1 : 0;
    count.started += sessions;
    count.expired += sessions - (times.back() + idle > last ? 1 : 0);
  }
  return count;
}

TEST(Clickstream, GivesAsManySessionsStartedAndExpiredAsAnIndependentCount) {
  auto file = clickstream_file();
  if (!std::filesystem::exists(file))
    GTEST_SKIP() << "NOT TESTED: there is no " << file << " (set BASEPLATE_SHARED)";
  auto lines = read_lines(file);
  ASSERT_EQ(lines.size(), 9999u);
  test::step_fold fold{{make_session_monitor()}};
  constexpr unix_ms live = 1'790'000'000'000;
  for (std::size_t i = 0; i < lines.size(); ++i)
    fold.publish("shop.web", "page_event", lines[i], live + static_cast<unix_ms>(i));
  auto expected = count_by_gaps(lines, 30 * 60'000);
  EXPECT_EQ(fold.count("STARTED"), expected.started);
  EXPECT_EQ(fold.count("EXPIRED"), expected.expired);
  EXPECT_GT(expected.started, expected.expired);
}

} // namespace
} // namespace baseplate::session_monitor
