// Recorded answers of the cloud service to PutEvents (reference material beside the repository).
#include "actors/gateway/logic/put_events_request.hpp"
#include "tests/gateway/ingest_fixture.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace baseplate::gateway {

namespace {

namespace json = boost::json;

std::string shared_folder() {
  if (const auto* given = std::getenv("BASEPLATE_SHARED"))
    return given;
  return std::string{BASEPLATE_SOURCE_DIR} + "/../shared";
}

/// "<text of N characters>" stands for such a text.
void expand_texts(json::value& value) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object)
      expand_texts(member.value());
  } else if (auto* array = value.if_array()) {
    for (auto& item : *array)
      expand_texts(item);
  } else if (auto* text = value.if_string()) {
    unsigned long size = 0;
    if (std::sscanf(text->c_str(), "<text of %lu characters>", &size) == 1)
      value = json::string(size, 'a');
    else if (text->find('<') == 0)
      value = "custom"; // a bus that the test had made
  }
}

/// Ids differ: only that there is one is compared.
json::value comparable(json::value value) {
  value.as_object().erase("$status");
  for (auto& entry : value.at("Entries").as_array())
    if (auto* id = entry.as_object().if_contains("EventId"))
      *id = "id";
  return value;
}

} // namespace

TEST(PutEventsConformance, AnswersAsTheServiceWasRecorded) {
  std::ifstream file(shared_folder() + "/conformance/api.jsonl");
  if (!file) {
    std::cerr << "\nNOT RUN: no conformance data at " << shared_folder()
              << "; set BASEPLATE_SHARED to the folder that has conformance/api.jsonl\n\n";
    GTEST_SKIP() << "no conformance data";
  }
  std::size_t cases = 0;
  std::string line;
  while (std::getline(file, line)) {
    auto one = json::parse(line).as_object();
    if (one.at("operation") != "PutEvents")
      continue;
    ++cases;
    ingest_fixture fixture;
    // The recording is older than the limit of 1 MiB.
    fixture.settings.entries_bytes_max = 256 * 1024;
    auto request = one.at("request");
    expand_texts(request);
    auto body = json::serialize(request);
    const auto result = parse_put_events(body, fixture.context());
    const auto id = json::value_to<std::string>(one.at("id"));
    if (auto* error = one.if_contains("error")) {
      ASSERT_TRUE(result.error) << id;
      EXPECT_EQ(result.error->type, error->at("code").as_string()) << id;
      EXPECT_EQ(result.error->message, error->at("message").as_string()) << id;
      EXPECT_EQ(result.error->status, error->at("status").to_number<int>()) << id;
      continue;
    }
    ASSERT_FALSE(result.error) << id << ": " << result.error->message;
    std::string answer;
    append_put_events_response(answer, result.entries);
    EXPECT_EQ(comparable(json::parse(answer)), comparable(one.at("response"))) << id;
  }
  EXPECT_GE(cases, 11u);
}

} // namespace baseplate::gateway
