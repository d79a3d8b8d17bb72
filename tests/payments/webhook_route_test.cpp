#include "actors/payments/logic/webhook_signature.hpp"
#include "actors/payments/payments.hpp"
#include "messages/json/base64.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::payments {
namespace {

namespace json = boost::json;

constexpr unix_ms now = 1'790'000'000'000;
const std::string secret = "psp-development-secret";

http_route route() {
  payments_options options;
  options.webhook_secrets = {secret};
  return payments_routes(options).at(0);
}

route_decision receive(const std::string& body, const std::string& signature, unix_ms at = now) {
  http_request request;
  request.method = "POST";
  request.path = "/v1/webhooks/psp";
  request.body = body;
  if (!signature.empty())
    request.headers.emplace_back("psp-signature", signature);
  return route().decide(request, at);
}

std::string signature_of(const std::string& body) {
  return sign_webhook({secret}, body, now / 1000);
}

json::object data_of(const route_decision& decision) {
  return json::parse(decision.publish.at(0).detail).at("data").as_object();
}

TEST(WebhookRoute, IsPostOnWebhooksPspWithABoundedBody) {
  EXPECT_EQ(route().method, "POST");
  EXPECT_EQ(route().path, "/v1/webhooks/psp");
  EXPECT_EQ(route().body_bytes_max, 65536u);
}

TEST(WebhookRoute, KeepsTheRawBodyAndAccepts) {
  const std::string body = "{\"id\": \"n\\u00fc\",  \"spaces\" :1}\n";
  auto decision = receive(body, signature_of(body));
  ASSERT_EQ(decision.publish.size(), 1u);
  EXPECT_EQ(decision.publish[0].detail_type, "psp_webhook_received");
  EXPECT_EQ(data_of(decision).at("body").as_string(), body);
  EXPECT_EQ(data_of(decision).at("encoding").as_string(), "utf-8");
  EXPECT_TRUE(data_of(decision).at("verified").as_bool());
  EXPECT_EQ(data_of(decision).at("received_at").as_int64(), now);
  ASSERT_TRUE(decision.response);
  EXPECT_EQ(decision.response->status, 202);
}

TEST(WebhookRoute, KeepsABodyThatIsNoTextAsBase64) {
  const std::string body("\x00\xFF\xFE binary", 10);
  auto decision = receive(body, signature_of(body));
  EXPECT_EQ(data_of(decision).at("encoding").as_string(), "base64");
  std::string back;
  ASSERT_TRUE(from_base64(std::string(data_of(decision).at("body").as_string()), back));
  EXPECT_EQ(back, body);
  EXPECT_EQ(decision.response->status, 202);
}

TEST(WebhookRoute, KeepsAndRefusesWhatIsNotSignedWell) {
  struct row {
    std::string signature;
    unix_ms at;
    std::string code;
  };

  const std::string body = "{}";
  for (auto& row :
       std::vector<struct row>{{"", now, "header_missing"},
                               {"rubbish", now, "header_malformed"},
                               {signature_of("{ }"), now, "no_match"},
                               {signature_of(body), now + 301'000, "outside_tolerance"}}) {
    auto decision = receive(body, row.signature, row.at);
    ASSERT_EQ(decision.publish.size(), 1u);
    auto detail = json::parse(decision.publish[0].detail);
    EXPECT_EQ(detail.at("metadata").at("status").as_string(), "false");
    EXPECT_FALSE(detail.at("data").at("verified").as_bool());
    EXPECT_EQ(detail.at("data").at("reason").as_string(), row.code);
    ASSERT_TRUE(decision.response);
    EXPECT_EQ(decision.response->status, 401);
    EXPECT_EQ(json::parse(decision.response->body).at("error").at("code").as_string(), row.code);
  }
}

TEST(WebhookRoute, ShowsASignatureHeaderOnlyAsFarAsItIsShortAndPrintable) {
  auto decision = receive("{}", "t=\x01\xFF" + std::string(5000, 'x'));
  auto shown = std::string(data_of(decision).at("signature").as_string());
  EXPECT_EQ(shown.substr(0, 5), "t=??x");
  EXPECT_EQ(shown.size(), 2048u);
}

TEST(WebhookRoute, NamesDifferentWebhooksDifferently) {
  auto first = receive("{}", signature_of("{}"));
  EXPECT_NE(first.publish[0].id, receive("{ }", signature_of("{ }")).publish[0].id);
  EXPECT_NE(first.publish[0].id, receive("{}", signature_of("{}"), now + 1).publish[0].id);
  EXPECT_EQ(first.publish[0].id, receive("{}", signature_of("{}")).publish[0].id);
}

} // namespace
} // namespace baseplate::payments
