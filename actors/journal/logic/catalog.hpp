// Buses and subscribers as the log's records make them: specs, cursors, epochs, counters.
// Used twice: by the writer as of the last appended record, by the applied state as of the last
// applied one. Invariants: ids count from 1 without gaps and never change; a name belongs to one id
// for good Threads:    none of its own
#pragma once

#include "actors/journal/logic/fence.hpp"
#include "actors/journal/logic/payload_codec.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baseplate::journal {

struct bus_row {
  bus_spec spec;
  std::uint64_t accepted = 0;
  /// Changed since the last checkpoint.
  bool dirty = false;
};

struct subscriber_row {
  subscriber_spec spec;
  fence_state fence;
  unix_ms watermark_ms = 0;
  subscriber_counters counters;
  /// In order of sequence. Of the applied state only.
  std::vector<open_exception> exceptions;
  bool dirty = false;
};

/// The lowest sequence that the subscriber has not finished, less one: exceptions count.
sequence_number low_mark(const subscriber_row& row) noexcept;

class catalog {
 public:
  /// Null: unknown.
  bus_row* bus(bus_id id) noexcept;
  const bus_row* bus(bus_id id) const noexcept;
  subscriber_row* subscriber(subscriber_id id) noexcept;
  const subscriber_row* subscriber(subscriber_id id) const noexcept;

  /// 0: unknown.
  bus_id find_bus(std::string_view name) const;
  subscriber_id find_subscriber(std::string_view name) const;

  bus_id next_bus() const { return static_cast<bus_id>(buses_.size() + 1); }

  subscriber_id next_subscriber() const {
    return static_cast<subscriber_id>(subscribers_.size() + 1);
  }

  /// Creates or changes. False: an id that skips one, or a name that belongs to another id.
  bool put_bus(bus_id id, bus_spec spec);
  bool put_subscriber(subscriber_id id, subscriber_spec spec, sequence_number cursor);

  /// Undoes the creation of the newest one.
  void pop_bus();
  void pop_subscriber();

  /// In order of id.
  const std::vector<bus_row>& buses() const { return buses_; }

  const std::vector<subscriber_row>& subscribers() const { return subscribers_; }

  bus_entry entry_of(bus_id id) const;
  subscriber_entry entry_of_subscriber(subscriber_id id) const;

 private:
  std::vector<bus_row> buses_;
  std::vector<subscriber_row> subscribers_;
  std::map<std::string, bus_id, std::less<>> bus_names_;
  std::map<std::string, subscriber_id, std::less<>> subscriber_names_;
};

/// Empty when valid, else what is wrong with it.
std::string check_spec(const bus_spec& x);
std::string check_spec(const subscriber_spec& x);

bool same_spec(const bus_spec& a, const bus_spec& b);
bool same_spec(const subscriber_spec& a, const subscriber_spec& b);

// -- rows in the state store -------------------------------------------------------

/// Key 'b': spec and count.
void append_bus_row(std::string& out, const bus_row& x);
bool decode_bus_row(std::string_view bytes, bus_row& out);

/// Key 's': spec, cursor, epoch, watermark, counters, exceptions.
void append_subscriber_row(std::string& out, const subscriber_row& x);
bool decode_subscriber_row(std::string_view bytes, subscriber_row& out);

} // namespace baseplate::journal
