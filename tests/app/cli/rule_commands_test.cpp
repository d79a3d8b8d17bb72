// `test` and `transform` as a shell sees them: output, places of faults, exit codes.
#include "app/cli/command_line.hpp"
#include "app/cli/exit_code.hpp"
#include "app/cli/text_file.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace baseplate::app {
namespace {

using testing::HasSubstr;

class RuleCommands : public testing::Test {
 protected:
  struct outcome {
    int code = 0;
    std::string out;
    std::string err;
  };

  void SetUp() override { std::filesystem::create_directories(root_); }

  void TearDown() override { std::filesystem::remove_all(root_); }

  std::string file(const std::string& name, std::string_view text) const {
    auto path = root_ + "/" + name;
    std::ofstream{path} << text;
    return path;
  }

  static outcome run(std::vector<std::string> arguments) {
    std::vector<const char*> argv{"baseplate"};
    for (auto& x : arguments)
      argv.push_back(x.c_str());
    outcome x;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    x.code = run_command_line(static_cast<int>(argv.size()), argv.data(), {});
    x.out = testing::internal::GetCapturedStdout();
    x.err = testing::internal::GetCapturedStderr();
    return x;
  }

  std::string root_
      = std::filesystem::temp_directory_path() / ("baseplate-rules-" + std::to_string(::getpid()));
  std::string event_ = R"({"id":"e","time":"2026-01-02T03:04:05Z","region":"r","account":"1",)"
                       R"("detail":{"id":"o-1","note":"a \"b\""}})";
};

TEST_F(RuleCommands, TestPassesFailsAndSkips) {
  auto good = file("good.jsonl", "{\"id\":\"a\",\"pattern\":{\"a\":[1]},\"event\":{\"a\":1},"
                                 "\"expect\":true}\n\n"
                                 "{\"id\":\"b\",\"other\":1}\n");
  auto bad = file("bad.jsonl", "{\"id\":\"c\",\"pattern\":{\"a\":[1]},\"event\":{\"a\":2},"
                               "\"expect\":true,\"authority\":\"ours\"}\n");
  auto passed = run({"test", good});
  EXPECT_EQ(passed.code, exit_ok) << passed.err;
  EXPECT_THAT(passed.out, HasSubstr("1 passed, 0 failed, 1 skipped\n"));
  auto failed = run({"test", good, bad});
  EXPECT_EQ(failed.code, exit_failure);
  EXPECT_THAT(failed.out, HasSubstr("FAILED c\n  " + bad + ":1\n"));
  EXPECT_THAT(failed.out, HasSubstr("1 passed, 1 failed, 1 skipped\n"));
  auto as_json = boost::json::parse(run({"test", good, bad, "--json"}).out);
  EXPECT_EQ(as_json.at("failed"), 1);
  EXPECT_EQ(as_json.at("failures").at(0).at("id"), "c");
  EXPECT_EQ(run({"test", good, bad, "--only", "a"}).code, exit_ok);
  EXPECT_EQ(run({"test", good, bad, "--authority", "ours"}).code, exit_failure);
}

TEST_F(RuleCommands, TestFailsForALineThatIsNoCase) {
  auto x = run({"test", file("x.jsonl", "{\"id\":\n")});
  EXPECT_EQ(x.code, exit_failure);
  EXPECT_THAT(x.out, HasSubstr("x.jsonl:1\n  the line is not JSON"));
}

TEST_F(RuleCommands, TestIsAUsageErrorWithoutAFileOrACaseThatCouldBeRun) {
  EXPECT_EQ(run({"test"}).code, exit_usage);
  auto gone = run({"test", root_ + "/gone.jsonl"});
  EXPECT_EQ(gone.code, exit_usage);
  EXPECT_THAT(gone.err, HasSubstr("gone.jsonl: No such file"));
  auto empty = run({"test", file("empty.jsonl", "\n")});
  EXPECT_EQ(empty.code, exit_usage);
  EXPECT_THAT(empty.err, HasSubstr("no case"));
  EXPECT_EQ(run({"test", file("skipped.jsonl", "{\"other\":1}\n")}).code, exit_usage);
}

TEST_F(RuleCommands, TestWritesJunitXml) {
  auto cases = file("a.jsonl", "{\"id\":\"a\",\"expression\":\"rate(1 day)\",\"expect\":{\"valid\":"
                               "true}}\n");
  EXPECT_EQ(run({"test", cases, "--junit", root_ + "/out.xml"}).code, exit_ok);
  std::stringstream text;
  text << std::ifstream{root_ + "/out.xml"}.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("<testcase classname=\"schedule\" name=\"a\""));
  EXPECT_EQ(run({"test", cases, "--junit", root_ + "/no/such/out.xml"}).code, exit_usage);
}

TEST_F(RuleCommands, TransformPrintsWhatATargetGets) {
  auto event = file("event.json", event_ + "\n");
  auto x = run({"transform", "--event", event, "--path", "id=$.detail.id", "--template",
                R"({"order": <id>, "by": <aws.events.rule-name>})"});
  EXPECT_EQ(x.code, exit_ok) << x.err;
  EXPECT_EQ(x.out, "{\"order\": \"o-1\", \"by\": \"rule-1\"}\n");
  EXPECT_EQ(run({"transform", "--event", event, "--input-path", "$.detail.id"}).out, "\"o-1\"\n");
  EXPECT_EQ(run({"transform", "--event", event, "--input", "{}"}).out, "{}\n");
  EXPECT_EQ(run({"transform", "--event", event}).out, event_ + "\n");
  auto target = file("target.json", R"({"Id":"t","Arn":"x","InputTransformer":{"InputPathsMap":)"
                                    R"({"n":"$.detail.note"},"InputTemplate":"{\"n\":<n>}"}})");
  EXPECT_EQ(run({"transform", "--event", event, "--target", target}).out,
            "{\"n\":\"a \\\"b\\\"\"}\n");
  auto as_json
      = boost::json::parse(run({"transform", "--event", event, "--target", target, "--json"}).out);
  EXPECT_EQ(as_json.at("delivered"), true);
  EXPECT_EQ(as_json.at("body"), "{\"n\":\"a \\\"b\\\"\"}");
}

TEST_F(RuleCommands, TransformSaysWhereATargetIsWrong) {
  auto event = file("event.json", event_);
  auto text = file("template.txt", "{\"a\": 1,\n \"b\": <other>}\n");
  auto x = run({"transform", "--event", event, "--template-file", text, "--target-id", "T"});
  EXPECT_EQ(x.code, exit_usage);
  EXPECT_EQ(x.out, "");
  EXPECT_EQ(x.err, "InputTemplate for target T contains invalid placeholder other.\n"
                   "line 2, column 7:\n \"b\": <other>}\n      ^\n");
  auto as_json = boost::json::parse(
      run({"transform", "--event", event, "--template-file", text, "--json"}).out);
  EXPECT_EQ(as_json.at("error").at("pointer"), "/InputTransformer/InputTemplate");
  EXPECT_EQ(as_json.at("error").at("offset"), 15);
}

TEST_F(RuleCommands, TransformSaysWhyNothingIsDelivered) {
  auto event = file("event.json", event_);
  const std::vector<std::string> arguments = {
      "transform", "--event", event, "--path", "n=$.detail.note", "--template", R"({"n": "<n>"})"};
  auto x = run(arguments);
  EXPECT_EQ(x.code, exit_failure);
  EXPECT_EQ(x.out, "");
  EXPECT_THAT(x.err, HasSubstr("nothing is delivered: the result is not valid JSON"));
  EXPECT_THAT(x.err, HasSubstr("in what <n> stands for"));
  auto strict = arguments;
  strict.emplace_back("--strict");
  EXPECT_EQ(run(strict).out, "{\"n\": \"a \\\"b\\\"\"}\n");
}

TEST_F(RuleCommands, TransformWarnsOfWhatCanNeverWork) {
  auto event = file("event.json", event_);
  auto x = run({"transform", "--event", event, "--template", "order"});
  EXPECT_EQ(x.code, exit_failure);
  EXPECT_THAT(x.err, HasSubstr("warning: no event can make valid JSON of it"));
}

TEST_F(RuleCommands, TransformIsAUsageErrorWithoutAnEventOrWithTwoTemplates) {
  auto event = file("event.json", event_);
  for (auto& arguments : std::vector<std::vector<std::string>>{
           {"transform"},
           {"transform", "--event", root_ + "/gone"},
           {"transform", "--event", file("bad.json", "{\"a\":}")},
           {"transform", "--event", file("list.json", "[]")},
           {"transform", "--event", event, "--target", event, "--template", "x"},
           {"transform", "--event", event, "--template", "x", "--template-file", event},
           {"transform", "--event", event, "--template", "\"x\"", "--path", "id"},
           {"transform", "--event", event, "--template", "\"x\"", "--input", "{}"},
           {"transform", "--event", event, "--target", file("t.json", "{\"InputPath\":1}")}}) {
    auto x = run(arguments);
    EXPECT_EQ(x.code, exit_usage) << testing::PrintToString(arguments);
    EXPECT_NE(x.err, "");
  }
}

TEST(PlaceIn, CountsLinesAndCharacters) {
  EXPECT_EQ(place_in("ab\nc\xC3\xA9"
                     "d",
                     0),
            "line 1, column 1");
  EXPECT_EQ(place_in("ab\nc\xC3\xA9"
                     "d",
                     3),
            "line 2, column 1");
  EXPECT_EQ(place_in("ab\nc\xC3\xA9"
                     "d",
                     6),
            "line 2, column 3");
  EXPECT_EQ(place_in("", 9), "line 1, column 1");
  EXPECT_EQ(marked_line("ab\ncd", 4), "cd\n ^");
  std::string far(500, 'x');
  far += '!';
  auto shown = std::string(60, 'x').append("!\n").append(60, ' ').append("^");
  EXPECT_EQ(marked_line(far, 500), shown);
}

} // namespace
} // namespace baseplate::app
