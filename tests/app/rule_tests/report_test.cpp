#include "app/rule_tests/report.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::app::rule_tests {
namespace {

report example() {
  report x;
  x.add({"a", "f.jsonl", 1, "pattern", {}});
  x.add({"b<&\"", "f.jsonl", 2, "pattern", {verdict::failed, "it differs\n<x>", "because"}});
  x.add({"c", "g.jsonl", 1, "", {verdict::skipped, "not supported", ""}});
  return x;
}

TEST(Report, NamesWhatFailedAndWhy) {
  EXPECT_EQ(example().to_text(), "FAILED b<&\"\n  f.jsonl:2\n  it differs\n<x>\n  why: because\n"
                                 "skipped 1: not supported\n"
                                 "1 passed, 1 failed, 1 skipped\n");
}

TEST(Report, IsOneObjectOfJson) {
  auto text = example().to_json();
  EXPECT_EQ(text.find('\n'), std::string::npos);
  auto x = boost::json::parse(text);
  EXPECT_EQ(x.at("passed"), 1);
  EXPECT_EQ(x.at("failed"), 1);
  EXPECT_EQ(x.at("skipped"), 1);
  ASSERT_EQ(x.at("failures").as_array().size(), 1u);
  auto& failure = x.at("failures").at(0);
  EXPECT_EQ(failure.at("id"), "b<&\"");
  EXPECT_EQ(failure.at("file"), "f.jsonl");
  EXPECT_EQ(failure.at("line"), 2);
  EXPECT_EQ(failure.at("reason"), "it differs\n<x>");
  EXPECT_EQ(failure.at("explanation"), "because");
  EXPECT_EQ(x.at("skips").at(0).at("count"), 1);
}

TEST(Report, IsJunitXmlWithASuitePerFile) {
  EXPECT_EQ(
      example().to_junit(),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"baseplate test\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
      "  <testsuite name=\"f.jsonl\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
      "    <testcase classname=\"pattern\" name=\"a\" file=\"f.jsonl\" line=\"1\"/>\n"
      "    <testcase classname=\"pattern\" name=\"b&lt;&amp;&quot;\" file=\"f.jsonl\" line=\"2\">"
      "<failure message=\"it differs&#10;&lt;x&gt;\">because</failure></testcase>\n"
      "  </testsuite>\n"
      "  <testsuite name=\"g.jsonl\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\">\n"
      "    <testcase classname=\"unknown\" name=\"c\" file=\"g.jsonl\" line=\"1\">"
      "<skipped message=\"not supported\"/></testcase>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
}

} // namespace
} // namespace baseplate::app::rule_tests
