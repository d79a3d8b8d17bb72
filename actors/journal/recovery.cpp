// Opening a log: what the store has applied, then every record behind it, each one checked.
// Refuses rather than guesses: damage, gaps, a store that is ahead of its log. Cuts off a torn
// tail, and says so.
#include "actors/journal/journal_core.hpp"
#include "actors/journal/segment_scanner.hpp"

namespace baseplate::journal {

namespace {

const char* text_of(segment_header_fault fault) {
  switch (fault) {
  case segment_header_fault::none:
    return "";
  case segment_header_fault::too_short:
    return "the segment is shorter than its header";
  case segment_header_fault::bad_magic:
    return "this is no segment of a Baseplate log";
  case segment_header_fault::bad_checksum:
    return "the segment's header is damaged";
  case segment_header_fault::bad_version:
    return "the segment is of another format version";
  }
  return "";
}

} // namespace

constexpr const char* repair_hint = "; nothing was changed. Start with --repair to set the damaged "
                                    "part aside and to be told which "
                                    "records and events are lost";

class recovery {
 public:
  explicit recovery(journal_core& core) : core_(core) {}

  recovery_report run() {
    if (auto error = core_.image_.load(); !error.empty())
      throw journal_open_error{"", 0, "the state store cannot be read: " + error};
    applied_ = core_.image_.applied();
    read_headers();
    if (segments_.empty())
      make_first_segment();
    scan();
    if (applied_.applied_lsn > next_lsn_ - 1)
      throw journal_open_error{to_file_name(segments_.back().name), end_,
                               "the log ends with record " + std::to_string(next_lsn_ - 1)
                                   + " but the state store has applied record "
                                   + std::to_string(applied_.applied_lsn) + repair_hint};
    finish();
    return report_;
  }

 private:
  /// `why` ends with what to do about it: main prints it as it is.
  [[noreturn]] void damaged(const segment_name& name, std::uint64_t offset, std::string why) {
    throw journal_open_error{to_file_name(name), offset, std::move(why) + repair_hint};
  }

  void require(const device_result& result) {
    if (!result.ok())
      throw journal_open_error{"", 0, result.reason};
  }

  void read_headers() {
    std::vector<listed_segment> listed;
    require(core_.device_->list(listed));
    for (const auto& segment : listed) {
      char bytes[segment_header_bytes];
      std::size_t read = 0;
      require(core_.device_->read(segment.name, 0, bytes, sizeof(bytes), read));
      segment_header header;
      auto fault = decode_segment_header({bytes, read}, header);
      if (fault == segment_header_fault::none
          && segment_name{header.first_lsn, header.first_sequence} != segment.name)
        damaged(segment.name, 0, "the segment's header does not belong to its name");
      if (fault != segment_header_fault::none) {
        // A crash while it was being made: no record was ever in it.
        if (segment.name == listed.back().name && segment.bytes <= segment_header_bytes
            && segment.name.first_lsn > applied_.applied_lsn) {
          stillborn_ = segment.name;
          continue;
        }
        if (fault == segment_header_fault::bad_version)
          throw journal_open_error{to_file_name(segment.name), 0, text_of(fault)};
        damaged(segment.name, 0, text_of(fault));
      }
      segments_.push_back({segment.name, header.created_ms, segment.bytes, nullptr});
      repaired_.push_back(header.follows_repair);
    }
  }

  void make_first_segment() {
    if (applied_.applied_lsn > 0)
      throw journal_open_error{"", 0,
                               "there is no log though the state store has applied record "
                                   + std::to_string(applied_.applied_lsn) + repair_hint};
    drop_stillborn();
    segment_info first{{1, 1}, core_.clock_(), segment_header_bytes, nullptr};
    std::string header;
    append_segment_header(header, {1, 1, first.created_ms, false});
    require(core_.device_->create(first.name, header));
    segments_.push_back(first);
    repaired_.push_back(false);
  }

  void scan() {
    std::size_t i = 0;
    while (i + 1 < segments_.size() && segments_[i + 1].name.first_lsn <= applied_.applied_lsn)
      ++i;
    next_lsn_ = segments_[i].name.first_lsn;
    next_sequence_ = segments_[i].name.first_sequence;
    if (next_lsn_ > applied_.applied_lsn + 1 && !repaired_[i])
      damaged(segments_[i].name, 0,
              "records " + std::to_string(applied_.applied_lsn + 1) + " to "
                  + std::to_string(next_lsn_ - 1) + " are missing in front of it");
    for (; i < segments_.size(); ++i) {
      auto& segment = segments_[i];
      auto gap
          = segment.name.first_lsn != next_lsn_ || segment.name.first_sequence != next_sequence_;
      if (gap
          && (!repaired_[i] || segment.name.first_lsn < next_lsn_
              || segment.name.first_sequence < next_sequence_))
        damaged(segment.name, 0,
                "record " + std::to_string(next_lsn_) + " and event "
                    + std::to_string(next_sequence_)
                    + " should come next: a segment is missing in front of it");
      next_lsn_ = segment.name.first_lsn;
      next_sequence_ = segment.name.first_sequence;
      scan_segment(segment, i + 1 == segments_.size());
    }
  }

  void scan_segment(segment_info& segment, bool last) {
    builder_ = {};
    segment_scanner scanner{*core_.device_, segment.name, segment_header_bytes, segment.bytes};
    auto status = scanner.next();
    for (; status == scan_status::record; status = scanner.next()) {
      const auto& record = scanner.record();
      const auto& header = record.header;
      if (header.lsn != next_lsn_ || header.first_sequence != next_sequence_)
        damaged(segment.name, scanner.offset(),
                "record " + std::to_string(header.lsn) + " with event "
                    + std::to_string(header.first_sequence) + " stands where record "
                    + std::to_string(next_lsn_) + " with event " + std::to_string(next_sequence_)
                    + " should be");
      builder_.add(header.first_sequence, scanner.offset(), header.events, header.at_ms);
      ++next_lsn_;
      next_sequence_ += header.events;
      ++report_.records_checked;
      report_.bytes_checked += record.length;
      if (header.lsn <= applied_.applied_lsn)
        continue;
      if (!core_.image_.apply(record, segment.name.first_lsn))
        damaged(segment.name, scanner.offset(),
                "record " + std::to_string(header.lsn) + " has a good checksum but cannot be read");
      ++report_.records_applied;
    }
    end_ = scanner.offset();
    if (status == scan_status::failed)
      throw journal_open_error{to_file_name(segment.name), end_, scanner.reason()};
    if (status == scan_status::bad)
      judge_tail(segment, last);
    segment.index = std::make_shared<const segment_index>(builder_.index());
    keep_memory_bounded();
  }

  /// Behind end_ stands something that is no record.
  void judge_tail(segment_info& segment, bool last) {
    auto bad = "record " + std::to_string(next_lsn_) + " is damaged";
    if (!last)
      damaged(segment.name, end_, bad + ": later segments follow");
    std::string rest(segment.bytes - end_, '\0');
    std::size_t read = 0;
    require(core_.device_->read(segment.name, end_, rest.data(), rest.size(), read));
    rest.resize(read);
    auto verdict = classify_tail(rest, segment.name.first_lsn, next_lsn_);
    if (verdict.damaged)
      damaged(segment.name, end_, bad + ": a later record says that it had been synced");
    report_.truncated_bytes = segment.bytes - end_;
    report_.truncated_segment = to_file_name(segment.name);
    report_.truncated_offset = end_;
    segment.bytes = end_;
  }

  /// A log that no checkpoint covers may hold more state than memory should.
  void keep_memory_bounded() {
    if (core_.image_.dirty_rows() < core_.options_.checkpoint_rows
        && core_.image_.dirty_bytes() < core_.options_.checkpoint_row_bytes)
      return;
    core_.image_.freeze();
    if (auto result = core_.image_.write_frozen(*core_.store_); !result.ok())
      throw journal_open_error{"", 0, "a checkpoint during recovery failed: " + result.error};
  }

  void drop_stillborn() {
    if (stillborn_.first_lsn > 0)
      require(core_.device_->unlink(stillborn_));
  }

  void finish() {
    drop_stillborn();
    auto& last = segments_.back();
    if (report_.truncated_bytes > 0)
      require(core_.device_->truncate(last.name, last.bytes));
    // What the last process wrote but did not sync counts from now on.
    require(core_.device_->sync(last.name));
    report_.segments = segments_.size();
    report_.last_lsn = next_lsn_ - 1;
    report_.head = next_sequence_ - 1;
    core_.image_.drop_stale_evacuated();
    core_.image_.keep_only_segments_from(segments_.front().name.first_lsn);
    core_.ledger_ = core_.image_.rows();
    core_.tally_ = core_.image_.tally();
    core_.applied_lsn_ = next_lsn_ - 1;
    core_.writer_.start({next_lsn_, next_sequence_, last.name, last.bytes}, builder_);
    auto bytes = last.bytes;
    auto index = last.index;
    core_.table_.assign(std::move(segments_));
    core_.table_.set_durable(bytes, next_sequence_ - 1, index);
    // What was replayed waits for a checkpoint as if it had just been written.
    core_.appended_bytes_ = report_.bytes_checked;
    core_.applied_bytes_ = report_.bytes_checked;
    core_.stats_->head_sequence = report_.head;
    core_.stats_->durable_lsn = report_.last_lsn;
    core_.stats_->applied_lsn = report_.last_lsn;
    core_.stats_->checkpointed_lsn = core_.image_.checkpointed().applied_lsn;
    core_.publish_table_stats();
  }

  journal_core& core_;
  meta_row applied_;
  std::vector<segment_info> segments_;
  std::vector<bool> repaired_;
  segment_name stillborn_{0, 0};
  index_builder builder_;
  log_number next_lsn_ = 1;
  sequence_number next_sequence_ = 1;
  /// Where the records of the segment that was scanned last end.
  std::uint64_t end_ = 0;
  recovery_report report_;
};

recovery_report journal_core::open() {
  return recovery{*this}.run();
}

} // namespace baseplate::journal
