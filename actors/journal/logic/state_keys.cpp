#include "actors/journal/logic/state_keys.hpp"

#include "actors/journal/logic/byte_codec.hpp"

namespace baseplate::journal {

namespace {

template <class Number>
void append_big_endian(std::string& out, Number x) {
  for (int shift = static_cast<int>(sizeof(Number)) * 8 - 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>((x >> shift) & 0xFF));
}

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t x = 0;
  for (auto c : bytes)
    x = (x << 8) | static_cast<unsigned char>(c);
  return x;
}

/// Due times sort as numbers, negative ones first.
constexpr std::uint64_t sign = 0x8000'0000'0000'0000;

} // namespace

namespace keys {

std::string numbered(char kind, std::uint32_t id) {
  std::string out(1, kind);
  append_big_endian(out, id);
  return out;
}

std::string sequenced(char kind, subscriber_id id, sequence_number sequence) {
  auto out = numbered(kind, id);
  append_big_endian(out, sequence);
  return out;
}

sequence_number sequence_of(std::string_view key) noexcept {
  return key.size() == 13 ? read_big_endian(key.substr(5)) : 0;
}

std::uint32_t subscriber_of(std::string_view key) noexcept {
  return key.size() >= 5 ? static_cast<std::uint32_t>(read_big_endian(key.substr(1, 4))) : 0;
}

std::string segment(log_number first_lsn) {
  std::string out(1, segment_kind);
  append_big_endian(out, first_lsn);
  return out;
}

log_number segment_of(std::string_view key) noexcept {
  return key.size() == 9 && key[0] == segment_kind ? read_big_endian(key.substr(1)) : 0;
}

void state(std::string& out, subscriber_id id, std::string_view key) {
  out.clear();
  append_state(out, id, key);
}

void append_state(std::string& out, subscriber_id id, std::string_view key) {
  const char prefix[state_prefix_bytes]
      = {state_kind, static_cast<char>(id >> 24), static_cast<char>(id >> 16),
         static_cast<char>(id >> 8), static_cast<char>(id)};
  out.append(prefix, sizeof(prefix));
  out.append(key);
}

void timer(std::string& out, subscriber_id id, const timer_change_view& row) {
  out.assign(1, timer_kind);
  append_big_endian(out, id);
  out.push_back(row.event_time ? 1 : 0);
  append_big_endian(out, static_cast<std::uint64_t>(row.due_ms) ^ sign);
  append_big_endian(out, static_cast<std::uint32_t>(row.key.size()));
  out.append(row.key);
  out.append(row.name);
}

bool parse_timer(std::string_view key, timer_row& out) {
  if (key.size() < 18 || key[0] != timer_kind)
    return false;
  auto size = read_big_endian(key.substr(14, 4));
  if (size > key.size() - 18)
    return false;
  out.event_time = key[5] != 0;
  out.due_ms = static_cast<unix_ms>(read_big_endian(key.substr(6, 8)) ^ sign);
  out.key = key.substr(18, size);
  out.name = key.substr(18 + size);
  return true;
}

} // namespace keys

void append_meta(std::string& out, const meta_row& x) {
  byte_writer w{out};
  w.u32(format_version);
  w.u64(x.applied_lsn);
  w.u64(x.applied_sequence);
}

bool decode_meta(std::string_view bytes, meta_row& out) {
  byte_reader r{bytes};
  auto version = r.u32();
  out.applied_lsn = r.u64();
  out.applied_sequence = r.u64();
  return r.finished() && version == format_version;
}

void append_segment_facts(std::string& out, const segment_facts& x) {
  byte_writer w{out};
  w.u64(x.last_lsn);
  w.u64(x.last_sequence);
  w.i64(x.newest_ms);
  w.u32(static_cast<std::uint32_t>(x.buses.size()));
  for (const auto& [bus, share] : x.buses) {
    w.u32(bus);
    w.u64(share.events);
    w.u64(share.bytes);
  }
}

bool decode_segment_facts(std::string_view bytes, segment_facts& out) {
  byte_reader r{bytes};
  out.last_lsn = r.u64();
  out.last_sequence = r.u64();
  out.newest_ms = r.i64();
  out.buses.clear();
  for (auto n = r.count(20); n > 0 && r.ok(); --n) {
    auto bus = r.u32();
    auto events = r.u64();
    out.buses[bus] = {events, r.u64()};
  }
  return r.finished();
}

void append_evacuated(std::string& out, bus_id bus, unix_ms ingested_at_ms,
                      std::string_view envelope) {
  byte_writer w{out};
  w.u32(bus);
  w.i64(ingested_at_ms);
  w.text(envelope);
}

bool decode_evacuated(std::string_view bytes, bus_id& bus, unix_ms& ingested_at_ms,
                      std::string_view& envelope) {
  byte_reader r{bytes};
  bus = r.u32();
  ingested_at_ms = r.i64();
  envelope = r.text();
  return r.finished();
}

} // namespace baseplate::journal
