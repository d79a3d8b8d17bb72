#include "actors/journal/logic/record_codec.hpp"

#include "actors/journal/logic/byte_codec.hpp"
#include "actors/journal/logic/crc32c.hpp"

#include <cstring>

namespace baseplate::journal {

namespace {

constexpr std::string_view magic{"BPLOGSEG", 8};
constexpr std::uint32_t flag_follows_repair = 1;

template <class Number>
Number load(const char* p) {
  Number x{};
  std::memcpy(&x, p, sizeof(Number));
  return x;
}

template <class Number>
void store(std::string& out, std::size_t at, Number x) {
  std::memcpy(out.data() + at, &x, sizeof(Number));
}

/// Over the segment's number, the length and everything behind the checksum itself.
std::uint32_t record_checksum(std::string_view record, log_number segment) noexcept {
  char prefix[12];
  std::memcpy(prefix, &segment, 8);
  std::memcpy(prefix + 8, record.data(), 4);
  return crc32c(record.substr(8), crc32c({prefix, sizeof(prefix)}));
}

bool known(std::uint8_t kind) noexcept {
  return kind >= static_cast<std::uint8_t>(record_kind::events)
         && kind <= static_cast<std::uint8_t>(record_kind::tally);
}

record_status decode_frame(std::string_view bytes, record_view& out) noexcept {
  if (bytes.size() < 4)
    return record_status::incomplete;
  const auto* p = bytes.data();
  auto length = load<std::uint32_t>(p);
  if (length < record_header_bytes || length > record_bytes_max)
    return record_status::bad;
  if (bytes.size() < record_header_bytes)
    return record_status::incomplete;
  auto kind = load<std::uint8_t>(p + 44);
  if (!known(kind) || p[45] != 0 || p[46] != 0 || p[47] != 0)
    return record_status::bad;
  auto& header = out.header;
  header.lsn = load<std::uint64_t>(p + 8);
  header.first_sequence = load<std::uint64_t>(p + 16);
  header.at_ms = load<std::int64_t>(p + 24);
  header.owner = load<std::uint32_t>(p + 32);
  header.events = load<std::uint32_t>(p + 36);
  header.unsynced = load<std::uint32_t>(p + 40);
  header.kind = static_cast<record_kind>(kind);
  if (header.lsn == 0 || header.first_sequence == 0)
    return record_status::bad;
  out.length = length;
  if (bytes.size() < length)
    return record_status::incomplete;
  out.payload = bytes.substr(record_header_bytes, length - record_header_bytes);
  return record_status::good;
}

} // namespace

void append_segment_header(std::string& out, const segment_header& header) {
  auto start = out.size();
  byte_writer w{out};
  out.append(magic);
  w.u32(format_version);
  w.u32(static_cast<std::uint32_t>(segment_header_bytes));
  w.u64(header.first_lsn);
  w.u64(header.first_sequence);
  w.i64(header.created_ms);
  w.u32(header.follows_repair ? flag_follows_repair : 0);
  out.append(16, '\0');
  w.u32(crc32c(std::string_view{out}.substr(start)));
}

segment_header_fault decode_segment_header(std::string_view bytes, segment_header& out) noexcept {
  if (bytes.size() < segment_header_bytes)
    return segment_header_fault::too_short;
  if (bytes.substr(0, 8) != magic)
    return segment_header_fault::bad_magic;
  const auto* p = bytes.data();
  if (load<std::uint32_t>(p + 60) != crc32c(bytes.substr(0, 60)))
    return segment_header_fault::bad_checksum;
  if (load<std::uint32_t>(p + 8) != format_version
      || load<std::uint32_t>(p + 12) != segment_header_bytes)
    return segment_header_fault::bad_version;
  out.first_lsn = load<std::uint64_t>(p + 16);
  out.first_sequence = load<std::uint64_t>(p + 24);
  out.created_ms = load<std::int64_t>(p + 32);
  out.follows_repair = (load<std::uint32_t>(p + 40) & flag_follows_repair) != 0;
  return segment_header_fault::none;
}

std::size_t begin_record(std::string& out, const record_header& header) {
  auto start = out.size();
  char raw[record_header_bytes] = {};
  std::memcpy(raw + 8, &header.lsn, 8);
  std::memcpy(raw + 16, &header.first_sequence, 8);
  std::memcpy(raw + 24, &header.at_ms, 8);
  std::memcpy(raw + 32, &header.owner, 4);
  std::memcpy(raw + 36, &header.events, 4);
  std::memcpy(raw + 40, &header.unsynced, 4);
  raw[44] = static_cast<char>(header.kind);
  out.append(raw, sizeof(raw));
  return start;
}

void finish_record(std::string& out, std::size_t start, log_number segment) {
  store(out, start, static_cast<std::uint32_t>(out.size() - start));
  store(out, start + 4, record_checksum(std::string_view{out}.substr(start), segment));
}

record_status decode_record(std::string_view bytes, log_number segment, record_view& out) noexcept {
  auto status = decode_frame(bytes, out);
  if (status != record_status::good)
    return status;
  return load<std::uint32_t>(bytes.data() + 4)
                 == record_checksum(bytes.substr(0, out.length), segment)
             ? record_status::good
             : record_status::bad;
}

record_status decode_checked_record(std::string_view bytes, record_view& out) noexcept {
  return decode_frame(bytes, out);
}

tail_verdict classify_tail(std::string_view rest, log_number segment,
                           log_number expected) noexcept {
  tail_verdict verdict;
  record_view record;
  std::size_t at = 1;
  while (at + record_header_bytes <= rest.size()) {
    auto candidate = rest.substr(at);
    // Cheap tests first: no two records stand closer than a header is long.
    auto lsn = load<std::uint64_t>(candidate.data() + 8);
    if (lsn < expected || lsn - expected > rest.size() / record_header_bytes
        || decode_record(candidate, segment, record) != record_status::good) {
      ++at;
      continue;
    }
    if (!verdict.found) {
      verdict.found = true;
      verdict.next_offset = at;
      verdict.next = record.header;
    }
    if (record.header.unsynced <= record.header.lsn
        && record.header.lsn - record.header.unsynced >= expected) {
      verdict.damaged = true;
      return verdict;
    }
    at += record.length;
  }
  return verdict;
}

} // namespace baseplate::journal
