// IP literals and networks. An IPv4-mapped IPv6 address is the IPv4 address.
// Spec:    docs/spec/event-pattern.md, "Addresses"
// Threads: no state
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace baseplate::rules {

struct ip_address {
  /// In network order; of IPv4 the first four.
  std::array<std::uint8_t, 16> bytes{};
  bool v4 = true;

  std::uint8_t bits_max() const { return v4 ? 32 : 128; }

  /// The network of the first `bits` bits: the rest is zero. @pre bits <= bits_max()
  ip_address masked(std::uint8_t bits) const;

  bool operator==(const ip_address&) const = default;
};

/// The address if `text` is an IP literal. Leading zeros of IPv4 parts are decimal ("010.0.0.1").
std::optional<ip_address> parse_ip(std::string_view text);

} // namespace baseplate::rules
