#include "actors/group/logic/key_record.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace baseplate::group {

namespace {

template <class T>
void put(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  out.append(bytes, sizeof(T));
}

template <class T>
bool take(std::string_view& in, T& value) {
  if (in.size() < sizeof(T))
    return false;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(in[i])) << (8 * i);
  value = static_cast<T>(bits);
  in.remove_prefix(sizeof(T));
  return true;
}

timer_change row_of(std::string_view key, const record_timer& timer, bool cleared) {
  return {{timer.row_due_ms, timer.event_time, std::string{key}, timer.name}, cleared};
}

} // namespace

record_timer* key_record::find_timer(std::string_view name) {
  auto i = std::find_if(timers.begin(), timers.end(), [&](auto& x) { return x.name == name; });
  return i == timers.end() ? nullptr : &*i;
}

std::string encode(const key_record& record) {
  std::string out;
  out.reserve(4 + record.timers.size() * 40 + (record.state ? record.state->size() : 0));
  put<std::uint8_t>(out, 1);
  put<std::uint8_t>(out, record.state ? 1 : 0);
  put<std::uint16_t>(out, static_cast<std::uint16_t>(record.timers.size()));
  for (auto& timer : record.timers) {
    put<std::uint8_t>(out, static_cast<std::uint8_t>(timer.name.size()));
    out += timer.name;
    put<std::int64_t>(out, timer.due_ms);
    put<std::int64_t>(out, timer.row_due_ms);
    put<std::uint8_t>(out, timer.event_time ? 1 : 0);
  }
  if (record.state)
    out += *record.state;
  return out;
}

std::optional<key_record> decode_key_record(std::string_view bytes) {
  std::uint8_t version = 0;
  std::uint8_t flags = 0;
  std::uint16_t count = 0;
  if (!take(bytes, version) || version != 1 || !take(bytes, flags) || flags > 1
      || !take(bytes, count) || count > timers_per_key_max)
    return std::nullopt;
  key_record record;
  record.timers.resize(count);
  for (auto& timer : record.timers) {
    std::uint8_t length = 0;
    std::uint8_t event_time = 0;
    if (!take(bytes, length) || bytes.size() < length)
      return std::nullopt;
    timer.name = bytes.substr(0, length);
    bytes.remove_prefix(length);
    if (!take(bytes, timer.due_ms) || !take(bytes, timer.row_due_ms) || !take(bytes, event_time)
        || event_time > 1)
      return std::nullopt;
    timer.event_time = event_time == 1;
  }
  if (flags == 1)
    record.state = std::string{bytes};
  else if (!bytes.empty())
    return std::nullopt;
  return record;
}

void set_timer(key_record& record, std::string_view key, std::string_view name, unix_ms due_ms,
               bool event_time, std::vector<timer_change>& changes) {
  if (name.empty() || name.size() > 255)
    throw std::length_error("a timer's name has 1 to 255 bytes");
  if (auto* timer = record.find_timer(name)) {
    if (timer->event_time == event_time && due_ms >= timer->row_due_ms) {
      timer->due_ms = due_ms;
      return;
    }
    clear_timer(record, key, name, changes);
  }
  if (record.timers.size() >= timers_per_key_max)
    throw std::length_error("a key has at most 64 timers");
  record.timers.push_back({std::string{name}, due_ms, due_ms, event_time});
  changes.push_back(row_of(key, record.timers.back(), false));
}

void clear_timer(key_record& record, std::string_view key, std::string_view name,
                 std::vector<timer_change>& changes) {
  auto* timer = record.find_timer(name);
  if (!timer)
    return;
  changes.push_back(row_of(key, *timer, true));
  record.timers.erase(record.timers.begin() + (timer - record.timers.data()));
}

row_meaning take_row(key_record& record, const timer_row& row, unix_ms limit_ms,
                     std::vector<timer_change>& changes, unix_ms* due_ms) {
  auto* timer = record.find_timer(row.name);
  changes.push_back({row, true});
  if (!timer || timer->event_time != row.event_time || timer->row_due_ms != row.due_ms)
    return row_meaning::stale;
  if (timer->due_ms > limit_ms) {
    timer->row_due_ms = timer->due_ms;
    changes.push_back(row_of(row.key, *timer, false));
    return row_meaning::moved;
  }
  *due_ms = timer->due_ms;
  record.timers.erase(record.timers.begin() + (timer - record.timers.data()));
  return row_meaning::due;
}

} // namespace baseplate::group
