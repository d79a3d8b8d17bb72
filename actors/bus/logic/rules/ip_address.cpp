#include "actors/bus/logic/rules/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace baseplate::rules {

namespace {

/// Longer texts are no address.
constexpr std::size_t text_max = 45;

bool parse_v4(std::string_view text, std::uint8_t* out) {
  std::size_t i = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (i == text.size() || text[i++] != '.'))
      return false;
    const auto begin = i;
    unsigned value = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      value = value * 10 + static_cast<unsigned>(text[i] - '0');
      if (value > 255)
        return false;
    }
    if (i == begin || i - begin > 3)
      return false;
    out[part] = static_cast<std::uint8_t>(value);
  }
  return i == text.size();
}

} // namespace

ip_address ip_address::masked(std::uint8_t bits) const {
  ip_address result = *this;
  const std::size_t size = v4 ? 4 : 16;
  for (std::size_t i = 0; i < size; ++i) {
    const auto covered = std::clamp<int>(bits - static_cast<int>(i) * 8, 0, 8);
    result.bytes[i] &= static_cast<std::uint8_t>(0xFF00U >> covered);
  }
  return result;
}

std::optional<ip_address> parse_ip(std::string_view text) {
  if (text.size() < 2 || text.size() > text_max)
    return std::nullopt;
  bool colon = false;
  for (const char c : text) {
    const bool hex = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
    if (!hex && c != '.' && c != ':')
      return std::nullopt;
    colon = colon || c == ':';
  }
  ip_address result;
  if (!colon) {
    if (!parse_v4(text, result.bytes.data()))
      return std::nullopt;
    return result;
  }
  std::array<char, text_max + 1> terminated{};
  std::memcpy(terminated.data(), text.data(), text.size());
  if (inet_pton(AF_INET6, terminated.data(), result.bytes.data()) != 1)
    return std::nullopt;
  constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  result.v4 = std::memcmp(result.bytes.data(), mapped.data(), mapped.size()) == 0;
  if (result.v4) {
    std::memmove(result.bytes.data(), result.bytes.data() + 12, 4);
    std::fill(result.bytes.begin() + 4, result.bytes.end(), 0);
  }
  return result;
}

} // namespace baseplate::rules
