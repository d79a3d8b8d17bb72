#include "actors/journal/logic/catalog.hpp"

#include "actors/journal/logic/byte_codec.hpp"

#include <algorithm>
#include <tuple>

namespace baseplate::journal {

namespace {

bool valid_name(std::string_view name, std::size_t size_max, std::string_view punctuation) {
  return !name.empty() && name.size() <= size_max
         && std::all_of(name.begin(), name.end(), [&](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || punctuation.find(c) != std::string_view::npos;
            });
}

template <class Rows, class Id>
auto* at(Rows& rows, Id id) noexcept {
  return id == 0 || id > rows.size() ? nullptr : &rows[id - 1];
}

auto tied(const subscriber_spec& x) {
  return std::tie(x.name, x.bus, x.pattern, x.target, x.target_json, x.start, x.start_time_ms,
                  x.ordering_key, x.retry.retry_attempts_max, x.retry.event_age_max_s,
                  x.retry.backoff_ms, x.retry.backoff_max_ms, x.lag, x.paused, x.credit_events);
}

} // namespace

sequence_number low_mark(const subscriber_row& row) noexcept {
  if (row.exceptions.empty())
    return row.fence.cursor;
  return std::min(row.fence.cursor, row.exceptions.front().sequence - 1);
}

bus_row* catalog::bus(bus_id id) noexcept {
  return at(buses_, id);
}

const bus_row* catalog::bus(bus_id id) const noexcept {
  return at(buses_, id);
}

subscriber_row* catalog::subscriber(subscriber_id id) noexcept {
  return at(subscribers_, id);
}

const subscriber_row* catalog::subscriber(subscriber_id id) const noexcept {
  return at(subscribers_, id);
}

bus_id catalog::find_bus(std::string_view name) const {
  auto i = bus_names_.find(name);
  return i == bus_names_.end() ? 0 : i->second;
}

subscriber_id catalog::find_subscriber(std::string_view name) const {
  auto i = subscriber_names_.find(name);
  return i == subscriber_names_.end() ? 0 : i->second;
}

bool catalog::put_bus(bus_id id, bus_spec spec) {
  auto known = find_bus(spec.name);
  if (auto* row = bus(id)) {
    if (known != id)
      return false;
    row->spec = std::move(spec);
    row->dirty = true;
    return true;
  }
  if (id != next_bus() || known != 0)
    return false;
  bus_names_.emplace(spec.name, id);
  buses_.push_back({std::move(spec), 0, true});
  return true;
}

bool catalog::put_subscriber(subscriber_id id, subscriber_spec spec, sequence_number cursor) {
  auto known = find_subscriber(spec.name);
  if (auto* row = subscriber(id)) {
    if (known != id)
      return false;
    row->spec = std::move(spec);
    row->dirty = true;
    return true;
  }
  if (id != next_subscriber() || known != 0)
    return false;
  subscriber_names_.emplace(spec.name, id);
  subscriber_row row;
  row.spec = std::move(spec);
  row.fence.cursor = cursor;
  row.dirty = true;
  subscribers_.push_back(std::move(row));
  return true;
}

void catalog::pop_bus() {
  bus_names_.erase(buses_.back().spec.name);
  buses_.pop_back();
}

void catalog::pop_subscriber() {
  subscriber_names_.erase(subscribers_.back().spec.name);
  subscribers_.pop_back();
}

bus_entry catalog::entry_of(bus_id id) const {
  const auto& row = buses_.at(id - 1);
  return {id, row.spec, row.accepted};
}

subscriber_entry catalog::entry_of_subscriber(subscriber_id id) const {
  const auto& row = subscribers_.at(id - 1);
  return {id, row.spec, row.fence.cursor, row.counters};
}

std::string check_spec(const bus_spec& x) {
  if (!valid_name(x.name, 256, "._-/"))
    return "the name of a bus is 1 to 256 characters of A-Z a-z 0-9 . _ - /";
  return {};
}

std::string check_spec(const subscriber_spec& x) {
  if (!valid_name(x.name, 64, "._-"))
    return "the name of a subscriber is 1 to 64 characters of A-Z a-z 0-9 . _ -";
  if (!valid_name(x.bus, 256, "._-/"))
    return "the name of a bus is 1 to 256 characters of A-Z a-z 0-9 . _ - /";
  if (x.credit_events == 0)
    return "credit_events is at least 1";
  return {};
}

bool same_spec(const bus_spec& a, const bus_spec& b) {
  return a.name == b.name && a.retention_age_s == b.retention_age_s
         && a.retention_bytes == b.retention_bytes;
}

bool same_spec(const subscriber_spec& a, const subscriber_spec& b) {
  return tied(a) == tied(b);
}

void append_bus_row(std::string& out, const bus_row& x) {
  bus_control control{1, x.spec};
  append_bus_control(out, control);
  byte_writer{out}.u64(x.accepted);
}

bool decode_bus_row(std::string_view bytes, bus_row& out) {
  control_view control;
  if (bytes.size() < 8 || !decode_control_body(bytes.substr(0, bytes.size() - 8), control)
      || !control.bus)
    return false;
  out.spec = std::move(control.bus->spec);
  out.accepted = byte_reader{bytes.substr(bytes.size() - 8)}.u64();
  return true;
}

void append_subscriber_row(std::string& out, const subscriber_row& x) {
  byte_writer w{out};
  std::string control;
  append_subscriber_control(control, {1, x.fence.cursor, x.spec});
  w.text(control);
  w.u64(x.fence.epoch);
  w.i64(x.watermark_ms);
  acknowledge progress;
  progress.seen = x.fence.cursor;
  progress.exceptions = x.exceptions;
  progress.counters = x.counters;
  append_acknowledge_body(out, progress);
}

bool decode_subscriber_row(std::string_view bytes, subscriber_row& out) {
  byte_reader r{bytes};
  control_view control;
  if (!decode_control_body(r.text(), control) || !control.subscriber)
    return false;
  out.fence.epoch = r.u64();
  out.watermark_ms = r.i64();
  acknowledge_view progress;
  if (!r.ok() || !decode_acknowledge_body(r.rest(), progress))
    return false;
  out.spec = std::move(control.subscriber->spec);
  out.fence.cursor = progress.seen;
  out.counters = progress.counters;
  out.exceptions = std::move(progress.exceptions);
  return true;
}

} // namespace baseplate::journal
