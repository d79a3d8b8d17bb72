// Segments and records: how the log's bytes are framed and checked. Payloads: payload_codec.hpp.
// Spec:       docs/spec/journal-format.md
// Invariants: decoding is total: whatever the bytes, it neither throws nor reads outside them
// Threads:    pure
#pragma once

#include "messages/identity.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace baseplate::journal {

/// Version of segments, records and payloads together.
inline constexpr std::uint32_t format_version = 1;

/// First bytes of every segment.
inline constexpr std::size_t segment_header_bytes = 64;

struct segment_header {
  log_number first_lsn = 1;
  sequence_number first_sequence = 1;
  unix_ms created_ms = 0;
  /// A repair lost what came between this segment and the one before it.
  bool follows_repair = false;
};

/// Appends the header, segment_header_bytes long.
void append_segment_header(std::string& out, const segment_header& header);

enum class segment_header_fault : std::uint8_t {
  none,
  too_short,
  bad_magic,
  bad_checksum,
  bad_version
};

/// Reads a header; `out` is set when there is no fault.
segment_header_fault decode_segment_header(std::string_view bytes, segment_header& out) noexcept;

/// What a record is about. Numbers are the format's.
enum class record_kind : std::uint8_t {
  events = 1,
  commit = 2,
  acknowledge = 3,
  open = 4,
  control = 5,
  tally = 6,
};

inline constexpr std::size_t record_header_bytes = 48;

/// Longer records are refused by the writer and damage to the reader.
inline constexpr std::uint32_t record_bytes_max = 256 * 1024 * 1024;

struct record_header {
  log_number lsn = 0;
  /// Of the record's first event; of a record without events the one that the next event will get.
  sequence_number first_sequence = 0;
  /// Ingestion time of the events; of other records when the journal took them.
  unix_ms at_ms = 0;
  /// The bus, when all events are of one; the subscriber; 0.
  std::uint32_t owner = 0;
  std::uint32_t events = 0;
  /// lsn less the last one that was synced when this record was encoded. A later record that says
  /// that a bad one had been synced tells damage from a torn tail.
  std::uint32_t unsynced = 0;
  record_kind kind = record_kind::events;
};

/// A record in place.
struct record_view {
  record_header header;
  /// Whole record, header included.
  std::size_t length = 0;
  std::string_view payload;
};

/// Appends the header with room for length and checksum; returns where the record begins in `out`.
std::size_t begin_record(std::string& out, const record_header& header);

/// Sets length and checksum of the record that began at `start` and ends with `out`.
void finish_record(std::string& out, std::size_t start, log_number segment);

enum class record_status : std::uint8_t {
  good,
  /// More bytes are needed to tell.
  incomplete,
  bad,
};

/// Reads the record at the front of `bytes`. `segment` is the first LSN of the segment that holds
/// it.
record_status decode_record(std::string_view bytes, log_number segment, record_view& out) noexcept;

/// The same for bytes that were checked already: no checksum.
record_status decode_checked_record(std::string_view bytes, record_view& out) noexcept;

/// What the bytes behind the last good record are.
struct tail_verdict {
  /// A record behind the bad one is valid and says that the bad one had been synced.
  bool damaged = false;
  /// Whether any valid record was found behind the bad one, and where, from the beginning of
  /// `rest`.
  bool found = false;
  std::size_t next_offset = 0;
  record_header next;
};

/// Tells a torn tail from damage. `rest` begins with a bad record where `expected` should be.
/// Cost: one pass; a checksum only where a plausible header stands.
tail_verdict classify_tail(std::string_view rest, log_number segment, log_number expected) noexcept;

} // namespace baseplate::journal
