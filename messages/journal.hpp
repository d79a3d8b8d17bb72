// What is said to the journal and by it. The journal alone owns the disk; what it has answered is
// durable. Protocol and invariants: docs/ARCHITECTURE.md and docs/spec/journal-format.md.
//
//   incarnation → open_subscriber            → subscriber_opened   (synced: fixes the epoch)
//   group       → load_states                → states_loaded
//   group       → commit                     → committed | commit_refused
//   target      → acknowledge                → committed | commit_refused
//   bus         → attach_bus                 → bus_attached, then log_appended ... without end
//   anyone      → read_log, read_events      → log_read, events_read
//   wiring      → declare_bus, declare_subscriber → declared
//   gateway     → publish (or journal_port)  → published | publish_refused
//
// Answers go to the sender of the question. An incarnation that is refused must die; its supervisor
// opens it anew.
#pragma once

#include "messages/chunk.hpp"
#include "messages/event.hpp"
#include "messages/identity.hpp"
#include "messages/json/member_rule.hpp"
#include "messages/subscriber.hpp"

#include <boost/describe.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace baseplate {

/// Why the journal does not take something. Numbers are part of the wire and the logs.
enum class journal_error : std::uint8_t {
  none = 0,
  /// The epoch is not the latest: another incarnation was opened.
  stale_epoch = 1,
  /// `cursor_before` is not where the journal has the subscriber.
  cursor_mismatch = 2,
  /// No such bus or subscriber.
  unknown_name = 3,
  /// The disk is full. Nothing was written; ask again later.
  storage_full = 4,
  /// A write or sync failed. The journal takes nothing any more until the node is restarted.
  storage_failed = 5,
  /// More bytes wait than the journal may hold. Nothing was written; ask again later.
  overloaded = 6,
  /// The node is draining.
  stopping = 7,
  /// The declaration contradicts an existing one or is not valid; the text says how.
  invalid_declaration = 8,
};
BOOST_DESCRIBE_ENUM(journal_error, none, stale_epoch, cursor_mismatch, unknown_name, storage_full,
                    storage_failed, overloaded, stopping, invalid_declaration)

/// The enumerator's name.
const char* to_string(journal_error x) noexcept;

/// Monotonic tallies of one subscriber, absolute since it was declared; durable with each commit or
/// acknowledgement. matched = delivered + dead_lettered + expired + pending, where pending is
/// counted by the bus and the subscriber.
struct subscriber_counters {
  /// Matching events handed over whose processing is finished: stepped, or delivered outside.
  std::uint64_t delivered = 0;
  /// Matching events that went to the dead letters (exhausted, rejected, quarantined).
  std::uint64_t dead_lettered = 0;
  /// Matching events lost to retention before they were read; each range was told by a gap.
  std::uint64_t expired = 0;
};
BOOST_DESCRIBE_STRUCT(subscriber_counters, (), (delivered, dead_lettered, expired))

/// An event that a target outside has not finished though later ones may be.
struct open_exception {
  sequence_number sequence = 0;
  /// Attempts made so far.
  std::uint32_t attempts = 0;
  /// When the next attempt is due.
  unix_ms due_ms = 0;
};
BOOST_DESCRIBE_STRUCT(open_exception, (), (sequence, attempts, due_ms))

/// An event that its subscriber gave up on. Keeps the envelope, since the log may drop it.
struct dead_letter {
  sequence_number sequence = 0;
  /// For people and for scripts: "quarantined", "rejected", "MaximumRetryAttempts",
  /// "MaximumEventAgeInSeconds".
  std::string condition;
  /// What was said last: the exception's text, the HTTP status, the transport's error.
  std::string reason;
  std::uint32_t attempts = 0;
  unix_ms at_ms = 0;
  std::string envelope;
};
BOOST_DESCRIBE_STRUCT(dead_letter, (), (sequence, condition, reason, attempts, at_ms, envelope))

constexpr auto member_rules(const dead_letter*) {
  return std::array{member_rule{.member = "envelope", .secret = true}};
}

// -- subscribers ----------------------------------------------------------------

/// Asks for a new incarnation. Its log number becomes the epoch; every older incarnation is fenced
/// off.
struct open_subscriber {
  subscriber_id subscriber = 0;
};
BOOST_DESCRIBE_STRUCT(open_subscriber, (), (subscriber))

/// A timer row of a group: fires at or after `due_ms`. Group framework only.
struct timer_row {
  unix_ms due_ms = 0;
  /// True: `due_ms` is event time, compared with the group's watermark. False: wall time.
  bool event_time = false;
  std::string key;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(timer_row, (), (due_ms, event_time, key, name))

struct subscriber_opened {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  /// Everything up to here is finished, except `exceptions`.
  sequence_number cursor = 0;
  /// Of a group: the highest event time seen less the lateness; 0 before the first.
  unix_ms watermark_ms = 0;
  std::vector<open_exception> exceptions;
  std::vector<timer_row> timers;
  subscriber_counters counters;
};
BOOST_DESCRIBE_STRUCT(subscriber_opened, (),
                      (subscriber, epoch, cursor, watermark_ms, exceptions, timers, counters))

/// Asks for the durable states of some keys. Served after every commit that was answered before it.
struct load_states {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  /// Comes back in the answer.
  std::uint64_t request = 0;
  std::vector<std::string> keys;
};
BOOST_DESCRIBE_STRUCT(load_states, (), (subscriber, epoch, request, keys))

struct loaded_state {
  std::string key;
  /// Absent: the key has no state.
  std::optional<std::string> value;
};
BOOST_DESCRIBE_STRUCT(loaded_state, (), (key, value))

constexpr auto member_rules(const loaded_state*) {
  return std::array{member_rule{.member = "value",
                                .description = "As its group encoded it.",
                                .encoding = text_encoding::base64}};
}

struct states_loaded {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  std::uint64_t request = 0;
  std::vector<loaded_state> states;
};
BOOST_DESCRIBE_STRUCT(states_loaded, (), (subscriber, epoch, request, states))

/// The whole new value of one key; never a difference. Absent: the key is erased.
struct state_change {
  std::string key;
  std::optional<std::string> value;
};
BOOST_DESCRIBE_STRUCT(state_change, (), (key, value))

constexpr auto member_rules(const state_change*) {
  return std::array{member_rule{.member = "value",
                                .description = "As its group encoded it.",
                                .encoding = text_encoding::base64}};
}

/// A timer row set or cleared.
struct timer_change {
  timer_row row;
  bool cleared = false;
};
BOOST_DESCRIBE_STRUCT(timer_change, (), (row, cleared))

/// A timer that fired inside a commit: enough to fold the group's steps again from the log.
struct fired_timer {
  timer_row row;
  /// It fired before any event above this sequence and after this one.
  sequence_number after_sequence = 0;
  /// `now` as the step saw it.
  unix_ms now_ms = 0;
};
BOOST_DESCRIBE_STRUCT(fired_timer, (), (row, after_sequence, now_ms))

/// States, timers, emitted events, dead letters and cursor of a group, in one record or not at all.
struct commit {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  /// Accepted only if this equals the cursor of the last appended commit of this subscriber, and
  /// the epoch is the latest.
  sequence_number cursor_before = 0;
  sequence_number cursor = 0;
  unix_ms watermark_ms = 0;
  std::vector<state_change> states;
  std::vector<timer_change> timers;
  std::vector<fired_timer> fired;
  std::vector<dead_letter> dead_letters;
  event_batch emitted;
  subscriber_counters counters;
};
BOOST_DESCRIBE_STRUCT(commit, (),
                      (subscriber, epoch, cursor_before, cursor, watermark_ms, states, timers,
                       fired, dead_letters, emitted, counters))

/// The cursor of a target outside: everything up to `seen` is finished but for `exceptions` (whole
/// list, absolute).
struct acknowledge {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  sequence_number seen_before = 0;
  sequence_number seen = 0;
  std::vector<open_exception> exceptions;
  std::vector<dead_letter> dead_letters;
  subscriber_counters counters;
};
BOOST_DESCRIBE_STRUCT(acknowledge, (),
                      (subscriber, epoch, seen_before, seen, exceptions, dead_letters, counters))

/// A commit or acknowledgement is durable.
struct committed {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  sequence_number cursor = 0;
};
BOOST_DESCRIBE_STRUCT(committed, (), (subscriber, epoch, cursor))

/// A commit or acknowledgement was not taken and changed nothing. The incarnation must die.
struct commit_refused {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  journal_error error = journal_error::none;
};
BOOST_DESCRIBE_STRUCT(commit_refused, (), (subscriber, epoch, error))

// -- publishing -----------------------------------------------------------------

/// Events to append. Actors send this; the gateway uses journal_port, which makes no message.
struct publish {
  /// Comes back in the answer.
  std::uint64_t request = 0;
  event_batch batch;
};
BOOST_DESCRIBE_STRUCT(publish, (), (request, batch))

struct published {
  std::uint64_t request = 0;
  sequence_number first = 0;
  sequence_number last = 0;
};
BOOST_DESCRIBE_STRUCT(published, (), (request, first, last))

struct publish_refused {
  std::uint64_t request = 0;
  journal_error error = journal_error::none;
  /// What happened and what to do, for people.
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(publish_refused, (), (request, error, reason))

// -- the bus --------------------------------------------------------------------

/// The bus asks to be told of every append. Only the latest bus is told.
struct attach_bus {
  bool reserved = false;
};
BOOST_DESCRIBE_STRUCT(attach_bus, (), (reserved))

struct bus_entry {
  bus_id id = 0;
  bus_spec spec;
  /// Events accepted on this bus since it was declared, durable.
  std::uint64_t accepted = 0;
};
BOOST_DESCRIBE_STRUCT(bus_entry, (), (id, spec, accepted))

struct subscriber_entry {
  subscriber_id id = 0;
  subscriber_spec spec;
  /// Where it stands in the log as of now.
  sequence_number cursor = 0;
  subscriber_counters counters;
};
BOOST_DESCRIBE_STRUCT(subscriber_entry, (), (id, spec, cursor, counters))

/// Matched events per subscriber and events without any match per bus, up to `sequence`: written by
/// the bus from time to time, so that a restarted one need not read the whole log to count.
struct match_tally {
  struct subscriber_count {
    subscriber_id subscriber = 0;
    std::uint64_t matched = 0;
  };

  struct bus_count {
    bus_id bus = 0;
    std::uint64_t matched_none = 0;
  };

  sequence_number sequence = 0;
  std::vector<subscriber_count> matched;
  std::vector<bus_count> matched_none;
};
BOOST_DESCRIBE_STRUCT(match_tally::subscriber_count, (), (subscriber, matched))
BOOST_DESCRIBE_STRUCT(match_tally::bus_count, (), (bus, matched_none))
BOOST_DESCRIBE_STRUCT(match_tally, (), (sequence, matched, matched_none))

struct bus_attached {
  /// Last durable sequence; log_appended goes on behind it.
  sequence_number head = 0;
  /// Oldest sequence still in the log.
  sequence_number oldest = 0;
  std::vector<bus_entry> buses;
  std::vector<subscriber_entry> subscribers;
  match_tally tally;
};
BOOST_DESCRIBE_STRUCT(bus_attached, (), (head, oldest, buses, subscribers, tally))

/// One group commit's bytes; or, with an empty chunk, a rise of `durable` alone.
struct log_appended {
  chunk_ptr chunk;
  /// Everything up to here survives a crash. Only that may leave the node.
  sequence_number durable = 0;
};
BOOST_DESCRIBE_STRUCT(log_appended, (), (chunk, durable))

/// A bus or subscriber was declared or changed; ordered with log_appended: it holds for events
/// above `after`.
struct control_changed {
  sequence_number after = 0;
  std::vector<bus_entry> buses;
  std::vector<subscriber_entry> subscribers;
};
BOOST_DESCRIBE_STRUCT(control_changed, (), (after, buses, subscribers))

/// A checkpoint is being made: subscribers that stand still should commit where they have been
/// scanned to.
struct checkpoint_started {
  sequence_number head = 0;
};
BOOST_DESCRIBE_STRUCT(checkpoint_started, (), (head))

// -- reading --------------------------------------------------------------------

/// Reads the log from a sequence on.
struct read_log {
  std::uint64_t request = 0;
  sequence_number from = 1;
  /// About this many bytes; at least one event comes if there is one.
  std::uint32_t bytes_max = 256 * 1024;
};
BOOST_DESCRIBE_STRUCT(read_log, (), (request, from, bytes_max))

struct log_read {
  std::uint64_t request = 0;
  /// Speaks for [from, chunk.last_sequence]. If retention removed events, first_sequence is above
  /// `from`: a gap.
  chunk_ptr chunk;
  /// Set when the log could not be read: damage, not absence.
  std::string error;
};
BOOST_DESCRIBE_STRUCT(log_read, (), (request, chunk, error))

/// Reads single events, for exceptions: from segments, or from where evacuation put them.
struct read_events {
  std::uint64_t request = 0;
  subscriber_id subscriber = 0;
  std::vector<sequence_number> sequences;
};
BOOST_DESCRIBE_STRUCT(read_events, (), (request, subscriber, sequences))

struct events_read {
  std::uint64_t request = 0;
  chunk_ptr chunk;
  /// Gone: retention by policy removed them.
  std::vector<sequence_number> missing;
};
BOOST_DESCRIBE_STRUCT(events_read, (), (request, chunk, missing))

/// The first sequence whose ingestion time is at or after `time_ms` (the head + 1 when there is
/// none).
struct find_time {
  std::uint64_t request = 0;
  unix_ms time_ms = 0;
};
BOOST_DESCRIBE_STRUCT(find_time, (), (request, time_ms))

struct time_found {
  std::uint64_t request = 0;
  sequence_number sequence = 1;
};
BOOST_DESCRIBE_STRUCT(time_found, (), (request, sequence))

/// Lists dead letters of a subscriber, oldest first, above `after`.
struct list_dead_letters {
  std::uint64_t request = 0;
  subscriber_id subscriber = 0;
  sequence_number after = 0;
  std::uint32_t count_max = 100;
};
BOOST_DESCRIBE_STRUCT(list_dead_letters, (), (request, subscriber, after, count_max))

struct dead_letters_listed {
  std::uint64_t request = 0;
  std::vector<dead_letter> letters;
};
BOOST_DESCRIBE_STRUCT(dead_letters_listed, (), (request, letters))

// -- control plane --------------------------------------------------------------

/// Creates or changes a bus; same name, same id. Journaled.
struct declare_bus {
  std::uint64_t request = 0;
  bus_spec spec;
};
BOOST_DESCRIBE_STRUCT(declare_bus, (), (request, spec))

/// Creates or changes a subscriber; same name, same id. Journaled. A new one starts where its spec
/// says.
struct declare_subscriber {
  std::uint64_t request = 0;
  subscriber_spec spec;
};
BOOST_DESCRIBE_STRUCT(declare_subscriber, (), (request, spec))

struct declared {
  std::uint64_t request = 0;
  /// Of the bus or subscriber; 0 when refused.
  std::uint32_t id = 0;
  journal_error error = journal_error::none;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(declared, (), (request, id, error, reason))

/// Durable note of what matched so far; no answer.
struct record_tally {
  match_tally tally;
};
BOOST_DESCRIBE_STRUCT(record_tally, (), (tally))

} // namespace baseplate
