// Keys and small rows of the state store. Numbers in keys are big-endian, so that bytes sort as
// numbers do. Spec: docs/spec/journal-format.md, "State store"
#pragma once

#include "actors/journal/logic/payload_codec.hpp"
#include "actors/journal/logic/retention.hpp"

#include <string>
#include <string_view>

namespace baseplate::journal::keys {

/// First byte of a key.
inline constexpr char meta_kind = 'm';
inline constexpr char bus_kind = 'b';
inline constexpr char subscriber_kind = 's';
inline constexpr char tally_kind = 'y';
inline constexpr char segment_kind = 'g';
inline constexpr char state_kind = 'k';
inline constexpr char timer_kind = 't';
inline constexpr char letter_kind = 'd';
inline constexpr char evacuated_kind = 'e';

inline std::string meta() {
  return {meta_kind};
}

inline std::string tally() {
  return {tally_kind};
}

/// `kind` and a subscriber's or bus's number.
std::string numbered(char kind, std::uint32_t id);

/// `kind`, a subscriber and a sequence: dead letters and evacuated events.
std::string sequenced(char kind, subscriber_id id, sequence_number sequence);

/// The sequence at the end of such a key; 0 when it is none.
sequence_number sequence_of(std::string_view key) noexcept;

/// The subscriber in such a key, and in those of numbered(); 0 when it is none.
std::uint32_t subscriber_of(std::string_view key) noexcept;

std::string segment(log_number first_lsn);

/// Inverse of the above; 0 when it is none.
log_number segment_of(std::string_view key) noexcept;

/// Replaces `out` by the key of a group's state: no allocation when it has room.
void state(std::string& out, subscriber_id id, std::string_view key);

/// The same, appended.
void append_state(std::string& out, subscriber_id id, std::string_view key);

/// Bytes in front of a state's own key.
inline constexpr std::size_t state_prefix_bytes = 5;

/// Replaces `out` by a timer row's key: subscriber, kind of time, due time, key, name.
void timer(std::string& out, subscriber_id id, const timer_change_view& row);

/// Reads such a key back; false when it is none.
bool parse_timer(std::string_view key, timer_row& out);

} // namespace baseplate::journal::keys

namespace baseplate::journal {

/// The one row that says how far the store is.
struct meta_row {
  log_number applied_lsn = 0;
  /// Last sequence given out as of applied_lsn.
  sequence_number applied_sequence = 0;
};

void append_meta(std::string& out, const meta_row& x);
bool decode_meta(std::string_view bytes, meta_row& out);

/// What lies in a segment.
void append_segment_facts(std::string& out, const segment_facts& x);
bool decode_segment_facts(std::string_view bytes, segment_facts& out);

/// An event copied out of its segment.
void append_evacuated(std::string& out, bus_id bus, unix_ms ingested_at_ms,
                      std::string_view envelope);
bool decode_evacuated(std::string_view bytes, bus_id& bus, unix_ms& ingested_at_ms,
                      std::string_view& envelope);

} // namespace baseplate::journal
