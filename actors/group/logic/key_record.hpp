// What the journal keeps for one key of a group: its state and its timers, as one value.
// Pure. Layout (little-endian): u8 version = 1, u8 flags (bit 0: has state), u16 number of timers,
//   per timer: u8 name length, name, i64 due_ms, i64 row_due_ms, u8 event_time; then the state's
//   bytes.
// Invariant: every timer has exactly one timer row in the journal, at `row_due_ms` <= `due_ms`.
// Moving a timer to a
//   later time leaves the row where it is: it wakes early, finds the timer not yet due, and moves
//   on. That is what makes renewing a session on every page event cost no row.
#pragma once

#include "messages/journal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::group {

/// Timers of one key at most.
inline constexpr std::size_t timers_per_key_max = 64;

struct record_timer {
  std::string name;
  unix_ms due_ms = 0;
  unix_ms row_due_ms = 0;
  bool event_time = false;
};

struct key_record {
  std::optional<std::string> state;
  std::vector<record_timer> timers;

  /// Nothing worth a row in the store.
  bool empty() const { return !state && timers.empty(); }

  record_timer* find_timer(std::string_view name);
};

std::string encode(const key_record& record);

/// nullopt: the bytes are no record (damage).
std::optional<key_record> decode_key_record(std::string_view bytes);

/// Sets a timer, moving it if it exists; appends the row changes that follow.
/// Throws std::length_error at timers_per_key_max: a bug of the step.
void set_timer(key_record& record, std::string_view key, std::string_view name, unix_ms due_ms,
               bool event_time, std::vector<timer_change>& changes);

/// Cancels a timer; unknown names are ignored.
void clear_timer(key_record& record, std::string_view key, std::string_view name,
                 std::vector<timer_change>& changes);

/// What a timer row means when its time has come.
enum class row_meaning {
  /// No such timer any more: the row only has to go.
  stale,
  /// The timer was moved to a later time: the row moves there.
  moved,
  /// The timer is due.
  due,
};

/// Decides about `row` when time has reached `limit_ms`; changes the record accordingly (a due
/// timer is removed from it).
row_meaning take_row(key_record& record, const timer_row& row, unix_ms limit_ms,
                     std::vector<timer_change>& changes, unix_ms* due_ms);

} // namespace baseplate::group
