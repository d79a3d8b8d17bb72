// The engine against the written semantics: a million generated pairs of pattern and event.

#include "actors/bus/logic/rules/matcher.hpp"
#include "tests/bus/logic/rules/case_file.hpp"
#include "tests/bus/logic/rules/generator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>

namespace baseplate::rules {
namespace {

struct rule {
  std::string text;
  naive::node tree;
  std::vector<naive::branch> branches;
  compiled_pattern compiled;
};

/// Never moved once filled: branches point into the tree.
std::vector<std::unique_ptr<rule>> make_rules(generator& random, std::size_t count) {
  std::vector<std::unique_ptr<rule>> out;
  while (out.size() < count) {
    auto x = std::make_unique<rule>();
    x->text = random.pattern();
    auto compiled = compile(x->text);
    if (!compiled) { // $or of $or may multiply out to too much; nothing else is refused
      EXPECT_EQ(compiled.error().code, pattern_fault::too_complex) << x->text;
      continue;
    }
    x->compiled = std::move(*compiled);
    x->tree = naive::parse(x->text);
    x->branches = naive::branches(x->tree);
    out.push_back(std::move(x));
  }
  return out;
}

std::vector<rule_id> matched(matcher& finder, const rule_set& rules, std::string_view event,
                             trust how = trust::trusted) {
  std::vector<rule_id> out;
  const padded text(event);
  EXPECT_EQ(finder.match(rules, text.text(), how, out), event_status::ok) << event;
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<rule_id> expected(const std::vector<std::unique_ptr<rule>>& rules,
                              const std::vector<bool>& there, const std::string& event) {
  const auto tree = naive::parse(event);
  const auto leaves = naive::flatten(tree);
  std::vector<rule_id> out;
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (there[i] && naive::matches(rules[i]->branches, leaves))
      out.push_back(static_cast<rule_id>(i));
  return out;
}

std::string difference(const std::vector<std::unique_ptr<rule>>& rules,
                       const std::vector<rule_id>& got, const std::vector<rule_id>& want) {
  std::vector<rule_id> only;
  std::set_symmetric_difference(got.begin(), got.end(), want.begin(), want.end(),
                                std::back_inserter(only));
  std::string out;
  for (const auto id : only)
    out += "\n  " + std::to_string(id) + " " + rules[id]->text
           + (std::binary_search(want.begin(), want.end(), id) ? " not found" : " found wrongly");
  return out;
}

/// `sets` sets of 50 rules, each against 50 events.
void compare_with_naive(std::uint64_t seed, std::size_t sets, bool nested = false) {
  generator random(seed, nested);
  matcher finder;
  std::size_t pairs = 0;
  std::size_t matches = 0;
  for (std::size_t s = 0; s < sets; ++s) {
    const auto rules = make_rules(random, 50);
    rule_set set(seed + s);
    const std::vector<bool> all(rules.size(), true);
    for (std::size_t i = 0; i < rules.size(); ++i)
      set.add(static_cast<rule_id>(i), rules[i]->compiled);
    for (int e = 0; e < 50; ++e) {
      const auto event = random.event();
      const auto want = expected(rules, all, event);
      const auto got = matched(finder, set, event, e % 2 == 0 ? trust::trusted : trust::validated);
      ASSERT_EQ(got, want) << "seed " << seed << " event " << event << difference(rules, got, want);
      pairs += rules.size();
      matches += want.size();
    }
  }
  EXPECT_GT(matches, pairs / 100) << "hardly anything matches: the comparison says little";
}

TEST(RuleEngine, AgreesWithTheWrittenSemanticsOnAQuarterMillionPairs) {
  compare_with_naive(1, 100);
}

TEST(RuleEngine, AgreesWithTheWrittenSemanticsOnAnotherQuarterMillionPairs) {
  compare_with_naive(1'000'001, 100);
}

TEST(RuleEngine, AgreesWithTheWrittenSemanticsOnAThirdQuarterMillionPairs) {
  compare_with_naive(2'000'002, 100);
}

TEST(RuleEngine, AgreesWithTheWrittenSemanticsOnAFourthQuarterMillionPairs) {
  compare_with_naive(3'000'003, 100);
}

TEST(RuleEngine, TellsArrayElementsApartLikeTheWrittenSemanticsOnHalfAMillionPairs) {
  compare_with_naive(4'000'004, 200, true);
}

TEST(RuleEngine, AgreesWhenPlacesAreCrowdedEnoughToBeDivided) {
  generator random(77);
  const auto rules = make_rules(random, 3'000);
  std::vector<std::pair<rule_id, const compiled_pattern*>> list;
  for (std::size_t i = 0; i < rules.size(); ++i)
    list.emplace_back(static_cast<rule_id>(i), &rules[i]->compiled);
  rule_set set(5);
  ASSERT_EQ(set.add_all(list), rules.size());
  matcher finder;
  const std::vector<bool> all(rules.size(), true);
  for (int e = 0; e < 100; ++e) {
    const auto event = random.event();
    const auto want = expected(rules, all, event);
    const auto got = matched(finder, set, event);
    ASSERT_EQ(got, want) << event << difference(rules, got, want);
  }
}

TEST(RuleEngine, AgreesAfterEveryAddAndRemove) {
  generator random(4711);
  const auto rules = make_rules(random, 400);
  std::vector<bool> there(rules.size(), false);
  rule_set set(9);
  matcher finder;
  std::size_t count = 0;
  for (int step = 0; step < 4'000; ++step) {
    const auto id = static_cast<rule_id>(random.below(rules.size()));
    if (there[id]) {
      ASSERT_TRUE(set.remove(id));
      --count;
    } else {
      ASSERT_EQ(set.add(id, rules[id]->compiled), add_result::added);
      ++count;
    }
    there[id] = !there[id];
    ASSERT_EQ(set.size(), count);
    if (step % 20 != 0)
      continue;
    const auto event = random.event();
    const auto want = expected(rules, there, event);
    const auto got = matched(finder, set, event);
    ASSERT_EQ(got, want) << "step " << step << " event " << event << difference(rules, got, want);
  }
}

TEST(RuleEngine, IsEmptyAgainWhenAllIsRemoved) {
  generator random(12);
  const auto rules = make_rules(random, 500);
  rule_set set(9);
  matcher finder;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < rules.size(); ++i)
      set.add(static_cast<rule_id>(i), rules[i]->compiled);
    for (std::size_t i = 0; i < rules.size(); ++i)
      ASSERT_TRUE(set.remove(static_cast<rule_id>((i * 7) % rules.size())));
    EXPECT_EQ(set.size(), 0U);
    EXPECT_EQ(set.branches(), 0U);
    EXPECT_EQ(set.filed().live_nodes(), 1U);
    EXPECT_EQ(set.filed().postings(), 0U);
    EXPECT_TRUE(matched(finder, set, random.event()).empty());
  }
}

TEST(RuleEngine, AnswersTheSameWhateverTheOrderOfChanges) {
  generator random(31);
  const auto rules = make_rules(random, 600);
  std::vector<std::size_t> order(rules.size());
  std::iota(order.begin(), order.end(), 0);
  rule_set forward(1);
  rule_set shuffled(2);
  for (const auto i : order)
    forward.add(static_cast<rule_id>(i), rules[i]->compiled);
  std::mt19937 shuffle(8);
  std::shuffle(order.begin(), order.end(), shuffle);
  for (const auto i : order) {
    shuffled.add(static_cast<rule_id>(i), rules[(i + 1) % rules.size()]->compiled); // the wrong one
    EXPECT_EQ(shuffled.add(static_cast<rule_id>(i), rules[i]->compiled), add_result::replaced);
  }
  matcher finder;
  for (int e = 0; e < 500; ++e) {
    const auto event = random.event();
    ASSERT_EQ(matched(finder, forward, event), matched(finder, shuffled, event)) << event;
  }
}

TEST(RuleEngine, MatchesEveryPatternThatWasMadeOfTheEvent) {
  generator random(99);
  matcher finder;
  int made = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto event = random.event();
    const auto tree = naive::parse(event);
    const auto text = random.pattern_of(naive::flatten(tree));
    if (text.empty())
      continue;
    const auto pattern = compile(text);
    ASSERT_TRUE(pattern.has_value()) << text << ": " << pattern.error().reason;
    rule_set set(3);
    set.add(1, *pattern);
    ASSERT_EQ(matched(finder, set, event).size(), 1U) << text << "\n" << event;
    ++made;
  }
  EXPECT_GT(made, 10'000);
}

} // namespace
} // namespace baseplate::rules
