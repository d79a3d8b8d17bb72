// The matcher's edges: modes, malformed events, limits, readers beside a writer.

#include "actors/bus/logic/rules/matcher.hpp"
#include "actors/bus/logic/rules/shared_rule_set.hpp"
#include "tests/bus/logic/rules/case_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace baseplate::rules {
namespace {

bool matches(const std::string& pattern, const std::string& event) {
  const auto compiled = compile(pattern);
  EXPECT_TRUE(compiled.has_value()) << pattern << ": " << compiled.error().reason;
  rule_set rules(1);
  rules.add(0, *compiled);
  matcher finder;
  std::vector<rule_id> found;
  const padded text(event);
  EXPECT_EQ(finder.match(rules, text.text(), trust::validated, found), event_status::ok) << event;
  return !found.empty();
}

event_status status_of(const std::string& event, trust how) {
  static const auto pattern = *compile(R"({"a":{"b":["x"]}})");
  rule_set rules(1);
  rules.add(0, pattern);
  matcher finder;
  std::vector<rule_id> found;
  const padded text(event);
  return finder.match(rules, text.text(), how, found);
}

TEST(Matcher, MatchesWhatItShould) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"a":[5]})", R"({"a":5.0e0})"},
      {R"({"a":[-0.0]})", R"({"a":0})"},
      {R"({"a":[{"numeric":[">=",-0.0]}]})", R"({"a":-0})"},
      {R"({"a":[123456789012345678]})", R"({"a":123456789012345678})"},
      {R"({"a":["::ffff:10.0.0.1"]})", R"({"a":"010.0.0.1"})"},
      {R"({"a":[{"equals-ignore-case":"straße"}]})", R"({"a":"STRASSE"})"},
      {R"({"a":[{"equals-ignore-case":"\u212a"}]})", R"({"a":"k"})"},
      {R"({"a":[{"suffix":{"equals-ignore-case":"É"}}]})", R"({"a":"cafÉ"})"},
      {R"({"a":[{"prefix":""}]})", R"({"a":""})"},
      {R"({"a":[{"wildcard":"*\\**"}]})", R"({"a":"x*y"})"},
      {R"({"a":[{"anything-but":[1]}]})", R"({"a":null})"},
      {R"({"a":[{"exists":false}]})", R"({"a":[]})"},
      {R"({"a":[{"exists":false}]})", R"({"a":{"b":1}})"},
      {R"({"a":{"b":[1]}})", R"({"a.b":1})"},
      {R"({"a.b":[1]})", R"({"a":{"b":[[0,[1]]]}})"},
      {R"({"a":["x"]})", R"({"a":"\u0078"})"},
      {R"({"a":["x"]})", R"({ "\u0061" : "x" , "a" : "y" })"},
      {R"({"a":["x"],"b":["y"]})", R"({"b":"y","a":"x"})"},
      {R"({"a":{"b":[1],"c":[2]}})", R"({"a":[{"b":0},{"b":1,"c":2}]})"},
  };
  for (const auto& [pattern, event] : cases)
    EXPECT_TRUE(matches(pattern, event)) << pattern << "  " << event;
}

TEST(Matcher, DoesNotMatchWhatItShouldNot) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"a":["true"]})", R"({"a":true})"},
      {R"({"a":["5"]})", R"({"a":5})"},
      {R"({"a":[123456789012345678]})", R"({"a":123456789012345680})"},
      {R"({"a":[{"numeric":[">",0]}]})", R"({"a":1e400})"},
      {R"({"a":[{"numeric":[">",5]}]})", R"({"a":5})"},
      {R"({"a":[{"equals-ignore-case":"k"}]})", "{\"a\":\"\u212a\"}"},
      {R"({"a":[{"prefix":""}]})", R"({"a":5})"},
      {R"({"a":[{"exists":true}]})", R"({"a":[]})"},
      {R"({"a":[{"anything-but":["x"]}]})", R"({"b":1})"},
      {R"({"a":[null]})", R"({"b":null})"},
      {R"({"a":{"b":[1],"c":[2]}})", R"({"a":[{"b":1},{"c":2}]})"},
  };
  for (const auto& [pattern, event] : cases)
    EXPECT_FALSE(matches(pattern, event)) << pattern << "  " << event;
}

TEST(Matcher, RefusesMalformedEventsWhenItValidates) {
  for (const char* event : {"",
                            " ",
                            "[]",
                            "5",
                            "{",
                            "}",
                            "{}x",
                            R"({"a":1,})",
                            R"({"a":[1,]})",
                            R"({"x":01})",
                            R"({"x":"\y"})",
                            R"({"x":tru})",
                            R"({"x":1 2})",
                            R"({"x" 1})",
                            R"({"x":[}]})",
                            R"({"x":"a)",
                            "{\"x\":\"\x01\"}",
                            "{\"x\":\"\xff\"}",
                            R"({"x":-})",
                            R"({"x":"a"b})"})
    EXPECT_EQ(status_of(event, trust::validated), event_status::malformed) << event;
  for (const char* event : {"{}", R"( {"x":[ ] , "y" : { } } )", R"({"x":-0.5E+7})"})
    EXPECT_EQ(status_of(event, trust::validated), event_status::ok) << event;
}

TEST(Matcher, BoundsDepthInBothModes) {
  std::string deep;
  for (int i = 0; i < 2'000; ++i)
    deep += "{\"a\":";
  deep += "1" + std::string(2'000, '}');
  EXPECT_EQ(status_of(deep, trust::validated), event_status::too_deep);
  std::string arrays = R"({"a":{"b":)" + std::string(2'000, '[') + std::string(2'000, ']') + "}}";
  EXPECT_EQ(status_of(arrays, trust::trusted), event_status::too_deep);
}

TEST(Matcher, AddsNothingToTheAnswerOfAnEventThatIsRefused) {
  rule_set rules(1);
  rules.add(0, *compile(R"({"a":["x"]})"));
  matcher finder;
  std::vector<rule_id> found{7};
  const padded text(R"({"a":"x","b":tru})");
  EXPECT_EQ(finder.match(rules, text.text(), trust::validated, found), event_status::malformed);
  EXPECT_EQ(found, std::vector<rule_id>{7});
}

TEST(Matcher, FindsKeysBelowSixteenLevelsWrittenWithDots) {
  std::string path = "a0";
  for (int i = 1; i < 20; ++i)
    path += ".a" + std::to_string(i);
  EXPECT_TRUE(matches("{\"" + path + "\":[1]}", "{\"" + path + "\":1}"));
  EXPECT_FALSE(matches("{\"" + path + "\":[1]}", "{\"" + path + ".x\":1}"));
}

TEST(Matcher, TellsARuleOfManyBranchesOnce) {
  rule_set rules(1);
  rules.add(5, *compile(R"({"$or":[{"a":["x"]},{"b":["y"]},{"c":[{"numeric":[">",1]}]}]})"));
  rules.add(6, *compile(R"({"c":[{"numeric":[">",1]}]})"));
  matcher finder;
  std::vector<rule_id> found;
  const padded text(R"({"a":"x","b":"y","c":2})");
  finder.match(rules, text.text(), trust::trusted, found);
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<rule_id>{5, 6}));
}

TEST(RuleSet, RefusesMoreBranchesThanItsLimit) {
  rule_set rules(1, 3);
  const auto two = *compile(R"({"$or":[{"a":["x"]},{"b":["y"]}]})");
  EXPECT_EQ(rules.add(1, two), add_result::added);
  EXPECT_EQ(rules.add(2, two), add_result::too_many_branches);
  EXPECT_FALSE(rules.contains(2));
  EXPECT_EQ(rules.add(1, two), add_result::replaced);
  EXPECT_FALSE(rules.remove(2));
}

// Two rules are always exchanged for two others at once: a reader sees the ones or the others.
TEST(SharedRuleSet, ShowsReadersAWholeChangeOrNothingOfIt) {
  shared_rule_set rules(1);
  const auto one = *compile(R"({"a":["x"]})");
  const auto other = *compile(R"({"a":[{"prefix":"x"}],"b":[{"numeric":[">",1]}]})");
  const rule_change first[] = {{1, &one}, {2, &other}, {3, nullptr}, {4, nullptr}};
  const rule_change second[] = {{3, &one}, {4, &other}, {1, nullptr}, {2, nullptr}};
  rules.change(first);
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<int> seen_second{0};
  std::atomic<int> batches{0};
  const auto read = [&] {
    matcher finder;
    std::vector<rule_id> found;
    const padded text(R"({"a":"x","b":2})");
    while (!stop) {
      const auto set = rules.read();
      std::vector<rule_id> batch;
      for (int i = 0; i < 8; ++i) {
        found.clear();
        finder.match(*set, text.text(), trust::trusted, found);
        std::sort(found.begin(), found.end());
        const bool good
            = found == std::vector<rule_id>{1, 2} || found == std::vector<rule_id>{3, 4};
        if (!good || (i > 0 && found != batch))
          ++wrong;
        batch = found;
      }
      seen_second += batch == std::vector<rule_id>{3, 4} ? 1 : 0;
      ++batches;
    }
  };
  std::thread reader_a(read);
  std::thread reader_b(read);
  int changes = 0;
  while (changes < 2'000 || (batches < 1'000 && changes < 2'000'000)) {
    rules.change(changes % 2 == 0 ? std::span<const rule_change>(second)
                                  : std::span<const rule_change>(first));
    ++changes;
  }
  stop = true;
  reader_a.join();
  reader_b.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(seen_second, 0);
  EXPECT_EQ(rules.read()->size(), 2U);
}

} // namespace
} // namespace baseplate::rules
