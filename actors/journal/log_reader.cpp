#include "actors/journal/log_reader.hpp"

#include "actors/journal/logic/payload_codec.hpp"
#include "actors/journal/segment_scanner.hpp"

#include <algorithm>

namespace baseplate::journal {

namespace {

constexpr std::size_t single_event_window_bytes = 64 * 1024;

chunk_ptr empty_chunk(sequence_number from) {
  return std::make_shared<const chunk>(std::string{}, std::vector<event_ref>{}, from, from - 1);
}

std::string damage(const segment_name& name, std::uint64_t offset) {
  return "damaged record in segment " + to_file_name(name) + " at offset " + std::to_string(offset);
}

/// Of the entries, the last whose record begins at or before the event.
std::uint64_t start_of(const segment_index& index, sequence_number sequence) {
  auto i = std::upper_bound(
      index.begin(), index.end(), sequence,
      [](sequence_number s, const index_entry& x) { return s < x.first_sequence; });
  return i == index.begin() ? segment_header_bytes : std::prev(i)->offset;
}

sequence_number last_of(const record_header& header) {
  return header.first_sequence + header.events - 1;
}

} // namespace

log_reader::log_reader(const log_device& device, segment_table& table)
    : device_(device), table_(table) {}

read_result log_reader::read(sequence_number from, std::size_t bytes_max) const {
  from = std::max<sequence_number>(from, 1);
  read_result result;
  while (from <= table_.durable()) {
    auto segment = table_.locate(from);
    for (;;) {
      if (read_segment(segment, from, bytes_max, result) && result.error.empty())
        return result;
      if (!result.error.empty())
        break;
      auto next = table_.next(segment.name);
      if (!next)
        return {empty_chunk(from),
                "event " + std::to_string(from) + " is not in the log though later ones are"};
      segment = *next;
    }
    if (table_.contains(segment.name))
      return {empty_chunk(from), std::move(result.error)};
    // It was unlinked while we read: begin again at what is the oldest now.
    result = {};
  }
  return {empty_chunk(from), {}};
}

bool log_reader::read_segment(const segment_info& segment, sequence_number from,
                              std::size_t bytes_max, read_result& out) const {
  auto index = index_of(segment, out.error);
  if (!index)
    return false;
  auto base = start_of(*index, from);
  std::string buffer;
  std::vector<event_ref> events;
  std::size_t position = 0; // of the next record in the buffer
  auto wanted = std::max<std::size_t>(bytes_max, record_header_bytes);
  sequence_number last = 0;
  for (;;) {
    record_view record;
    std::string_view rest{buffer};
    rest.remove_prefix(position);
    auto status = rest.empty() ? record_status::incomplete
                               : decode_record(rest, segment.name.first_lsn, record);
    if (status == record_status::good) {
      if (record.header.events > 0 && last_of(record.header) >= from) {
        auto before = events.size();
        std::string_view body;
        if (!index_events(record, position + record_header_bytes, events, body)) {
          out.error = damage(segment.name, base + position);
          return false;
        }
        events.erase(std::remove_if(events.begin() + static_cast<std::ptrdiff_t>(before),
                                    events.end(),
                                    [&](const event_ref& x) { return x.sequence < from; }),
                     events.end());
        last = last_of(record.header);
      }
      position += record.length;
      continue;
    }
    if (status == record_status::bad) {
      out.error = damage(segment.name, base + position);
      return false;
    }
    if (!events.empty())
      break;
    // Nothing of use yet: drop what was passed, read on.
    buffer.erase(0, position);
    base += position;
    position = 0;
    auto held = buffer.size();
    if (base + held >= segment.bytes) {
      if (held > 0)
        out.error = damage(segment.name, base);
      return false;
    }
    auto size = std::max<std::size_t>(wanted, record.length);
    size = std::min<std::uint64_t>(size, segment.bytes - base);
    buffer.reserve(size + chunk::padding);
    buffer.resize(std::max(size, held));
    std::size_t read = 0;
    auto result
        = device_.read(segment.name, base + held, buffer.data() + held, buffer.size() - held, read);
    buffer.resize(held + read);
    if (!result.ok() || read == 0) {
      out.error = result.ok() ? damage(segment.name, base + held) : result.reason;
      return false;
    }
  }
  buffer.resize(position);
  auto first = std::max(from, events.front().sequence);
  out.chunk = std::make_shared<const chunk>(std::move(buffer), std::move(events), first, last);
  return true;
}

std::string log_reader::read_events(const std::vector<sequence_number>& sequences,
                                    std::string& bytes, std::vector<event_ref>& events,
                                    std::vector<sequence_number>& missing) const {
  chunk_ptr window;
  for (auto sequence : sequences) {
    if (sequence < table_.oldest()) {
      missing.push_back(sequence);
      continue;
    }
    if (!window || sequence < window->first_sequence() || sequence > window->last_sequence()) {
      auto result = read(sequence, single_event_window_bytes);
      if (!result.error.empty())
        return std::move(result.error);
      window = std::move(result.chunk);
    }
    const auto& index = window->events();
    auto i = std::lower_bound(index.begin(), index.end(), sequence,
                              [](const event_ref& x, sequence_number s) { return x.sequence < s; });
    if (i == index.end() || i->sequence != sequence) {
      // Unlinked meanwhile, or lost by a repair.
      missing.push_back(sequence);
      continue;
    }
    auto ref = *i;
    auto envelope = window->envelope(ref);
    ref.offset = static_cast<std::uint32_t>(bytes.size());
    bytes.append(envelope);
    events.push_back(ref);
  }
  return {};
}

sequence_number log_reader::find_time(unix_ms time_ms, std::string& error) const {
  auto segments = table_.segments();
  auto head = table_.durable();
  // A segment's events came in before the next one was made.
  std::size_t i = 0;
  while (i + 1 < segments.size() && segments[i + 1].created_ms < time_ms)
    ++i;
  for (; i < segments.size(); ++i) {
    const auto& segment = segments[i];
    auto index = index_of(segment, error);
    if (!index)
      return head + 1;
    std::uint64_t offset = segment_header_bytes;
    for (const auto& entry : *index)
      if (entry.newest_before_ms < time_ms)
        offset = entry.offset;
    segment_scanner scanner{device_, segment.name, offset, segment.bytes};
    for (auto status = scanner.next(); status != scan_status::end; status = scanner.next()) {
      if (status != scan_status::record) {
        error = status == scan_status::bad ? damage(segment.name, scanner.offset())
                                           : scanner.reason();
        return head + 1;
      }
      const auto& header = scanner.record().header;
      if (header.events > 0 && header.at_ms >= time_ms)
        return header.first_sequence;
    }
  }
  return head + 1;
}

std::shared_ptr<const segment_index> log_reader::index_of(const segment_info& segment,
                                                          std::string& error) const {
  if (segment.index)
    return segment.index;
  index_builder builder;
  segment_scanner scanner{device_, segment.name, segment_header_bytes, segment.bytes};
  for (auto status = scanner.next(); status != scan_status::end; status = scanner.next()) {
    if (status != scan_status::record) {
      error
          = status == scan_status::bad ? damage(segment.name, scanner.offset()) : scanner.reason();
      return nullptr;
    }
    const auto& header = scanner.record().header;
    builder.add(header.first_sequence, scanner.offset(), header.events, header.at_ms);
  }
  auto index = std::make_shared<const segment_index>(builder.index());
  table_.set_index(segment.name, index);
  return index;
}

} // namespace baseplate::journal
