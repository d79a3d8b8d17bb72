#include "actors/journal/logic/payload_codec.hpp"

#include "actors/journal/logic/byte_codec.hpp"

namespace baseplate::journal {

namespace {

constexpr std::uint32_t erased = 0xFFFF'FFFF;
constexpr std::uint8_t timer_event_time = 1;
constexpr std::uint8_t timer_cleared = 2;
constexpr std::uint8_t control_bus = 1;
constexpr std::uint8_t control_subscriber = 2;
constexpr std::size_t event_header_bytes = 8;

void append_counters(byte_writer& w, const subscriber_counters& x) {
  w.u64(x.delivered);
  w.u64(x.dead_lettered);
  w.u64(x.expired);
}

subscriber_counters read_counters(byte_reader& r) {
  subscriber_counters x;
  x.delivered = r.u64();
  x.dead_lettered = r.u64();
  x.expired = r.u64();
  return x;
}

dead_letter_view view_of(const dead_letter& x) {
  return {x.sequence, x.at_ms, x.attempts, x.condition, x.reason, x.envelope};
}

void append_letters(std::string& out, const std::vector<dead_letter>& letters) {
  byte_writer{out}.u32(static_cast<std::uint32_t>(letters.size()));
  for (const auto& x : letters)
    append_dead_letter(out, view_of(x));
}

dead_letter_view read_letter(byte_reader& r) {
  dead_letter_view x;
  x.sequence = r.u64();
  x.at_ms = r.i64();
  x.attempts = r.u32();
  x.condition = r.text();
  x.reason = r.text();
  x.envelope = r.text();
  return x;
}

void read_letters(byte_reader& r, std::vector<dead_letter_view>& out) {
  out.clear();
  for (auto n = r.count(32); n > 0 && r.ok(); --n)
    out.push_back(read_letter(r));
}

void append_row(byte_writer& w, const timer_row& row, std::uint8_t flags) {
  w.i64(row.due_ms);
  w.u8(static_cast<std::uint8_t>(flags | (row.event_time ? timer_event_time : 0)));
  w.text(row.key);
  w.text(row.name);
}

bus_spec read_bus_spec(byte_reader& r) {
  bus_spec x;
  x.name = r.text();
  x.retention_age_s = r.u64();
  x.retention_bytes = r.u64();
  return x;
}

subscriber_spec read_subscriber_spec(byte_reader& r) {
  subscriber_spec x;
  x.name = r.text();
  x.bus = r.text();
  x.pattern = r.text();
  x.target_json = r.text();
  x.ordering_key = r.text();
  auto target = r.u8();
  auto start = r.u8();
  auto lag = r.u8();
  auto paused = r.u8();
  if (target > static_cast<std::uint8_t>(target_kind::log)
      || start > static_cast<std::uint8_t>(start_position::time)
      || lag > static_cast<std::uint8_t>(lag_policy::expire) || paused > 1)
    r.fail();
  x.target = static_cast<target_kind>(target);
  x.start = static_cast<start_position>(start);
  x.lag = static_cast<lag_policy>(lag);
  x.paused = paused == 1;
  x.start_time_ms = r.i64();
  x.retry.retry_attempts_max = r.u32();
  x.retry.event_age_max_s = r.u32();
  x.retry.backoff_ms = r.u32();
  x.retry.backoff_max_ms = r.u32();
  x.credit_events = r.u32();
  return x;
}

} // namespace

// -- events ---------------------------------------------------------------------

void append_events(std::string& out, const event_batch& batch, sequence_number first,
                   std::vector<event_ref>& index) {
  const char* from = batch.bytes.data();
  for (const auto& slice : batch.events) {
    char head[event_header_bytes];
    std::memcpy(head, &slice.length, 4);
    std::memcpy(head + 4, &slice.bus, 4);
    out.append(head, sizeof(head));
    index.push_back({first++, batch.ingested_at_ms, slice.bus,
                     static_cast<std::uint32_t>(out.size()), slice.length});
    out.append(from, slice.length);
    from += slice.length;
  }
}

bool index_events(const record_view& record, std::size_t payload_offset,
                  std::vector<event_ref>& index, std::string_view& body) noexcept {
  auto rest = record.payload;
  auto sequence = record.header.first_sequence;
  for (std::uint32_t i = 0; i < record.header.events; ++i, ++sequence) {
    if (rest.size() < event_header_bytes)
      return false;
    std::uint32_t length = 0;
    bus_id bus = 0;
    std::memcpy(&length, rest.data(), 4);
    std::memcpy(&bus, rest.data() + 4, 4);
    rest.remove_prefix(event_header_bytes);
    if (rest.size() < length)
      return false;
    auto offset = payload_offset + static_cast<std::size_t>(rest.data() - record.payload.data());
    index.push_back(
        {sequence, record.header.at_ms, bus, static_cast<std::uint32_t>(offset), length});
    rest.remove_prefix(length);
  }
  body = rest;
  return true;
}

// -- commit ---------------------------------------------------------------------

void append_commit_body(std::string& out, const commit& x) {
  byte_writer w{out};
  w.u64(x.epoch);
  w.u64(x.cursor_before);
  w.u64(x.cursor);
  w.i64(x.watermark_ms);
  append_counters(w, x.counters);
  w.u32(static_cast<std::uint32_t>(x.states.size()));
  for (const auto& state : x.states) {
    w.u32(static_cast<std::uint32_t>(state.key.size()));
    w.u32(state.value ? static_cast<std::uint32_t>(state.value->size()) : erased);
    out.append(state.key);
    if (state.value)
      out.append(*state.value);
  }
  w.u32(static_cast<std::uint32_t>(x.timers.size()));
  for (const auto& timer : x.timers)
    append_row(w, timer.row, timer.cleared ? timer_cleared : 0);
  w.u32(static_cast<std::uint32_t>(x.fired.size()));
  for (const auto& timer : x.fired) {
    append_row(w, timer.row, 0);
    w.u64(timer.after_sequence);
    w.i64(timer.now_ms);
  }
  append_letters(out, x.dead_letters);
}

bool decode_commit_body(std::string_view body, commit_view& out) {
  byte_reader r{body};
  out.epoch = r.u64();
  out.cursor_before = r.u64();
  out.cursor = r.u64();
  out.watermark_ms = r.i64();
  out.counters = read_counters(r);
  out.states.clear();
  for (auto n = r.count(8); n > 0 && r.ok(); --n) {
    auto key_size = r.u32();
    auto value_size = r.u32();
    state_view state;
    state.key = r.bytes(key_size);
    if (value_size != erased)
      state.value = r.bytes(value_size);
    out.states.push_back(state);
  }
  out.timers.clear();
  for (auto n = r.count(17); n > 0 && r.ok(); --n) {
    timer_change_view timer;
    timer.due_ms = r.i64();
    auto flags = r.u8();
    timer.event_time = (flags & timer_event_time) != 0;
    timer.cleared = (flags & timer_cleared) != 0;
    timer.key = r.text();
    timer.name = r.text();
    out.timers.push_back(timer);
  }
  out.fired.clear();
  for (auto n = r.count(33); n > 0 && r.ok(); --n) {
    fired_timer_view timer;
    timer.due_ms = r.i64();
    timer.event_time = (r.u8() & timer_event_time) != 0;
    timer.key = r.text();
    timer.name = r.text();
    timer.after_sequence = r.u64();
    timer.now_ms = r.i64();
    out.fired.push_back(timer);
  }
  read_letters(r, out.dead_letters);
  return r.finished();
}

// -- acknowledge ----------------------------------------------------------------

void append_acknowledge_body(std::string& out, const acknowledge& x) {
  byte_writer w{out};
  w.u64(x.epoch);
  w.u64(x.seen_before);
  w.u64(x.seen);
  append_counters(w, x.counters);
  w.u32(static_cast<std::uint32_t>(x.exceptions.size()));
  for (const auto& exception : x.exceptions) {
    w.u64(exception.sequence);
    w.u32(exception.attempts);
    w.i64(exception.due_ms);
  }
  append_letters(out, x.dead_letters);
}

bool decode_acknowledge_body(std::string_view body, acknowledge_view& out) {
  byte_reader r{body};
  out.epoch = r.u64();
  out.seen_before = r.u64();
  out.seen = r.u64();
  out.counters = read_counters(r);
  out.exceptions.clear();
  for (auto n = r.count(20); n > 0 && r.ok(); --n) {
    open_exception exception;
    exception.sequence = r.u64();
    exception.attempts = r.u32();
    exception.due_ms = r.i64();
    out.exceptions.push_back(exception);
  }
  read_letters(r, out.dead_letters);
  return r.finished();
}

// -- control --------------------------------------------------------------------

void append_bus_control(std::string& out, const bus_control& x) {
  byte_writer w{out};
  w.u8(control_bus);
  w.u32(x.id);
  append_bus_spec(out, x.spec);
}

void append_subscriber_control(std::string& out, const subscriber_control& x) {
  byte_writer w{out};
  w.u8(control_subscriber);
  w.u32(x.id);
  w.u64(x.cursor);
  append_subscriber_spec(out, x.spec);
}

bool decode_control_body(std::string_view body, control_view& out) {
  byte_reader r{body};
  out = {};
  switch (r.u8()) {
  case control_bus:
    out.bus.emplace();
    out.bus->id = r.u32();
    out.bus->spec = read_bus_spec(r);
    return r.finished() && out.bus->id != 0;
  case control_subscriber:
    out.subscriber.emplace();
    out.subscriber->id = r.u32();
    out.subscriber->cursor = r.u64();
    out.subscriber->spec = read_subscriber_spec(r);
    return r.finished() && out.subscriber->id != 0;
  default:
    return false;
  }
}

// -- tally ----------------------------------------------------------------------

void append_tally(std::string& out, const match_tally& x) {
  byte_writer w{out};
  w.u64(x.sequence);
  w.u32(static_cast<std::uint32_t>(x.matched.size()));
  for (const auto& entry : x.matched) {
    w.u32(entry.subscriber);
    w.u64(entry.matched);
  }
  w.u32(static_cast<std::uint32_t>(x.matched_none.size()));
  for (const auto& entry : x.matched_none) {
    w.u32(entry.bus);
    w.u64(entry.matched_none);
  }
}

bool decode_tally(std::string_view bytes, match_tally& out) {
  byte_reader r{bytes};
  out = {};
  out.sequence = r.u64();
  for (auto n = r.count(12); n > 0 && r.ok(); --n) {
    auto id = r.u32();
    out.matched.push_back({id, r.u64()});
  }
  for (auto n = r.count(12); n > 0 && r.ok(); --n) {
    auto id = r.u32();
    out.matched_none.push_back({id, r.u64()});
  }
  return r.finished();
}

// -- shared rows ------------------------------------------------------------------

void append_bus_spec(std::string& out, const bus_spec& x) {
  byte_writer w{out};
  w.text(x.name);
  w.u64(x.retention_age_s);
  w.u64(x.retention_bytes);
}

void append_subscriber_spec(std::string& out, const subscriber_spec& x) {
  byte_writer w{out};
  w.text(x.name);
  w.text(x.bus);
  w.text(x.pattern);
  w.text(x.target_json);
  w.text(x.ordering_key);
  w.u8(static_cast<std::uint8_t>(x.target));
  w.u8(static_cast<std::uint8_t>(x.start));
  w.u8(static_cast<std::uint8_t>(x.lag));
  w.u8(x.paused ? 1 : 0);
  w.i64(x.start_time_ms);
  w.u32(x.retry.retry_attempts_max);
  w.u32(x.retry.event_age_max_s);
  w.u32(x.retry.backoff_ms);
  w.u32(x.retry.backoff_max_ms);
  w.u32(x.credit_events);
}

void append_dead_letter(std::string& out, const dead_letter_view& x) {
  byte_writer w{out};
  w.u64(x.sequence);
  w.i64(x.at_ms);
  w.u32(x.attempts);
  w.text(x.condition);
  w.text(x.reason);
  w.text(x.envelope);
}

bool decode_dead_letter(std::string_view bytes, dead_letter_view& out) {
  byte_reader r{bytes};
  out = read_letter(r);
  return r.finished();
}

} // namespace baseplate::journal
