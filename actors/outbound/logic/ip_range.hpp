// Tells public addresses from those that a destination must not reach by default (the guard against
// requests to the inside). Pure. Spec: IANA special-purpose address registries, RFC 6890. Threads:
// no state
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace baseplate::outbound {

/// An address in network order: 4 bytes as IPv4-mapped IPv6.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{};

  static ip_address from_v4(const std::uint8_t (&v4)[4]);
  /// nullopt: no IPv4 or IPv6 literal.
  static std::optional<ip_address> parse(std::string_view text);
};

/// What kind of non-public address this is ("loopback", "private", "link-local", ...); empty: it is
/// public. Addresses that carry an IPv4 address inside (mapped, NAT64, 6to4) are as public as that
/// one.
std::string_view why_not_public(const ip_address& address);

} // namespace baseplate::outbound
