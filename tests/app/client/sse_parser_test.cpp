#include "app/client/sse_parser.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace baseplate::app {
namespace {

std::vector<sse_message> parse(const std::vector<std::string>& pieces) {
  std::vector<sse_message> out;
  sse_parser parser{[&](const sse_message& message) { out.push_back(message); }};
  for (auto& piece : pieces)
    EXPECT_TRUE(parser.feed(piece));
  return out;
}

TEST(SseParser, GivesTheSameMessagesHoweverTheBytesAreCut) {
  const std::string stream
      = "\xef\xbb\xbf: a comment\n\nid: 7\ndata: {\"a\":1}\n\r\n"
        "event: caught-up\rdata: x\rdata:  y\r\rid: 8\ndata\n\nevent: none\n\n";
  auto check = [](const std::vector<sse_message>& messages) {
    ASSERT_EQ(messages.size(), 3u);
    EXPECT_EQ(messages[0].event, "message");
    EXPECT_EQ(messages[0].data, "{\"a\":1}");
    EXPECT_EQ(messages[0].id, "7");
    EXPECT_EQ(messages[1].event, "caught-up");
    EXPECT_EQ(messages[1].data, "x\n y");
    EXPECT_EQ(messages[1].id, "7");
    EXPECT_EQ(messages[2].event, "message");
    EXPECT_EQ(messages[2].data, "");
    EXPECT_EQ(messages[2].id, "8");
  };
  check(parse({stream}));
  for (std::size_t cut = 0; cut <= stream.size(); ++cut)
    check(parse({stream.substr(0, cut), stream.substr(cut)}));
  std::vector<std::string> single;
  for (char c : stream)
    single.emplace_back(1, c);
  check(parse(single));
}

TEST(SseParser, LeavesOutAMessageThatIsNotEnded) {
  EXPECT_TRUE(parse({"data: half\n"}).empty());
}

TEST(SseParser, RefusesAMessageLargerThanItsLimit) {
  sse_parser parser{[](const sse_message&) { FAIL(); }};
  const std::string piece(1024 * 1024, 'x');
  ASSERT_TRUE(parser.feed("data: "));
  std::size_t taken = 0;
  while (taken <= sse_parser::data_bytes_max && parser.feed(piece))
    taken += piece.size();
  EXPECT_LE(taken, sse_parser::data_bytes_max);
  EXPECT_GT(taken, sse_parser::data_bytes_max - 2 * piece.size());
}

} // namespace
} // namespace baseplate::app
