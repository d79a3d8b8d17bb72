// Seeded hashes: values and rules come from outside, so that collisions must not be predictable.
// Threads: immutable
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace baseplate::rules {

/// Hashes byte strings and integers; the same seed gives the same hashes.
class hasher {
 public:
  explicit hasher(std::uint64_t seed)
      : seed_(mix(seed ^ 0x9E3779B97F4A7C15ULL, 0xD6E8FEB86659FD93ULL)),
        rolling_(mix(seed ^ 0xA0761D6478BD642FULL, 0xE7037ED1A0B428DBULL) | 1) {}

  std::uint64_t bytes(std::string_view text, std::uint64_t salt = 0) const {
    const char* p = text.data();
    auto n = text.size();
    std::uint64_t h = seed_ ^ (salt * k1) ^ n;
    for (; n > 16; p += 16, n -= 16)
      h = mix(read8(p) ^ k1, read8(p + 8) ^ h);
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    if (n >= 8) {
      a = read8(p);
      b = read8(p + n - 8);
    } else if (n >= 4) {
      a = read4(p);
      b = read4(p + n - 4);
    } else if (n > 0) {
      a = static_cast<unsigned char>(p[0])
          | static_cast<std::uint64_t>(static_cast<unsigned char>(p[n / 2])) << 8
          | static_cast<std::uint64_t>(static_cast<unsigned char>(p[n - 1])) << 16;
    }
    return mix(mix(a ^ k1, b ^ h), h ^ k2);
  }

  std::uint64_t number(std::uint64_t x, std::uint64_t salt = 0) const {
    return mix(x ^ seed_, k1 ^ salt);
  }

  /// One step of a hash over bytes one by one, for all beginnings (or ends) of a text in turn.
  std::uint64_t roll(std::uint64_t state, char c) const {
    return (state + static_cast<unsigned char>(c) + 1) * rolling_;
  }

  std::uint64_t finish(std::uint64_t state, std::uint64_t salt) const {
    return mix(state ^ seed_, k2 ^ salt);
  }

 private:
  static constexpr std::uint64_t k1 = 0x8BB84B93962EACC9ULL;
  static constexpr std::uint64_t k2 = 0x2D358DCCAA6C78A5ULL;

  static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using wide = unsigned __int128;
    const auto product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  static std::uint64_t read8(const char* p) {
    std::uint64_t x = 0;
    std::memcpy(&x, p, sizeof(x));
    return x;
  }

  static std::uint64_t read4(const char* p) {
    std::uint32_t x = 0;
    std::memcpy(&x, p, sizeof(x));
    return x;
  }

  std::uint64_t seed_;
  std::uint64_t rolling_;
};

} // namespace baseplate::rules
