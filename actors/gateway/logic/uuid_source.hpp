// Random ids for events and requests: fast, not secret. Pure: the seed comes from outside.
// Invariants: the same seed gives the same ids, so a test or a simulation repeats.
// Threads:    one at a time; every I/O thread has its own.
// Not here:   tokens and other secrets, which need a cryptographic generator.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace baseplate::gateway {

/// 64 random bits a call. The operating system's in production, a seeded generator in tests.
using random_bits = std::function<std::uint64_t()>;

/// xoshiro256**: 128 bits of an id cost a few nanoseconds.
class uuid_source {
 public:
  /// Draws its seed, four times 64 bits, from `seed`. @pre `seed` is callable.
  explicit uuid_source(const random_bits& seed);

  /// 64 random bits.
  std::uint64_t next() noexcept;

  /// Appends the 36 characters of a version 4 UUID.
  void append(std::string& out);

  /// A version 4 UUID.
  std::string make();

 private:
  std::uint64_t state_[4];
};

} // namespace baseplate::gateway
