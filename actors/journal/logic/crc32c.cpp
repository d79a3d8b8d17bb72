#include "actors/journal/logic/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace baseplate::journal {

static_assert(std::endian::native == std::endian::little, "the formats are read in place");

namespace {

constexpr std::uint32_t polynomial = 0x82F6'3B78;

using tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr tables make_tables() {
  tables t{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    auto crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 1) != 0 ? (crc >> 1) ^ polynomial : crc >> 1;
    t[0][i] = crc;
  }
  for (std::uint32_t i = 0; i < 256; ++i)
    for (std::size_t k = 1; k < 8; ++k)
      t[k][i] = (t[k - 1][i] >> 8) ^ t[0][t[k - 1][i] & 0xFF];
  return t;
}

constexpr tables table = make_tables();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_cpu(std::string_view bytes,
                                                           std::uint32_t crc) noexcept {
  const char* p = bytes.data();
  auto left = bytes.size();
  std::uint64_t state = static_cast<std::uint32_t>(~crc);
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    state = _mm_crc32_u64(state, word);
  }
  auto narrow = static_cast<std::uint32_t>(state);
  for (; left > 0; --left, ++p)
    narrow = _mm_crc32_u8(narrow, static_cast<unsigned char>(*p));
  return ~narrow;
}

bool has_instruction() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2") != 0;
}
#endif

} // namespace

std::uint32_t crc32c_table(std::string_view bytes, std::uint32_t crc) noexcept {
  const char* p = bytes.data();
  auto left = bytes.size();
  crc = ~crc;
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    word ^= crc;
    crc = table[7][word & 0xFF] ^ table[6][(word >> 8) & 0xFF] ^ table[5][(word >> 16) & 0xFF]
          ^ table[4][(word >> 24) & 0xFF] ^ table[3][(word >> 32) & 0xFF]
          ^ table[2][(word >> 40) & 0xFF] ^ table[1][(word >> 48) & 0xFF] ^ table[0][word >> 56];
  }
  for (; left > 0; --left, ++p)
    crc = (crc >> 8) ^ table[0][(crc ^ static_cast<unsigned char>(*p)) & 0xFF];
  return ~crc;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc) noexcept {
#if defined(__x86_64__)
  static const bool fast = has_instruction();
  if (fast)
    return crc32c_cpu(bytes, crc);
#endif
  return crc32c_table(bytes, crc);
}

} // namespace baseplate::journal
