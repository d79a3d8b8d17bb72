#include "messages/bus.hpp"
#include "messages/checkout.hpp"
#include "messages/json/render.hpp"
#include "messages/json/utf8.hpp"
#include "messages/session_monitor.hpp"

#include <gtest/gtest.h>

namespace baseplate {
namespace {

TEST(Render, ShowsMembersOnOneLine) {
  EXPECT_EQ(render(demand{7, 3, 100}), "demand{subscriber=7 epoch=3 events=100}");
  EXPECT_EQ(render(commit_refused{1, 2, journal_error::stale_epoch}),
            "commit_refused{subscriber=1 epoch=2 error=stale_epoch}");
  EXPECT_EQ(render(open_exception{1, 2, -3}), "open_exception{sequence=1 attempts=2 due_ms=-3}");
}

TEST(Render, EscapesSoThatOneMessageStaysOneLine) {
  const auto text = render(pause_set{1, "two\nlines\x1b[31m"});
  EXPECT_EQ(text, R"(pause_set{request=1 error="two\nlines\u001b[31m"})");
}

TEST(Render, HidesWhatIsSecretOrBytes) {
  customer who{"c1", "ada@example.com", true};
  EXPECT_EQ(render(who), R"(customer{id="c1" email=<15 bytes> marketing_consent=true})");
  EXPECT_EQ(render(state_change{"k", std::string("\0\1", 2)}),
            R"(state_change{key="k" value=<2 bytes>})");
  EXPECT_EQ(render(state_change{"k", std::nullopt}), R"(state_change{key="k" value=none})");
  commit x;
  x.emitted.bytes = "card 4111";
  x.dead_letters = {{1, "quarantined", "boom", 3, 4, "iban DE00"}};
  const auto text = render(x);
  EXPECT_EQ(text.find("4111"), std::string::npos) << text;
  EXPECT_EQ(text.find("DE00"), std::string::npos) << text;
  page_event page;
  page.data.text = R"({"ssn":"078-05-1120"})";
  EXPECT_EQ(render(page).find("078"), std::string::npos);
}

TEST(Render, CountsWhatItLeavesOutOfLists) {
  read_events x{1, 2, {1, 2, 3, 4, 5, 6, 7}};
  EXPECT_EQ(render(x), "read_events{request=1 subscriber=2 sequences=[1, 2, 3, 4, 3 more]}");
}

TEST(Render, CutsLongTextsAndSaysTheirLength) {
  const auto text = render(pause_set{1, std::string(1000, 'x')});
  EXPECT_LT(text.size(), 150u);
  EXPECT_NE(text.find("(1000 bytes)"), std::string::npos) << text;
}

TEST(Render, IsNeverLongerThanAskedForAndNeverHalfACharacter) {
  bus_status x;
  for (int i = 0; i < 4; ++i) {
    x.subscribers.emplace_back();
    x.subscribers.back().name = "€€€€€€€€€€";
  }
  const auto whole = render(x, 100'000);
  for (std::size_t limit = 0; limit < 400; ++limit) {
    const auto text = render(x, limit);
    ASSERT_LE(text.size(), limit);
    ASSERT_TRUE(is_utf8(text)) << limit;
    if (limit >= 3 && limit < whole.size()) {
      ASSERT_TRUE(text.ends_with("...")) << limit << ": " << text;
    }
  }
  EXPECT_EQ(render(x, whole.size()), whole);
}

TEST(Render, SpeaksOfAChunkWithoutItsContent) {
  const log_appended x{
      std::make_shared<const chunk>("{\"a\":1}", std::vector<event_ref>{{7, 0, 1, 0, 7}}, 5, 8), 9};
  EXPECT_EQ(render(x), "log_appended{chunk=<chunk 5..8, 1 events, 7 bytes> durable=9}");
  EXPECT_EQ(render(log_appended{nullptr, 9}), "log_appended{chunk=none durable=9}");
}

TEST(Render, ShowsTheLengthOfATextThatIsNotUtf8) {
  EXPECT_EQ(render(pause_set{1, "\xff\xfe"}), "pause_set{request=1 error=<2 bytes>}");
}

} // namespace
} // namespace baseplate
