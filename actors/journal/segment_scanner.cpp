#include "actors/journal/segment_scanner.hpp"

#include <algorithm>
#include <cstring>

namespace baseplate::journal {

segment_scanner::segment_scanner(const log_device& device, const segment_name& name,
                                 std::uint64_t offset, std::uint64_t end, std::size_t window_bytes)
    : device_(device), name_(name), end_(end), window_bytes_(window_bytes), base_(offset) {}

scan_status segment_scanner::next() {
  position_ += record_.length;
  record_.length = 0;
  for (;;) {
    offset_ = base_ + position_;
    std::string_view rest{buffer_.data() + position_, used_ - position_};
    record_view record;
    switch (rest.empty() ? record_status::incomplete
                         : decode_record(rest, name_.first_lsn, record)) {
    case record_status::good:
      record_ = record;
      return scan_status::record;
    case record_status::bad:
      return scan_status::bad;
    case record_status::incomplete:
      break;
    }
    if (base_ + used_ >= end_)
      return rest.empty() ? scan_status::end : scan_status::bad;
    // The length is known once the header is there; a record that is longer than the window gets
    // room.
    if (record.length > window_bytes_)
      window_bytes_ = record.length;
    if (!fill())
      return scan_status::failed;
    if (base_ + used_ >= end_ && position_ == used_)
      return scan_status::end;
  }
}

bool segment_scanner::fill() {
  std::memmove(buffer_.data(), buffer_.data() + position_, used_ - position_);
  base_ += position_;
  used_ -= position_;
  position_ = 0;
  if (buffer_.size() < window_bytes_)
    buffer_.resize(
        std::min<std::uint64_t>(window_bytes_, std::max<std::uint64_t>(end_ - base_, 64)));
  auto wanted = std::min<std::uint64_t>(buffer_.size() - used_, end_ - base_ - used_);
  std::size_t read = 0;
  auto result = device_.read(name_, base_ + used_, buffer_.data() + used_, wanted, read);
  if (!result.ok()) {
    reason_ = result.reason;
    return false;
  }
  used_ += read;
  if (read < wanted)
    end_ = base_ + used_; // shorter than was said
  return true;
}

} // namespace baseplate::journal
