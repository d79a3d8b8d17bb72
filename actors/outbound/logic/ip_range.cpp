#include "actors/outbound/logic/ip_range.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace baseplate::outbound {

namespace {

struct range4 {
  std::uint32_t first;
  int bits;
  std::string_view kind;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0,
                           std::uint32_t d = 0) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr range4 ranges4[]{
    {v4(0), 8, "this network"},
    {v4(10), 8, "private"},
    {v4(100, 64), 10, "shared (carrier NAT)"},
    {v4(127), 8, "loopback"},
    {v4(169, 254), 16, "link-local"},
    {v4(172, 16), 12, "private"},
    {v4(192, 0, 0), 24, "protocol assignments"},
    {v4(192, 0, 2), 24, "documentation"},
    {v4(192, 88, 99), 24, "6to4 relay"},
    {v4(192, 168), 16, "private"},
    {v4(198, 18), 15, "benchmarking"},
    {v4(198, 51, 100), 24, "documentation"},
    {v4(203, 0, 113), 24, "documentation"},
    {v4(224), 4, "multicast"},
    {v4(240), 4, "reserved"},
};

struct range6 {
  std::string_view first;
  int bits;
  std::string_view kind;
};

constexpr range6 ranges6[]{
    {"64:ff9b:1::", 48, "local NAT64"},     {"100::", 64, "discard"},
    {"2001::", 23, "protocol assignments"}, {"2001:db8::", 32, "documentation"},
    {"3fff::", 20, "documentation"},        {"5f00::", 16, "segment routing"},
    {"fc00::", 7, "unique local"},          {"fe80::", 10, "link-local"},
    {"fec0::", 10, "site-local"},           {"ff00::", 8, "multicast"},
};

bool inside(const std::uint8_t* address, const std::uint8_t* first, int bits) {
  const int whole = bits / 8;
  if (std::memcmp(address, first, static_cast<std::size_t>(whole)) != 0)
    return false;
  const int rest = bits % 8;
  return rest == 0 || ((address[whole] ^ first[whole]) >> (8 - rest)) == 0;
}

std::string_view why_not_public4(const std::uint8_t* bytes) {
  const auto address = v4(bytes[0], bytes[1], bytes[2], bytes[3]);
  for (const auto& range : ranges4)
    if ((address ^ range.first) >> (32 - range.bits) == 0)
      return range.kind;
  return {};
}

bool starts_with(const ip_address& address, std::string_view prefix, int bits) {
  const auto first = ip_address::parse(prefix);
  return first && inside(address.bytes.data(), first->bytes.data(), bits);
}

} // namespace

ip_address ip_address::from_v4(const std::uint8_t (&v4)[4]) {
  ip_address result;
  result.bytes[10] = result.bytes[11] = 0xFF;
  std::copy(std::begin(v4), std::end(v4), result.bytes.begin() + 12);
  return result;
}

std::optional<ip_address> ip_address::parse(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN + 1]{};
  if (text.size() >= sizeof terminated)
    return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  std::uint8_t four[4];
  if (inet_pton(AF_INET, terminated, four) == 1)
    return from_v4(four);
  ip_address result;
  if (inet_pton(AF_INET6, terminated, result.bytes.data()) == 1)
    return result;
  return std::nullopt;
}

std::string_view why_not_public(const ip_address& address) {
  const auto* bytes = address.bytes.data();
  if (starts_with(address, "::ffff:0:0", 96) || starts_with(address, "64:ff9b::", 96))
    return why_not_public4(bytes + 12);
  if (starts_with(address, "2002::", 16))
    return why_not_public4(bytes + 2);
  if (starts_with(address, "::1", 128))
    return "loopback";
  if (starts_with(address, "::", 96)) // unspecified, and the old IPv4-compatible form
    return "reserved";
  for (const auto& range : ranges6)
    if (starts_with(address, range.first, range.bits))
      return range.kind;
  return {};
}

} // namespace baseplate::outbound
