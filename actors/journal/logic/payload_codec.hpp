// Payloads of the log's records. Every payload begins with the record's events (header.events of
// them), so that any record is indexed alike; then follows what its kind says. Spec:
// docs/spec/journal-format.md Invariants: decoding is total and bounds-checked; decode(encode(x))
// == x Threads:    pure
#pragma once

#include "actors/journal/logic/record_codec.hpp"
#include "messages/chunk.hpp"
#include "messages/journal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::journal {

/// Appends a batch's events and indexes them: offsets are positions in `out`.
/// @pre the slices' lengths sum to the batch's bytes
void append_events(std::string& out, const event_batch& batch, sequence_number first,
                   std::vector<event_ref>& index);

/// Indexes the events of a record whose payload begins at `payload_offset` of its chunk, and gives
/// what follows them. False when they do not fit.
bool index_events(const record_view& record, std::size_t payload_offset,
                  std::vector<event_ref>& index, std::string_view& body) noexcept;

// -- commit ---------------------------------------------------------------------

void append_commit_body(std::string& out, const commit& x);

struct state_view {
  std::string_view key;
  std::optional<std::string_view> value;
};

struct timer_change_view {
  unix_ms due_ms = 0;
  bool event_time = false;
  bool cleared = false;
  std::string_view key;
  std::string_view name;
};

struct fired_timer_view {
  unix_ms due_ms = 0;
  bool event_time = false;
  std::string_view key;
  std::string_view name;
  sequence_number after_sequence = 0;
  unix_ms now_ms = 0;
};

struct dead_letter_view {
  sequence_number sequence = 0;
  unix_ms at_ms = 0;
  std::uint32_t attempts = 0;
  std::string_view condition;
  std::string_view reason;
  std::string_view envelope;
};

/// A commit in place. Reuse one: its vectors keep their memory.
struct commit_view {
  std::uint64_t epoch = 0;
  sequence_number cursor_before = 0;
  sequence_number cursor = 0;
  unix_ms watermark_ms = 0;
  subscriber_counters counters;
  std::vector<state_view> states;
  std::vector<timer_change_view> timers;
  std::vector<fired_timer_view> fired;
  std::vector<dead_letter_view> dead_letters;
};

bool decode_commit_body(std::string_view body, commit_view& out);

// -- acknowledge ----------------------------------------------------------------

void append_acknowledge_body(std::string& out, const acknowledge& x);

struct acknowledge_view {
  std::uint64_t epoch = 0;
  sequence_number seen_before = 0;
  sequence_number seen = 0;
  subscriber_counters counters;
  std::vector<open_exception> exceptions;
  std::vector<dead_letter_view> dead_letters;
};

bool decode_acknowledge_body(std::string_view body, acknowledge_view& out);

// -- control --------------------------------------------------------------------

struct bus_control {
  bus_id id = 0;
  bus_spec spec;
};

struct subscriber_control {
  subscriber_id id = 0;
  /// Where a new subscriber begins; meaningless when it exists already.
  sequence_number cursor = 0;
  subscriber_spec spec;
};

void append_bus_control(std::string& out, const bus_control& x);
void append_subscriber_control(std::string& out, const subscriber_control& x);

/// One of the two, never both.
struct control_view {
  std::optional<bus_control> bus;
  std::optional<subscriber_control> subscriber;
};

bool decode_control_body(std::string_view body, control_view& out);

// -- tally ----------------------------------------------------------------------

void append_tally(std::string& out, const match_tally& x);
bool decode_tally(std::string_view bytes, match_tally& out);

// -- rows that the state store shares with the log ---------------------------------

void append_bus_spec(std::string& out, const bus_spec& x);
void append_subscriber_spec(std::string& out, const subscriber_spec& x);
void append_dead_letter(std::string& out, const dead_letter_view& x);
bool decode_dead_letter(std::string_view bytes, dead_letter_view& out);

} // namespace baseplate::journal
