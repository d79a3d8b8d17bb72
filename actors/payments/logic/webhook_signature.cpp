#include "actors/payments/logic/webhook_signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <optional>

namespace baseplate::payments {

namespace {

using digest = std::array<unsigned char, 32>;

digest hmac_of(std::string_view secret, std::int64_t unix_seconds, std::string_view body) {
  auto text = std::to_string(unix_seconds);
  text += '.';
  text += body;
  digest out{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(), &length);
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

std::optional<digest> from_hex(std::string_view text) {
  digest out{};
  if (text.size() != out.size() * 2)
    return std::nullopt;
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto high = hex_value(text[2 * i]);
    auto low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    out[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

struct parsed_header {
  std::int64_t unix_seconds = 0;
  std::vector<digest> signatures;
};

std::optional<parsed_header> parse_header(std::string_view header) {
  parsed_header out;
  bool has_time = false;
  while (!header.empty()) {
    auto comma = header.find(',');
    auto item = trimmed(header.substr(0, comma));
    header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
    auto equals = item.find('=');
    if (equals == std::string_view::npos)
      return std::nullopt;
    auto name = trimmed(item.substr(0, equals));
    auto value = trimmed(item.substr(equals + 1));
    if (name == "t") {
      // Twelve digits reach the year 33658; no sum with them can overflow.
      auto end = value.data() + value.size();
      auto [rest, error] = std::from_chars(value.data(), end, out.unix_seconds);
      if (has_time || error != std::errc{} || rest != end || value.size() > 12
          || out.unix_seconds < 0)
        return std::nullopt;
      has_time = true;
    } else if (name == "v1") {
      auto signature = from_hex(value);
      if (!signature || out.signatures.size() == signatures_max)
        return std::nullopt;
      out.signatures.push_back(*signature);
    }
  }
  if (!has_time || out.signatures.empty())
    return std::nullopt;
  return out;
}

} // namespace

std::string_view to_string(signature_fault fault) {
  switch (fault) {
  case signature_fault::none:
    return "none";
  case signature_fault::header_missing:
    return "header_missing";
  case signature_fault::header_malformed:
    return "header_malformed";
  case signature_fault::outside_tolerance:
    return "outside_tolerance";
  case signature_fault::no_match:
    return "no_match";
  }
  return "unknown";
}

signature_fault verify_signature(const std::vector<std::string>& secrets, std::string_view header,
                                 std::string_view body, unix_ms now, std::int64_t tolerance_s) {
  if (trimmed(header).empty())
    return signature_fault::header_missing;
  auto parsed = parse_header(header);
  if (!parsed)
    return signature_fault::header_malformed;
  auto age = now / 1000 - parsed->unix_seconds;
  if (age > tolerance_s || -age > tolerance_s)
    return signature_fault::outside_tolerance;
  // Every pair is compared, match or not: how long this takes says nothing about which one matched.
  int matches = 0;
  for (auto& secret : secrets) {
    auto expected = hmac_of(secret, parsed->unix_seconds, body);
    for (auto& signature : parsed->signatures)
      matches += CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0 ? 1 : 0;
  }
  return matches > 0 ? signature_fault::none : signature_fault::no_match;
}

std::string sign_webhook(const std::vector<std::string>& secrets, std::string_view body,
                         std::int64_t unix_seconds) {
  constexpr std::string_view digits = "0123456789abcdef";
  auto out = "t=" + std::to_string(unix_seconds);
  for (auto& secret : secrets) {
    out += ",v1=";
    for (auto byte : hmac_of(secret, unix_seconds, body)) {
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

} // namespace baseplate::payments
