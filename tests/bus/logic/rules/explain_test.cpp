// Explanations: that what they name is really at fault, checked by the naive matcher.

#include "actors/bus/logic/rules/explain.hpp"
#include "tests/bus/logic/rules/case_file.hpp"
#include "tests/bus/logic/rules/generator.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <iostream>

namespace baseplate::rules {
namespace {

explanation why(const std::string& pattern, const std::string& event, bool all = true) {
  auto compiled = compile(pattern);
  EXPECT_TRUE(compiled.has_value()) << pattern;
  auto about = explainer::of(event);
  EXPECT_TRUE(about.has_value()) << event;
  return about->explain(*compiled, all);
}

/// Values that may satisfy a list: one of them does, for every operator.
std::vector<std::string> remedies(const naive::node& list) {
  std::vector<std::string> out{"\"some other value\"", "\"\"", "-987654.5", "null"};
  const auto quoted
      = [](const std::string& x) { return boost::json::serialize(boost::json::value(x)); };
  for (const auto& x : list.elements) {
    if (x.kind == naive::node::string) {
      out.push_back(quoted(x.text));
    } else if (x.kind != naive::node::object) {
      out.push_back(x.text);
    } else {
      const auto& [op, operand] = x.members.at(0);
      const auto& inner
          = operand.kind == naive::node::object ? operand.members.at(0).second : operand;
      if (op == "numeric") {
        const auto bound = std::strtod(inner.elements.at(1).text.c_str(), nullptr);
        for (const double step : {0.0, 1e-9, 1e-3, 0.5, 1.0, -1e-9, -1.0, 1e9, -1e9})
          out.push_back(boost::json::serialize(boost::json::value(bound + step)));
      } else if (op == "cidr") {
        out.push_back(quoted(inner.text.substr(0, inner.text.find('/'))));
      } else if (op == "wildcard") {
        std::string plain;
        for (std::size_t i = 0; i < inner.text.size(); ++i) {
          if (inner.text[i] == '\\')
            plain += inner.text[++i];
          else if (inner.text[i] != '*')
            plain += inner.text[i];
        }
        out.push_back(quoted(plain));
      } else if (inner.kind == naive::node::string) {
        out.push_back(quoted(inner.text));
      }
    }
  }
  return out;
}

std::string escaped(const std::string& name) {
  return boost::json::serialize(boost::json::value(name));
}

/// True if an event in which the field has been put right satisfies that clause, by the naive
/// matcher.
bool can_be_put_right(const std::string& path, const naive::node& list) {
  const std::vector<naive::branch> clause{{{path, &list}}};
  const auto holds = [&](const std::string& event) {
    const auto tree = naive::parse(event);
    return naive::matches(clause, naive::flatten(tree));
  };
  if (holds("{}"))
    return true;
  for (const auto& value : remedies(list))
    if (holds("{" + escaped(path) + ":" + value + "}"))
      return true;
  return false;
}

/// Checks an explanation of a pair that does not match; returns false with a reason.
::testing::AssertionResult at_fault(const explanation& x, const std::string& pattern,
                                    const std::string& event) {
  const auto tree = naive::parse(pattern);
  const auto event_tree = naive::parse(event);
  const auto leaves = naive::flatten(event_tree);
  if (x.matched || x.failures.empty())
    return ::testing::AssertionFailure() << "nothing is named";
  // There is a branch that has all named fields, and holds without them.
  for (const auto& branch : naive::branches(tree)) {
    auto rest = branch;
    bool has_all = branch.size() == x.fields;
    for (const auto& f : x.failures)
      has_all = has_all && rest.erase(f.path) == 1;
    if (!has_all || !naive::matches({rest}, leaves))
      continue;
    for (const auto& f : x.failures) {
      const auto& list = *branch.at(f.path);
      const bool alone = naive::matches({{{f.path, &list}}}, leaves);
      if (alone != (f.why == failure::other_element))
        return ::testing::AssertionFailure()
               << f.path << (alone ? " holds by itself" : " fails by itself");
      if (f.why != failure::other_element && !can_be_put_right(f.path, list))
        return ::testing::AssertionFailure() << f.path << " cannot be put right";
    }
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "no branch holds without the named fields";
}

TEST(Explain, NamesWhatIsReallyAtFaultInEveryRecordedCaseThatDoesNotMatch) {
  const auto cases = read_cases("patterns.jsonl");
  if (cases.empty())
    GTEST_SKIP() << "conformance data absent";
  int checked = 0;
  for (const auto& x : cases) {
    if (x.expect == "error")
      continue;
    const auto got = why(x.pattern, x.event);
    EXPECT_EQ(got.matched, x.expect == "true") << x.id;
    EXPECT_TRUE(boost::json::parse(got.to_json()).is_object());
    if (x.expect != "false")
      continue;
    EXPECT_TRUE(at_fault(got, x.pattern, x.event)) << x.id << "\n"
                                                   << x.pattern << "\n"
                                                   << x.event << "\n"
                                                   << got.to_json();
    ++checked;
  }
  std::cout << checked << " explanations of recorded cases checked\n";
  EXPECT_GT(checked, 400);
}

TEST(Explain, AgreesWithTheMatcherAndNamesWhatIsAtFaultInGeneratedPairs) {
  for (const bool nested : {false, true}) {
    generator random(nested ? 5 : 6, nested);
    for (int i = 0; i < 10'000; ++i) {
      const auto pattern = random.pattern();
      if (!compile(pattern))
        continue;
      const auto event = random.event();
      const auto tree = naive::parse(pattern);
      const auto event_tree = naive::parse(event);
      const auto got = why(pattern, event);
      ASSERT_EQ(got.matched, naive::matches(naive::branches(tree), naive::flatten(event_tree)))
          << pattern << "\n"
          << event;
      if (got.matched)
        continue;
      // A list such as [{"exists":false}] with `other_element` needs its own meaning of "alone":
      // values elsewhere in the array do not count for it.
      bool absent = false;
      for (const auto& f : got.failures)
        absent = absent || f.expected.find("{\"exists\":false}") != std::string::npos;
      if (absent)
        continue;
      ASSERT_TRUE(at_fault(got, pattern, event)) << pattern << "\n"
                                                 << event << "\n"
                                                 << got.to_json();
    }
  }
}

TEST(Explain, SaysItInASentence) {
  const auto x = why(
      R"({"source":["shop"],"detail":{"state":["running",{"prefix":"pend"}],"n":[{"numeric":[">",5]}]}})",
      R"({"source":"shop","detail":{"state":"stopped"}})");
  ASSERT_EQ(x.failures.size(), 2U);
  EXPECT_EQ(x.fields, 3U);
  EXPECT_EQ(x.satisfied, 1U);
  EXPECT_EQ(x.failures[0].sentence, "The event has no detail.n; it must be a number > 5.");
  EXPECT_EQ(x.failures[0].pointer, "/detail/n");
  EXPECT_EQ(
      x.failures[1].sentence,
      R"(detail.state is "stopped", but must be "running" or a string that begins with "pend".)");
  EXPECT_EQ(x.failures[1].expected, R"(["running",{"prefix":"pend"}])");
  EXPECT_EQ(x.failures[1].actual, std::vector<std::string>{R"("stopped")"});
}

TEST(Explain, NamesTheFieldOfAnotherElement) {
  const auto x = why(R"({"a":{"b":[1],"c":[4]}})", R"({"a":[{"b":1,"c":2},{"b":3,"c":4}]})");
  ASSERT_EQ(x.failures.size(), 1U);
  EXPECT_EQ(x.failures[0].why, failure::other_element);
  EXPECT_EQ(x.failures[0].path, "a.c");
}

TEST(Explain, StopsAtTheFirstFieldUnlessAllAreAsked) {
  EXPECT_EQ(why(R"({"a":[1],"b":[2]})", "{}", false).failures.size(), 1U);
  EXPECT_EQ(why(R"({"a":[1],"b":[2]})", "{}", true).failures.size(), 2U);
}

TEST(Explain, PutsNearMissesFirst) {
  const auto far = *compile(R"({"a":[1],"b":[2]})");
  const auto near = *compile(R"({"x":[1],"b":[2],"y":[3]})");
  const auto hit = *compile(R"({"x":[1]})");
  const std::pair<rule_id, const compiled_pattern*> rules[] = {{1, &far}, {2, &near}, {3, &hit}};
  auto about = explainer::of(R"({"x":1,"y":3})");
  ASSERT_TRUE(about.has_value());
  const auto ranked = about->explain_all(rules, 10, true);
  ASSERT_EQ(ranked.size(), 3U);
  EXPECT_EQ(ranked[0].id, 3U);
  EXPECT_EQ(ranked[1].id, 2U);
  EXPECT_EQ(ranked[2].id, 1U);
  EXPECT_EQ(about->explain_all(rules, 1, true).size(), 1U);
}

TEST(Explain, RefusesAnEventThatIsNoJsonObject) {
  EXPECT_EQ(explainer::of("[1]").error(), event_status::malformed);
  EXPECT_EQ(explainer::of(R"({"a":1)").error(), event_status::malformed);
}

} // namespace
} // namespace baseplate::rules
