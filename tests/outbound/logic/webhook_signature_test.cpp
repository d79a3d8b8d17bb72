#include "actors/outbound/logic/event_body.hpp"
#include "actors/outbound/logic/webhook_signature.hpp"
#include "messages/chunk.hpp"

#include <gtest/gtest.h>

namespace baseplate::outbound {
namespace {

/// The example of the Standard Webhooks specification.
TEST(WebhookSignature, IsWhatTheSpecificationShows) {
  EXPECT_EQ(sign_webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                         1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, DependsOnEveryPart) {
  const auto x = sign_webhook("s", "i", 1, "b");
  EXPECT_NE(x, sign_webhook("t", "i", 1, "b"));
  EXPECT_NE(x, sign_webhook("s", "j", 1, "b"));
  EXPECT_NE(x, sign_webhook("s", "i", 2, "b"));
  EXPECT_NE(x, sign_webhook("s", "i", 1, "c"));
}

std::string detail(const std::string& envelope) {
  const chunk events(envelope, {{1, 0, 1, 0, static_cast<std::uint32_t>(envelope.size())}}, 1, 1);
  return std::string(detail_of(events.envelope(events.events()[0])).value_or("none"));
}

TEST(EventBody, IsTheDetailAsItStands) {
  EXPECT_EQ(detail(R"({"id":"1","detail":{"a": [1.50, {"b":"}"}]},"x":{}})"),
            R"({"a": [1.50, {"b":"}"}]})");
  EXPECT_EQ(detail(R"({"detail":{}})"), "{}");
  EXPECT_EQ(detail(R"({"id":1})"), "none");
  EXPECT_EQ(detail("x"), "none");
}

TEST(EventBody, KnowsTheEventsId) {
  const std::string envelope = R"({"version":"0","id":"e-1","detail":{}})";
  const chunk events(envelope, {{1, 0, 1, 0, static_cast<std::uint32_t>(envelope.size())}}, 1, 1);
  EXPECT_EQ(id_of(events.envelope(events.events()[0])), "e-1");
}

} // namespace
} // namespace baseplate::outbound
