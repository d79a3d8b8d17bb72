// The seam under the log: where segments live. Implementations: files, memory, and one that fails
// on demand. Contract:   what sync() has confirmed survives a crash; what was written after it may
// survive in part. Threads:    create, write, sync, truncate, unlink and set_aside from one thread
// at a time; list and read from any,
//             also while a segment that is being read is unlinked.
// Errors:     nothing throws; every call says what went wrong and the reason in words.
#pragma once

#include "messages/identity.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::journal {

/// What a segment is called: the first record and the first event that it can hold.
struct segment_name {
  log_number first_lsn = 1;
  sequence_number first_sequence = 1;

  auto operator<=>(const segment_name&) const = default;
};

/// "00000000000000000001-00000000000000000001.log": LSN, then sequence, decimal, 20 digits.
std::string to_file_name(const segment_name& x);

/// Inverse of the above; false when it is no segment's name.
bool parse_file_name(std::string_view text, segment_name& out) noexcept;

struct listed_segment {
  segment_name name;
  std::uint64_t bytes = 0;
};

enum class device_error : std::uint8_t {
  none = 0,
  /// No space. Nothing is lost; ask again later.
  full,
  /// Everything else. After a failed write or sync the state of what was not synced is unknown.
  failed,
};

struct device_result {
  device_error error = device_error::none;
  /// For people: what was tried, on what, and the system's reason.
  std::string reason;

  bool ok() const { return error == device_error::none; }
};

class log_device {
 public:
  virtual ~log_device() = default;

  /// All segments in order of name.
  virtual device_result list(std::vector<listed_segment>& out) const = 0;

  /// Makes an empty segment with `header` as its first bytes; its existence and header are durable
  /// on return. On an error it does not exist.
  virtual device_result create(const segment_name& name, std::string_view header) = 0;

  /// Writes all of `bytes` at `offset`. On an error any part of it may have been written.
  virtual device_result write(const segment_name& name, std::uint64_t offset,
                              std::string_view bytes)
      = 0;

  /// Makes what was written to the segment durable.
  virtual device_result sync(const segment_name& name) = 0;

  /// Reads up to `size` bytes at `offset` into `to`; `read` says how many, fewer only at the end.
  virtual device_result read(const segment_name& name, std::uint64_t offset, char* to,
                             std::size_t size, std::size_t& read) const = 0;

  /// Cuts the segment to `bytes`, durably.
  virtual device_result truncate(const segment_name& name, std::uint64_t bytes) = 0;

  virtual device_result unlink(const segment_name& name) = 0;

  /// Keeps `bytes` under `label` outside the log, durably: evidence that a repair sets aside.
  /// `where` says where.
  virtual device_result set_aside(std::string_view label, std::string_view bytes,
                                  std::string& where)
      = 0;
};

} // namespace baseplate::journal
