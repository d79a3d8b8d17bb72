#include "actors/outbound/logic/target_settings.hpp"

#include <gtest/gtest.h>

namespace baseplate::outbound {
namespace {

TEST(TargetSettings, ReadsAnHttpTargetWithDefaults) {
  const auto x
      = read_target_settings(target_kind::http, R"({"url":"https://example.org/hook?a=1"})");
  ASSERT_TRUE(x) << x.error().pointer << x.error().reason;
  EXPECT_EQ(x->http.connection.url, "https://example.org/hook?a=1");
  EXPECT_EQ(x->http.connection.timeout_ms, 5000u);
  EXPECT_EQ(x->http.connection.concurrency, 64u);
  EXPECT_FALSE(x->http.connection.allow_private);
  EXPECT_EQ(x->http.method, "POST");
  EXPECT_FALSE(x->http.detail_only);
}

TEST(TargetSettings, ReadsAllMembers) {
  const auto http = read_target_settings(
      target_kind::http,
      R"({"url":"http://10.0.0.1:8080/","method":"PUT","headers":{"X-Key":"a b"},"body":"detail","timeout_ms":100,
        "concurrency":2,"allow_private":true,"sign":{"secret":"whsec_AAAA"}})");
  ASSERT_TRUE(http) << http.error().pointer << http.error().reason;
  EXPECT_EQ(http->http.method, "PUT");
  EXPECT_TRUE(http->http.detail_only);
  EXPECT_EQ(http->http.headers.at(0).second, "a b");
  EXPECT_EQ(http->http.secret, "whsec_AAAA");
  const auto smtp = read_target_settings(
      target_kind::smtp,
      R"({"url":"smtp://mail.example.org:25","from":"shop@example.org","starttls":"require","username":"u","password":"p"})");
  ASSERT_TRUE(smtp) << smtp.error().pointer << smtp.error().reason;
  EXPECT_EQ(smtp->smtp.starttls, starttls_mode::required);
  EXPECT_EQ(smtp->smtp.from, "shop@example.org");
  EXPECT_TRUE(read_target_settings(target_kind::log, ""));
}

TEST(TargetSettings, RefusesWithThePlace) {
  const struct {
    target_kind kind;
    const char* text;
    const char* pointer;
    const char* reason;
  } cases[]{
      {target_kind::http, "", "/url", "is missing"},
      {target_kind::http, "[]", "", "must be an object"},
      {target_kind::http, R"({"url":5})", "/url", "must be a string"},
      {target_kind::http, R"({"url":"ftp://example.org"})", "/url",
       "must begin with https:// or http://"},
      {target_kind::http, R"({"url":"file:///etc/passwd"})", "/url",
       "must begin with https:// or http://"},
      {target_kind::http, R"({"url":"https://u:p@example.org"})", "/url",
       "must not carry a user or a password"},
      {target_kind::http, R"({"url":"https://example.org/#x"})", "/url",
       "must not have a fragment"},
      {target_kind::http, R"({"url":"https://exa mple.org"})", "/url",
       "has a blank or a control character"},
      {target_kind::http, R"({"url":"https://a\r\nb"})", "/url",
       "has a blank or a control character"},
      {target_kind::http, R"({"url":"http://127.0.0.1/"})", "/url",
       "leads to an address that is not public (loopback); allow_private permits it"},
      {target_kind::http, R"({"url":"http://localhost/"})", "/url",
       "leads to an address that is not public (loopback); allow_private permits it"},
      {target_kind::http, R"({"url":"http://2130706433/"})", "/url",
       "leads to an address that is not public (loopback); allow_private permits it"},
      {target_kind::http, R"({"url":"http://0x7f.1/"})", "/url",
       "leads to an address that is not public (loopback); allow_private permits it"},
      {target_kind::http, R"({"url":"http://[fd00::1]:80/"})", "/url",
       "leads to an address that is not public (unique local); allow_private permits it"},
      {target_kind::http, R"({"url":"https://a.org","method":"GET"})", "/method",
       "must be one of: POST, PUT, PATCH"},
      {target_kind::http, R"({"url":"https://a.org","timeout_ms":99})", "/timeout_ms",
       "must be a whole number from 100 to 60000"},
      {target_kind::http, R"({"url":"https://a.org","headers":{"a b":"x"}})", "/headers/a b",
       "is no header name"},
      {target_kind::http, R"({"url":"https://a.org","headers":{"X":"a\r\nY: b"}})", "/headers/X",
       "is no header value"},
      {target_kind::http, R"({"url":"https://a.org","headers":{"Host":"x"}})", "/headers/Host",
       "is set by the transport itself"},
      {target_kind::http, R"({"url":"https://a.org","sign":{"secret":""}})", "/sign/secret",
       "must not be empty"},
      {target_kind::http, R"({"url":"https://a.org","retries":1})", "/retries", "is unknown"},
      {target_kind::smtp, R"({"url":"smtp://a.org"})", "/from", "is missing"},
      {target_kind::smtp, R"({"url":"smtp://a.org","from":"a b@c"})", "/from",
       "is no mail address"},
      {target_kind::smtp, R"({"url":"smtp://a.org","from":"a@b","username":"u"})", "/password",
       "is missing: username and password go together"},
      {target_kind::log, R"({"level":"info"})", "/level", "is unknown"},
  };

  for (const auto& x : cases) {
    const auto result = read_target_settings(x.kind, x.text);
    ASSERT_FALSE(result) << x.text;
    EXPECT_EQ(result.error().pointer, x.pointer) << x.text;
    EXPECT_EQ(result.error().reason, x.reason) << x.text;
  }
}

} // namespace
} // namespace baseplate::outbound
