// `put` against a server that answers as told: batches, refusals, pressure, lost answers.
#include "app/cli/exit_code.hpp"
#include "app/cli/put_command.hpp"
#include "tests/app/cli/scripted_server.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <unistd.h>

namespace baseplate::app {
namespace {

namespace json = boost::json;

std::vector<json::object> records_of(const std::string& body) {
  std::vector<json::object> out;
  std::istringstream in{body};
  for (std::string line; std::getline(in, line);)
    out.push_back(json::parse(line).as_object());
  return out;
}

std::string accept_all(const scripted_request& request) {
  json::array results;
  for (auto& record : records_of(request.body))
    results.push_back(json::object{{"id", record.at("id")}, {"sequence", 1}});
  return http_answer(200, json::serialize(json::object{{"results", results}}));
}

class PutCommand : public testing::Test {
 protected:
  ~PutCommand() override { std::filesystem::remove(path_); }

  void write_lines(int count) {
    std::ofstream out{path_};
    for (int i = 0; i < count; ++i)
      out << R"({"source":"s","detail-type":"t","detail":{"i":)" << i << "}}\n";
  }

  int put(const scripted_server& server) {
    options.client.url = server.url();
    options.file = path_;
    options.json = true;
    options.quiet = true;
    testing::internal::CaptureStdout();
    auto code = run_put(options);
    auto text = testing::internal::GetCapturedStdout();
    summary = json::parse(text).as_object();
    return code;
  }

  std::uint64_t figure(const char* name) const {
    return json::value_to<std::uint64_t>(summary.at(name));
  }

  std::string path_
      = std::filesystem::temp_directory_path() / ("baseplate-put-" + std::to_string(::getpid()));
  put_options options;
  json::object summary;
};

TEST_F(PutCommand, SendsBatchesInTheOrderOfTheFile) {
  write_lines(25);
  options.batch_events = 10;
  scripted_server server{accept_all};
  EXPECT_EQ(put(server), exit_ok);
  EXPECT_EQ(figure("sent"), 25u);
  EXPECT_EQ(figure("accepted"), 25u);
  EXPECT_EQ(figure("failed"), 0u);
  auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].line, "POST /v1/events HTTP/1.1");
  EXPECT_THAT(requests[0].headers, testing::HasSubstr("Content-Type: application/x-ndjson"));
  int next = 0;
  std::set<std::string> ids;
  for (auto& request : requests)
    for (auto& record : records_of(request.body)) {
      EXPECT_EQ(record.at("detail").at("i"), next++);
      ids.insert(json::value_to<std::string>(record.at("id")));
    }
  EXPECT_EQ(next, 25);
  EXPECT_EQ(ids.size(), 25u);
}

TEST_F(PutCommand, SendsAgainWithTheSameIdsWhatGotNoAnswerOr429Or503) {
  write_lines(2);
  int calls = 0;
  scripted_server server{[&](const scripted_request& request) -> std::string {
    switch (++calls) {
    case 1:
      return {};
    case 2:
      return http_answer(429, R"({"error":{"code":"Throttled","message":"m"}})");
    case 3:
      return http_answer(503, "");
    default:
      return accept_all(request);
    }
  }};
  EXPECT_EQ(put(server), exit_ok);
  EXPECT_EQ(figure("accepted"), 2u);
  EXPECT_EQ(figure("retries"), 3u);
  auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4u);
  for (auto& request : requests)
    EXPECT_EQ(request.body, requests[0].body);
}

TEST_F(PutCommand, ReportsRefusedRecordsByTheirLine) {
  write_lines(3);
  std::ofstream{path_, std::ios::app} << "\nnonsense\n";
  scripted_server server{[](const scripted_request&) {
    return http_answer(
        200,
        R"({"results":[{"id":"a"},{"error":{"code":"C","message":"M","pointer":"/1/x"}},{"id":"b"}]})");
  }};
  EXPECT_EQ(put(server), exit_failure);
  EXPECT_EQ(figure("sent"), 4u);
  EXPECT_EQ(figure("accepted"), 2u);
  EXPECT_EQ(figure("failed"), 2u);
  auto& errors = summary.at("errors").as_array();
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0].at("line"), 5);
  EXPECT_EQ(errors[0].at("code"), "InvalidLine");
  EXPECT_EQ(errors[1].at("line"), 2);
  EXPECT_EQ(errors[1].at("code"), "C");
  EXPECT_EQ(errors[1].at("pointer"), "/1/x");
}

TEST_F(PutCommand, HalvesABatchThatIsTooLarge) {
  write_lines(8);
  scripted_server server{[](const scripted_request& request) {
    if (records_of(request.body).size() > 2)
      return http_answer(413, R"({"error":{"code":"TooLarge","message":"m"}})");
    return accept_all(request);
  }};
  EXPECT_EQ(put(server), exit_ok);
  EXPECT_EQ(figure("accepted"), 8u);
  int next = 0;
  for (auto& request : server.requests()) {
    auto records = records_of(request.body);
    if (records.size() > 2)
      continue;
    for (auto& record : records)
      EXPECT_EQ(record.at("detail").at("i"), next++);
  }
}

TEST_F(PutCommand, StopsWhenTheAddressIsNoNode) {
  write_lines(100);
  options.batch_events = 10;
  scripted_server server{[](const scripted_request&) { return http_answer(404, "<html>"); }};
  EXPECT_EQ(put(server), exit_failure);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(figure("failed"), 10u);
}

TEST_F(PutCommand, SaysUnreachableWhenNobodyEverAnswered) {
  write_lines(1);
  options.retry_for_ms = 200;
  std::string url;
  {
    scripted_server gone{accept_all};
    url = gone.url();
  }
  options.client.url = url;
  options.file = path_;
  options.json = true;
  options.quiet = true;
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_put(options), exit_unreachable);
  summary = json::parse(testing::internal::GetCapturedStdout()).as_object();
  EXPECT_EQ(figure("accepted"), 0u);
  EXPECT_EQ(figure("failed"), 1u);
}

TEST_F(PutCommand, SaysUsageWhenTheFileIsNotThere) {
  scripted_server server{accept_all};
  EXPECT_EQ(put(server), exit_usage);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(PutCommand, KeepsToTheRate) {
  write_lines(30);
  options.rate = 100;
  scripted_server server{accept_all};
  EXPECT_EQ(put(server), exit_ok);
  EXPECT_EQ(figure("accepted"), 30u);
  EXPECT_GE(summary.at("seconds").as_double(), 0.18);
}

} // namespace
} // namespace baseplate::app
