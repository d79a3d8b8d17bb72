#include "actors/journal/log_writer.hpp"

#include "messages/assert.hpp"

namespace baseplate::journal {

log_writer::log_writer(log_device& device, segment_table& table, std::uint64_t segment_bytes)
    : device_(device), table_(table), segment_bytes_(segment_bytes) {}

void log_writer::start(const log_position& position, index_builder index) {
  next_lsn_ = batch_lsn_ = position.lsn;
  next_sequence_ = batch_sequence_ = position.sequence;
  segment_ = position.segment;
  offset_ = position.offset;
  index_ = std::move(index);
  synced_lsn_ = position.lsn - 1;
}

void log_writer::begin(record_kind kind, std::uint32_t owner, std::uint32_t events, unix_ms at_ms) {
  if (buffer_.empty()) {
    batch_lsn_ = next_lsn_;
    batch_sequence_ = next_sequence_;
    // Decided before anything is encoded: the segment's number is part of every checksum.
    if (offset_ >= segment_bytes_ && !rotating_) {
      rotating_ = true;
      segment_ = {next_lsn_, next_sequence_};
    }
  }
  header_ = {next_lsn_, next_sequence_, at_ms,
             owner,     events,         static_cast<std::uint32_t>(next_lsn_ - synced_lsn_),
             kind};
  record_start_ = begin_record(buffer_, header_);
}

log_number log_writer::finish() {
  finish_record(buffer_, record_start_, segment_.first_lsn);
  auto at = (rotating_ ? segment_header_bytes : offset_) + record_start_;
  if (rotating_ && record_start_ == 0)
    index_ = {};
  index_.add(header_.first_sequence, at, header_.events, header_.at_ms);
  next_sequence_ += header_.events;
  BASEPLATE_ASSERT(events_.size() == next_sequence_ - batch_sequence_);
  return next_lsn_++;
}

device_result log_writer::append(unix_ms now_ms, appended_batch& out) {
  BASEPLATE_ASSERT(!buffer_.empty() && !broken_ && batch_lsn_ == synced_lsn_ + 1);
  if (rotating_) {
    if (auto result = rotate(now_ms); !result.ok()) {
      drop_batch();
      return result;
    }
  }
  auto result = device_.write(segment_, offset_, buffer_);
  if (!result.ok()) {
    index_.cut(offset_);
    drop_batch();
    auto cut = device_.truncate(segment_, offset_);
    if (!cut.ok()) {
      result.error = device_error::failed;
      result.reason += "; and " + cut.reason;
    }
    broken_ = result.error == device_error::failed;
    return result;
  }
  offset_ += buffer_.size();
  out.segment = segment_.first_lsn;
  out.first_lsn = batch_lsn_;
  out.last_lsn = next_lsn_ - 1;
  auto whole = std::make_shared<chunk>(std::move(buffer_), std::move(events_), batch_sequence_,
                                       next_sequence_ - 1);
  whole->set_received_ns(std::exchange(received_ns_, 0));
  out.chunk = std::move(whole);
  buffer_ = {};
  events_ = {};
  return {};
}

device_result log_writer::sync() {
  auto result = device_.sync(segment_);
  if (!result.ok()) {
    // What the kernel could not write it may have dropped: a second sync that succeeds would prove
    // nothing.
    broken_ = true;
    result.error = device_error::failed;
    return result;
  }
  synced_lsn_ = next_lsn_ - 1;
  std::shared_ptr<const segment_index> index;
  if (published_entries_ != index_.index().size() || published_segment_ != segment_.first_lsn) {
    index = std::make_shared<const segment_index>(index_.index());
    published_entries_ = index_.index().size();
    published_segment_ = segment_.first_lsn;
  }
  table_.set_durable(offset_, next_sequence_ - 1, std::move(index));
  return {};
}

device_result log_writer::rotate(unix_ms now_ms) {
  std::string header;
  append_segment_header(header, {segment_.first_lsn, segment_.first_sequence, now_ms, false});
  auto result = device_.create(segment_, header);
  if (!result.ok()) {
    broken_ = result.error == device_error::failed;
    return result;
  }
  rotating_ = false;
  offset_ = header.size();
  table_.add({segment_, now_ms, header.size(), nullptr});
  return result;
}

void log_writer::drop_batch() {
  buffer_.clear();
  events_.clear();
  received_ns_ = 0;
  next_lsn_ = batch_lsn_;
  next_sequence_ = batch_sequence_;
}

} // namespace baseplate::journal
