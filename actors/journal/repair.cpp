#include "actors/journal/repair.hpp"

#include "actors/journal/journal_open_error.hpp"
#include "actors/journal/logic/record_codec.hpp"
#include "actors/journal/logic/state_keys.hpp"

#include <set>

namespace baseplate::journal {

namespace {

void require(const device_result& result) {
  if (!result.ok())
    throw journal_open_error{"", 0, "repair failed: " + result.reason};
}

class repairer {
 public:
  repairer(log_device& device, const state_store& store, unix_ms now_ms)
      : device_(device), now_ms_(now_ms) {
    std::optional<std::string> row;
    if (auto result = store.get(keys::meta(), row); !result.ok())
      throw journal_open_error{"", 0, "repair failed: " + result.error};
    if (row && !decode_meta(*row, applied_))
      throw journal_open_error{"", 0, "repair failed: the state store is of another format"};
  }

  std::vector<repaired_range> run() {
    std::vector<listed_segment> segments;
    require(device_.list(segments));
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (!made_.contains(segments[i].name))
        check(segments[i].name, i + 1 == segments.size());
    if (next_lsn_ <= applied_.applied_lsn)
      begin_behind_store();
    return std::move(lost_);
  }

 private:
  void check(const segment_name& name, bool last) {
    auto bytes = read_all(name);
    segment_header header;
    auto fault = decode_segment_header(bytes, header);
    auto good_header = fault == segment_header_fault::none
                       && segment_name{header.first_lsn, header.first_sequence} == name;
    if (fault == segment_header_fault::bad_version)
      throw journal_open_error{to_file_name(name), 0, "repair cannot read another format version"};
    if (!good_header && bytes.size() <= segment_header_bytes && last) {
      // It died while it was made: recovery drops it.
      return;
    }
    auto follows = !first_ && name.first_lsn == next_lsn_ && name.first_sequence == next_sequence_;
    if (!first_ && (name.first_lsn < next_lsn_ || name.first_sequence < next_sequence_)) {
      // Its numbers were given out already by what stands before it.
      set_aside(name, 0, bytes, {});
      require(device_.unlink(name));
      return;
    }
    auto gap = (first_ && name.first_lsn > applied_.applied_lsn + 1) || (!first_ && !follows);
    if (gap && !(good_header && header.follows_repair))
      lost_.push_back({to_file_name(name), 0, 0, first_ ? applied_.applied_lsn + 1 : next_lsn_,
                       name.first_lsn - 1, first_ ? applied_.applied_sequence + 1 : next_sequence_,
                       name.first_sequence - 1, ""});
    if (!good_header || (gap && !header.follows_repair)) {
      // The name says all that a header does, but for the time.
      std::string text;
      append_segment_header(text, {name.first_lsn, name.first_sequence,
                                   good_header ? header.created_ms : now_ms_,
                                   gap || (good_header && header.follows_repair)});
      if (!good_header)
        set_aside(
            name, 0, bytes.substr(0, segment_header_bytes),
            {name.first_lsn, name.first_lsn - 1, name.first_sequence, name.first_sequence - 1});
      require(device_.write(name, 0, text));
      require(device_.sync(name));
    }
    first_ = false;
    next_lsn_ = name.first_lsn;
    next_sequence_ = name.first_sequence;
    walk(name, bytes, last);
  }

  /// Records from the header on; at the first damaged place the segment is cut in two.
  void walk(const segment_name& name, std::string_view bytes, bool last) {
    auto offset = std::min(segment_header_bytes, bytes.size());
    record_view record;
    while (offset < bytes.size()
           && decode_record(bytes.substr(offset), name.first_lsn, record) == record_status::good
           && record.header.lsn == next_lsn_ && record.header.first_sequence == next_sequence_) {
      offset += record.length;
      ++next_lsn_;
      next_sequence_ += record.header.events;
    }
    if (offset >= bytes.size())
      return;
    auto rest = bytes.substr(offset);
    auto next = find_next(rest, name.first_lsn);
    if (last && !next.damaged && next_lsn_ > applied_.applied_lsn)
      return; // a torn tail: recovery cuts it off
    if (!next.found) {
      cut(name, offset, rest, next_lsn_, next_sequence_);
      return;
    }
    move_behind(name, offset, rest, next);
    require(device_.truncate(name, offset));
  }

  /// The first valid record that may follow: a gap in the numbers counts as damage, too.
  tail_verdict find_next(std::string_view rest, log_number segment) const {
    record_view record;
    if (decode_record(rest, segment, record) == record_status::good
        && record.header.lsn >= next_lsn_ && record.header.first_sequence >= next_sequence_) {
      tail_verdict verdict;
      verdict.damaged = verdict.found = true;
      verdict.next = record.header;
      return verdict;
    }
    return classify_tail(rest, segment, next_lsn_);
  }

  void cut(const segment_name& name, std::uint64_t offset, std::string_view rest, log_number until,
           sequence_number until_sequence) {
    // How much is lost at the end of a segment the next one's name tells; recorded when we get
    // there.
    set_aside(name, offset, rest, {next_lsn_, until - 1, next_sequence_, until_sequence - 1});
    require(device_.truncate(name, offset));
  }

  /// Keeps the valid records behind the damage in a segment of their own.
  void move_behind(const segment_name& name, std::uint64_t offset, std::string_view rest,
                   const tail_verdict& next) {
    set_aside(name, offset, rest,
              {next_lsn_, next.next.lsn - 1, next_sequence_, next.next.first_sequence - 1},
              next.next_offset);
    segment_name fresh{next.next.lsn, next.next.first_sequence};
    std::string text;
    append_segment_header(text, {fresh.first_lsn, fresh.first_sequence, now_ms_, true});
    std::string copy;
    record_view record;
    auto from = next.next_offset;
    next_lsn_ = fresh.first_lsn;
    next_sequence_ = fresh.first_sequence;
    // Each checksum covers the segment's number: written anew, from bytes that were just checked.
    while (from < rest.size()
           && decode_record(rest.substr(from), name.first_lsn, record) == record_status::good
           && record.header.lsn == next_lsn_ && record.header.first_sequence == next_sequence_) {
      auto start = begin_record(copy, record.header);
      copy.append(record.payload);
      finish_record(copy, start, fresh.first_lsn);
      from += record.length;
      ++next_lsn_;
      next_sequence_ += record.header.events;
    }
    if (fresh == name) {
      // The very first record was damaged and had the same numbers: cannot be, both count records.
      throw journal_open_error{to_file_name(name), offset, "repair found a record twice"};
    }
    make(fresh, text);
    require(device_.write(fresh, text.size(), copy));
    require(device_.sync(fresh));
    if (from >= rest.size())
      return;
    // More damage behind: the same again.
    auto more = rest.substr(from);
    auto verdict = find_next(more, name.first_lsn);
    if (verdict.found)
      move_behind(name, offset + from, more, verdict);
    else
      set_aside(name, offset + from, more,
                {next_lsn_, next_lsn_ - 1, next_sequence_, next_sequence_ - 1});
  }

  /// The log ends before what the store has applied: it goes on behind that.
  void begin_behind_store() {
    segment_name fresh{applied_.applied_lsn + 1,
                       std::max(applied_.applied_sequence + 1, next_sequence_)};
    std::string text;
    append_segment_header(text, {fresh.first_lsn, fresh.first_sequence, now_ms_, true});
    make(fresh, text);
    lost_.push_back({to_file_name(fresh), 0, 0, next_lsn_, fresh.first_lsn - 1, next_sequence_,
                     fresh.first_sequence - 1, ""});
  }

  /// Makes a segment, over one that a repair left behind when it was interrupted: its bytes are
  /// here once more.
  void make(const segment_name& name, std::string_view header) {
    std::vector<listed_segment> segments;
    require(device_.list(segments));
    for (const auto& segment : segments)
      if (segment.name == name)
        require(device_.unlink(name));
    require(device_.create(name, header));
    made_.insert(name);
  }

  struct range {
    log_number first_lsn = 1;
    log_number last_lsn = 0;
    sequence_number first_sequence = 1;
    sequence_number last_sequence = 0;
  };

  void set_aside(const segment_name& name, std::uint64_t offset, std::string_view bytes,
                 const range& x, std::size_t damaged_bytes = 0) {
    repaired_range entry{
        to_file_name(name), offset,     damaged_bytes == 0 ? bytes.size() : damaged_bytes,
        x.first_lsn,        x.last_lsn, x.first_sequence,
        x.last_sequence,    ""};
    require(device_.set_aside(to_file_name(name) + "-at-" + std::to_string(offset), bytes,
                              entry.quarantine));
    lost_.push_back(std::move(entry));
  }

  std::string read_all(const segment_name& name) {
    std::vector<listed_segment> segments;
    require(device_.list(segments));
    std::string bytes;
    for (const auto& segment : segments)
      if (segment.name == name)
        bytes.resize(segment.bytes);
    std::size_t read = 0;
    require(device_.read(name, 0, bytes.data(), bytes.size(), read));
    bytes.resize(read);
    return bytes;
  }

  log_device& device_;
  unix_ms now_ms_;
  meta_row applied_;
  bool first_ = true;
  log_number next_lsn_ = 1;
  sequence_number next_sequence_ = 1;
  std::vector<repaired_range> lost_;
  std::set<segment_name> made_;
};

} // namespace

std::string to_string(const repaired_range& x) {
  auto text = "segment " + x.segment + ", offset " + std::to_string(x.offset) + ": ";
  if (x.last_lsn >= x.first_lsn)
    text += "records " + std::to_string(x.first_lsn) + " to " + std::to_string(x.last_lsn);
  else
    text += "no whole record";
  if (x.last_sequence >= x.first_sequence)
    text += " with events " + std::to_string(x.first_sequence) + " to "
            + std::to_string(x.last_sequence);
  text += " lost";
  if (!x.quarantine.empty())
    text += "; " + std::to_string(x.bytes) + " damaged bytes are in " + x.quarantine;
  return text;
}

std::vector<repaired_range> repair(log_device& device, const state_store& store, unix_ms now_ms) {
  return repairer{device, store, now_ms}.run();
}

} // namespace baseplate::journal
