// CRC32C (Castagnoli, reflected polynomial 0x82F63B78), as iSCSI, ext4 and RocksDB use it.
// The CPU's instruction where there is one, a table of eight where there is not; both give the same
// numbers. Threads: pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace baseplate::journal {

/// The checksum of `bytes`; with `crc` the checksum of what came before followed by `bytes`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0) noexcept;

/// The same by table only; for machines without SSE 4.2 and for the test that compares both.
std::uint32_t crc32c_table(std::string_view bytes, std::uint32_t crc = 0) noexcept;

} // namespace baseplate::journal
