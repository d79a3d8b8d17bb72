// Why the journal does not open: thrown at start-up only, caught in main.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace baseplate::journal {

class journal_open_error : public std::runtime_error {
 public:
  /// `segment` is a file name; empty when it is about none.
  journal_open_error(std::string segment, std::uint64_t offset, std::string reason)
      : std::runtime_error(text(segment, offset, reason)), segment_(std::move(segment)),
        offset_(offset), reason_(std::move(reason)) {}

  const std::string& segment() const { return segment_; }

  /// Of the first bad byte's record, from the beginning of the file.
  std::uint64_t offset() const { return offset_; }

  const std::string& reason() const { return reason_; }

 private:
  static std::string text(const std::string& segment, std::uint64_t offset,
                          const std::string& reason) {
    return segment.empty()
               ? reason
               : "segment " + segment + ", offset " + std::to_string(offset) + ": " + reason;
  }

  std::string segment_;
  std::uint64_t offset_;
  std::string reason_;
};

} // namespace baseplate::journal
