// Walks the records of a segment in order, checking each one, with a bounded buffer.
// Threads: one
#pragma once

#include "actors/journal/log_device.hpp"
#include "actors/journal/logic/record_codec.hpp"

#include <string>

namespace baseplate::journal {

enum class scan_status : std::uint8_t {
  /// `record` and `offset` are set; valid until the next call.
  record,
  /// The segment ends behind the last record.
  end,
  /// At `offset` there is no valid record.
  bad,
  /// The device failed: `reason`.
  failed,
};

class segment_scanner {
 public:
  /// Reads [offset, end) of the segment, `window_bytes` at a time, more where a record is longer.
  segment_scanner(const log_device& device, const segment_name& name, std::uint64_t offset,
                  std::uint64_t end, std::size_t window_bytes = 1024 * 1024);

  scan_status next();

  const record_view& record() const { return record_; }

  /// Of the record, or of the bad bytes, from the beginning of the segment.
  std::uint64_t offset() const { return offset_; }

  const std::string& reason() const { return reason_; }

 private:
  bool fill();

  const log_device& device_;
  segment_name name_;
  std::uint64_t end_;
  std::size_t window_bytes_;
  std::string buffer_;
  /// Where buffer_ lies in the segment.
  std::uint64_t base_;
  std::size_t position_ = 0;
  std::size_t used_ = 0;
  std::uint64_t offset_ = 0;
  record_view record_;
  std::string reason_;
};

} // namespace baseplate::journal
