// The vectors were computed with Python's hmac module.
#include "actors/payments/logic/webhook_signature.hpp"

#include <gtest/gtest.h>

#include <cctype>

namespace baseplate::payments {
namespace {

constexpr std::int64_t signed_at = 1'790'000'000;
constexpr unix_ms now = signed_at * 1000;
constexpr std::int64_t tolerance = 300;
const std::string secret = "psp-development-secret";
const std::string other_secret = "another-secret-of-ours";
const std::string body = R"({"id":"ntc-1"})";
const std::string hex = "4a62de91429b87bce0504c07ad10e47fe5aa8f14f3c13c99e774503d5b79b85d";
const std::string other_hex = "fcd9246ee81a91dda5902699e6bcf466db772479613b7e741686327df2e9dab9";
const std::string good = "t=1790000000,v1=" + hex;

signature_fault verify(std::string_view header, std::string_view of = body, unix_ms at = now,
                       const std::vector<std::string>& secrets = {secret}) {
  return verify_signature(secrets, header, of, at, tolerance);
}

TEST(WebhookSignature, CountsWhatAnotherImplementationSigned) {
  EXPECT_EQ(verify(good), signature_fault::none);
  EXPECT_EQ(
      verify("t=1790000000,v1=67b2c42c2d49ed455e010056aaf8685dfc97371f3538d1dbfe4cd125d5b9b49b",
             ""),
      signature_fault::none);
  EXPECT_EQ(
      verify("t=1790000000,v1=27f2a8ac64c6ed4f82e21a5452f82725c71396a593da2ee8ba0582010a1f2743",
             std::string("\0\xFF\n", 3)),
      signature_fault::none);
}

TEST(WebhookSignature, SignsAsAnotherImplementationDoes) {
  EXPECT_EQ(sign_webhook({secret}, body, signed_at), good);
  EXPECT_EQ(sign_webhook({secret, other_secret}, body, signed_at), good + ",v1=" + other_hex);
}

TEST(WebhookSignature, CountsWithSpacesCapitalsUnknownSchemesAndAnyOrder) {
  std::string capitals = hex;
  for (auto& c : capitals)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (auto& header :
       {"t=1790000000, v1=" + hex, "v1=" + hex + ",t=1790000000", "t=1790000000,v1=" + capitals,
        "t=1790000000,v0=abc,v1=" + hex, " t = 1790000000 , v1 = " + hex + " "})
    EXPECT_EQ(verify(header), signature_fault::none) << header;
}

TEST(WebhookSignature, CountsDuringARotationWithEitherSecret) {
  const std::vector<std::string> both{secret, other_secret};
  EXPECT_EQ(verify(good, body, now, both), signature_fault::none);
  EXPECT_EQ(verify("t=1790000000,v1=" + other_hex, body, now, both), signature_fault::none);
  EXPECT_EQ(verify(good + ",v1=" + other_hex, body, now, {other_secret}), signature_fault::none);
  EXPECT_EQ(verify("t=1790000000,v1=" + other_hex), signature_fault::no_match);
}

TEST(WebhookSignature, DoesNotCountForAnyOtherByteOfBodyTimeOrSecret) {
  EXPECT_EQ(verify(good, body + " "), signature_fault::no_match);
  EXPECT_EQ(verify(good, R"({"id":"ntc-2"})"), signature_fault::no_match);
  EXPECT_EQ(verify("t=1790000001,v1=" + hex), signature_fault::no_match);
  EXPECT_EQ(verify(good, body, now, {secret + "x"}), signature_fault::no_match);
  EXPECT_EQ(verify(good, body, now, {}), signature_fault::no_match);
  for (std::size_t i = 0; i < hex.size(); ++i) {
    auto changed = hex;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_EQ(verify("t=1790000000,v1=" + changed), signature_fault::no_match) << i;
  }
}

TEST(WebhookSignature, CountsWithinTheToleranceBothWaysAndNotASecondBeyond) {
  for (auto seconds : {-300, -1, 0, 1, 300})
    EXPECT_EQ(verify(good, body, now + seconds * 1000), signature_fault::none) << seconds;
  for (auto seconds : {-301, 301, 86'400, -86'400})
    EXPECT_EQ(verify(good, body, now + seconds * 1000), signature_fault::outside_tolerance)
        << seconds;
}

TEST(WebhookSignature, SaysThatTheHeaderIsMissing) {
  EXPECT_EQ(verify(""), signature_fault::header_missing);
  EXPECT_EQ(verify("  \t"), signature_fault::header_missing);
}

TEST(WebhookSignature, SaysThatTheHeaderIsMalformed) {
  std::string many = "t=1790000000";
  for (int i = 0; i < 9; ++i)
    many += ",v1=" + hex;
  for (auto& header : std::vector<std::string>{
           "nonsense", "t=1790000000", "v1=" + hex, "t=,v1=" + hex, "t=1790000000x,v1=" + hex,
           "t=-1790000000,v1=" + hex, "t=1790000000.5,v1=" + hex,
           "t=99999999999999999999,v1=" + hex, "t=1790000000,t=1790000000,v1=" + hex,
           "t=1790000000,v1=" + hex.substr(1), "t=1790000000,v1=" + hex + "0",
           "t=1790000000,v1=g" + hex.substr(1), "t=1790000000,,v1=" + hex,
           "t=1790000000,v1=", many})
    EXPECT_EQ(verify(header), signature_fault::header_malformed) << header;
}

TEST(WebhookSignature, CountsWithACommaAtTheEnd) {
  EXPECT_EQ(verify(good + ","), signature_fault::none);
}

} // namespace
} // namespace baseplate::payments
