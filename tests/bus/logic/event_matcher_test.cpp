#include "actors/bus/logic/event_matcher.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace baseplate::bus {
namespace {

/// As in a chunk: bytes follow that may be read.
bool matches(compiled_pattern& pattern, std::string_view event) {
  std::string padded{event};
  padded.append(rules::event_padding, '\0');
  return pattern.matches(std::string_view{padded}.substr(0, event.size()));
}

bool matches(std::string_view pattern, std::string_view event) {
  auto compiled = compile_pattern(pattern);
  EXPECT_TRUE(compiled) << pattern;
  return compiled && matches(*compiled, event);
}

struct pair {
  const char* pattern;
  const char* event;
};

TEST(CompiledPattern, MatchesTheseEvents) {
  const pair cases[]{
      {R"({"a":["x"]})", R"({"a":"x"})"},
      {R"({"a":["x","y"]})", R"({"a":"y","b":1})"},
      {R"({"a":["x"],"b":[1]})", R"({"b":1,"a":"x"})"},
      {R"({"a":{"b":[1]}})", R"({"a":{"b":1}})"},
      {R"({"a":{"b":[1]}})", R"({"a.b":1})"},
      {R"({"a.b":[1]})", R"({"a":{"b":1}})"},
      {R"({"a.b":[1]})", R"({"a.b":1})"},
      {R"({"a":{"b":{"c":[1]}}})", R"({"a.b":{"c":1}})"},
      {R"({"a":{"b":{"c":[1]}}})", R"({"a":{"b.c":1}})"},
      {R"({"a":[5]})", R"({"a":5.0})"},
      {R"({"a":[5.0]})", R"({"a":5e0})"},
      {R"({"a":[123456789012345678901234567890]})", R"({"a":123456789012345678901234567890})"},
      {R"({"a":[true]})", R"({"a":true})"},
      {R"({"a":[false,null]})", R"({"a":null})"},
      {R"({"a":[""]})", R"({"a":""})"},
      {R"({"a":["x"]})", R"({"a":["w","x"]})"},
      {R"({"a":["x"]})", R"({"a":[["w"],[["x"]]]})"},
      {R"({"a":{"b":[1]}})", R"({"a":[{"b":2},{"b":1}]})"},
      {R"({"a":{"b":[1],"c":[2]}})", R"({"a":[{"b":2,"c":1},{"b":1,"c":2}]})"},
      {R"({"a":{"b":[1]},"d":{"c":[2]}})", R"({"a":[{"b":1},{"b":5}],"d":[{"c":7},{"c":2}]})"},
      {R"({"a":{"b":[1],"t":["y"]}})", R"({"a":[{"b":[1,9],"t":["x","y"]}]})"},
      {R"({"a":["é"]})", R"({"a":"\u00e9"})"},
      {R"({"\u0061":["x"]})", R"({"a":"x"})"},
      {R"({"a":["x"]})", R"({"\u0061":"x"})"},
      {R"({"a":["say \"hi\""]})", R"({"a":"say \"hi\""})"},
      {R"({"a":["\ud83d\ude00"]})", R"({"a":"😀"})"},
      {R"({"a":["10.0.0.1"]})", R"({"a":"::ffff:10.0.0.1"})"},
      {R"({"":["x"]})", R"({"":"x"})"},
      {R"({"a":["y"]})", R"({"a":"x","a":"y"})"},
      {R"({ "a" : [ "x" ] })", " \n{ \"b\" : [ { \"c\" : \"]}\\\"\" } ] , \"a\"\t:\"x\" }"},
  };
  for (const auto& x : cases)
    EXPECT_TRUE(matches(x.pattern, x.event)) << x.pattern << " on " << x.event;
}

TEST(CompiledPattern, DoesNotMatchTheseEvents) {
  const pair cases[]{
      {R"({"a":["x"]})", R"({"a":"X"})"},
      {R"({"a":["x"]})", R"({"b":"x"})"},
      {R"({"a":["x"],"b":[1]})", R"({"a":"x"})"},
      {R"({"a":["x"]})", R"({"a":{"a":"x"}})"},
      {R"({"a":["true"]})", R"({"a":true})"},
      {R"({"a":[true]})", R"({"a":"true"})"},
      {R"({"a":["5"]})", R"({"a":5})"},
      {R"({"a":[5]})", R"({"a":"5"})"},
      {R"({"a":[5]})", R"({"a":50})"},
      {R"({"a":[123456789012345678901234567890]})", R"({"a":123456789012345678901234567891})"},
      {R"({"a":[null]})", R"({"b":1})"},
      {R"({"a":[null]})", R"({"a":[]})"},
      {R"({"a":[null]})", R"({"a":{}})"},
      {R"({"a":[""]})", R"({"a":null})"},
      {R"({"a":[""]})", R"({"a":" "})"},
      {R"({"a":{"b":[1],"c":[4]}})", R"({"a":[{"b":1,"c":2},{"b":3,"c":4}]})"},
      {R"({"a":{"b":{"x":[1]},"c":[4]}})",
       R"({"a":[{"b":[{"x":1}],"c":2},{"b":[{"x":3}],"c":4}]})"},
      {R"({"a":{"x":[1],"y":[2]}})", R"({"a":[[{"x":1}],[{"y":2}]]})"},
      {R"({"a.b":[1]})", R"({"a":{"b":{"c":1}}})"},
      {R"({"a":["x"]})", "not json"},
      {R"({"a":["x"]})", R"(["a","x"])"},
      {R"({"a":["x"]})", R"({"a":"x)"},
      {R"({"a":["x"]})", R"({"a")"},
      {R"({"a":["x"]})", ""},
  };
  for (const auto& x : cases)
    EXPECT_FALSE(matches(x.pattern, x.event)) << x.pattern << " on " << x.event;
}

/// Text that ends anywhere must never be read behind its padding; run under the address sanitizer
/// this proves it.
TEST(CompiledPattern, StaysInsideTextThatIsCutAnywhere) {
  const std::string event = R"({"a":{"b":["x\u00e9",{"c":1.5e3,"d":null}]},"e":"y\\"})";
  auto compiled = compile_pattern(R"({"a":{"b":{"c":[1500],"d":[null]}},"e":["y\\"]})");
  ASSERT_TRUE(compiled);
  EXPECT_TRUE(matches(*compiled, event));
  for (std::size_t n = 0; n < event.size(); ++n) {
    EXPECT_FALSE(matches(*compiled, event.substr(0, n))) << n;
  }
}

chunk make_chunk(const std::vector<std::pair<bus_id, std::string>>& events,
                 sequence_number first = 1) {
  std::string bytes;
  std::vector<event_ref> refs;
  auto sequence = first;
  for (const auto& [bus, text] : events) {
    refs.push_back({sequence++, 0, bus, static_cast<std::uint32_t>(bytes.size()),
                    static_cast<std::uint32_t>(text.size())});
    bytes += text;
  }
  return {std::move(bytes), std::move(refs), first, sequence - 1};
}

std::vector<std::uint32_t> of(const chunk_matches& matches, subscriber_id id) {
  const auto found = matches.of(id);
  return {found.begin(), found.end()};
}

using indices = std::vector<std::uint32_t>;

TEST(EventMatcher, GivesEachSubscriberTheEventsOfItsBus) {
  event_matcher matcher;
  ASSERT_TRUE(matcher.add(1, 1, ""));
  ASSERT_TRUE(matcher.add(2, 1, R"({"source":["shop"]})"));
  ASSERT_TRUE(matcher.add(3, 2, R"({"source":["shop"]})"));
  ASSERT_TRUE(matcher.add(live_subscriber_min, 1, R"({"source":["web"]})"));
  const auto events = make_chunk({{1, R"({"source":"shop"})"},
                                  {1, R"({"source":"web"})"},
                                  {2, R"({"source":"shop"})"},
                                  {2, R"({"source":"web"})"},
                                  {3, R"({"source":"shop"})"}});
  const auto found = matcher.match(events);
  EXPECT_EQ(of(found, 1), (indices{0, 1}));
  EXPECT_EQ(of(found, 2), (indices{0}));
  EXPECT_EQ(of(found, 3), (indices{2}));
  EXPECT_EQ(of(found, live_subscriber_min), (indices{1}));
  ASSERT_EQ(found.buses.size(), 3u);
  EXPECT_EQ(found.buses[0].matched_none, 0u);
  EXPECT_EQ(found.buses[1].matched_none, 1u);
  EXPECT_EQ(found.buses[2].matched_none, 1u);
}

TEST(EventMatcher, CountsAnEventThatOnlyALiveSubscriberTookAsMatchedByNone) {
  event_matcher matcher;
  ASSERT_TRUE(matcher.add(live_subscriber_min, 1, ""));
  EXPECT_EQ(matcher.match(make_chunk({{1, "{}"}})).buses[0].matched_none, 1u);
}

TEST(EventMatcher, MatchesOnlyTheRangeAskedFor) {
  event_matcher matcher;
  ASSERT_TRUE(matcher.add(1, 1, ""));
  const auto events = make_chunk({{1, "{}"}, {1, "{}"}, {1, "{}"}, {1, "{}"}}, 10);
  EXPECT_EQ(of(matcher.match(events, 10, 12), 1), (indices{1, 2}));
}

TEST(EventMatcher, KeepsTheOldFilterWhenTheNewOneIsRefused) {
  event_matcher matcher;
  ASSERT_TRUE(matcher.add(1, 1, R"({"a":[1]})"));
  EXPECT_FALSE(matcher.add(1, 1, R"({"a":[{"prefix":5}]})"));
  EXPECT_EQ(of(matcher.match(make_chunk({{1, R"({"a":1})"}})), 1), (indices{0}));
}

TEST(EventMatcher, GivesAnEventOnceThoughSeveralOfItsValuesMatch) {
  event_matcher matcher;
  ASSERT_TRUE(matcher.add(1, 1, R"({"a":[1,2,3]})"));
  EXPECT_EQ(of(matcher.match(make_chunk({{1, R"({"a":[1,2,3,2]})"}})), 1), (indices{0}));
}

/// Many patterns in one index must answer as each by itself, through adds, changes and removals.
TEST(EventMatcher, AnswersAsEachPatternByItself) {
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto value = [&] {
    static const char* const values[]{"1", "1.0", "2", "\"a\"", "\"b\"", "true", "null", "\"\""};
    return std::string(values[pick(8)]);
  };
  const auto field = [&] {
    static const char* const names[]{"p", "q", "o.r", "o.s", "l.u", "l.v"};
    return std::string(names[pick(6)]);
  };
  const auto make_pattern = [&] {
    std::string text = "{";
    std::set<std::string> used;
    for (int i = 1 + pick(3); i > 0; --i) {
      const auto name = field();
      if (!used.insert(name).second)
        continue;
      text += (text.size() > 1 ? ",\"" : "\"") + name + "\":[" + value();
      for (int more = pick(3); more > 0; --more)
        text += "," + value();
      text += "]";
    }
    return text + "}";
  };
  const auto make_event = [&] {
    std::string text = "{\"p\":" + value();
    if (pick(2))
      text += ",\"q\":[" + value() + "," + value() + "]";
    if (pick(2))
      text += ",\"o\":{\"r\":" + value() + ",\"s\":" + value() + "}";
    text += ",\"l\":[";
    for (int i = pick(3); i >= 0; --i)
      text += "{\"u\":" + value() + ",\"v\":" + value() + "}" + (i > 0 ? "," : "");
    return text + "]}";
  };
  event_matcher matcher;
  std::map<subscriber_id, std::string> reference;
  std::size_t hits = 0;
  for (int round = 0; round < 60; ++round) {
    for (int i = 0; i < 5; ++i) {
      const auto id = static_cast<subscriber_id>(1 + pick(40));
      if (pick(4) == 0) {
        matcher.remove(id);
        reference.erase(id);
      } else {
        reference[id] = make_pattern();
        ASSERT_TRUE(matcher.add(id, 1, reference[id])) << reference[id];
      }
    }
    std::vector<std::pair<bus_id, std::string>> events;
    for (int i = 0; i < 20; ++i)
      events.emplace_back(1, make_event());
    const auto found = matcher.match(make_chunk(events));
    for (const auto& [id, pattern] : reference) {
      auto alone = compile_pattern(pattern);
      indices expected;
      for (std::uint32_t i = 0; i < events.size(); ++i)
        if (matches(*alone, events[i].second))
          expected.push_back(i);
      hits += expected.size();
      ASSERT_EQ(of(found, id), expected) << pattern;
    }
  }
  EXPECT_GT(hits, 1000u);
}

} // namespace
} // namespace baseplate::bus
