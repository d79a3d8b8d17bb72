// Each request of malformed_requests.jsonl gets the documented answer, and the server lives on.
//
// A line: {"name", "raw", "status", "code" | "aws" | neither}. `raw` is sent byte for byte:
// characters up to U+00FF that stand for bytes of HTTP's own are UTF-8 here and go out as UTF-8.
// "code" is error.code of the body, "aws" its __type. "filler": {"byte","count","before"}: so many
// bytes are put in before the last occurrence of `before`.
#include "tests/gateway/fake_ports.hpp"
#include "tests/gateway/raw_client.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>

namespace baseplate::gateway {

namespace {

namespace json = boost::json;

std::string raw_of(const json::object& one) {
  auto raw = json::value_to<std::string>(one.at("raw"));
  if (auto* filler = one.if_contains("filler")) {
    const auto before = json::value_to<std::string>(filler->at("before"));
    const auto count = filler->at("count").to_number<std::size_t>();
    raw.insert(raw.rfind(before), count, filler->at("byte").as_string().front());
  }
  return raw;
}

} // namespace

TEST(MalformedRequests, GetTheDocumentedErrorAndTheServerStaysUp) {
  server_fixture fixture;
  const auto port = fixture.start();
  std::ifstream file(std::string{BASEPLATE_SOURCE_DIR} + "/tests/gateway/malformed_requests.jsonl");
  ASSERT_TRUE(file);
  std::string line;
  std::size_t cases = 0;
  while (std::getline(file, line)) {
    const auto one = json::parse(line).as_object();
    const auto name = json::value_to<std::string>(one.at("name"));
    ++cases;
    raw_client client{port};
    client.send(raw_of(one));
    client.shutdown_send();
    const auto got = client.read();
    EXPECT_EQ(got.status, one.at("status").to_number<int>()) << name << "\n"
                                                             << got.head << got.body;
    boost::system::error_code error;
    const auto body = json::parse(got.body, error);
    EXPECT_FALSE(error) << name << ": " << got.body;
    if (error)
      continue;
    if (auto* code = one.if_contains("code")) {
      EXPECT_EQ(body.at("error").at("code"), *code) << name;
      EXPECT_TRUE(body.at("error").at("message").is_string()) << name;
      EXPECT_TRUE(body.at("error").at("pointer").is_string()) << name;
    } else if (auto* type = one.if_contains("aws")) {
      EXPECT_EQ(body.at("__type"), *type) << name;
      EXPECT_EQ(got.header("X-Amzn-Errortype"), json::value_to<std::string>(*type)) << name;
    }
    raw_client other{port};
    ASSERT_EQ(other.ask(get("/livez")).status, 200) << "not alive after: " << name;
  }
  EXPECT_GE(cases, 200u);
  EXPECT_EQ(fixture.journal->events(), 0u) << "something malformed was published";
}

} // namespace baseplate::gateway
