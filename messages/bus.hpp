// What is said to the bus and by it.
//
//   subscriber → subscribe      → portion ... as far as demand goes
//   subscriber → demand         (credit back: what is durable or delivered)
//   gateway    → subscribe_live → live_subscribed, portion ...
//   anyone     → set_paused     → pause_set          (journaled)
//   anyone     → get_bus_status → bus_status
#pragma once

#include "messages/chunk.hpp"
#include "messages/identity.hpp"
#include "messages/journal.hpp"
#include "messages/subscriber.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace baseplate {

/// An incarnation asks for events behind `position`. A lower epoch than one seen before is dropped
/// silently. For a target, `durable_only` is set: it gets nothing that a crash could take back.
struct subscribe {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  sequence_number position = 0;
  std::uint32_t credit_events = 0;
  bool durable_only = false;
  /// Of a target: how many exceptions at or below `position` are still open; the bus counts them as
  /// pending.
  std::uint32_t open_events = 0;
};
BOOST_DESCRIBE_STRUCT(subscribe, (),
                      (subscriber, epoch, position, credit_events, durable_only, open_events))

/// Gives credit back. The bus never has more events out than it got credit for.
struct demand {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  std::uint32_t events = 0;
};
BOOST_DESCRIBE_STRUCT(demand, (), (subscriber, epoch, events))

/// Matching events of (from, to]. Everything in that range that is not listed did not match.
/// Portions of one epoch may overlap after a switch between ring and readback: skip what was
/// processed already.
struct portion {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  sequence_number from = 0;
  sequence_number to = 0;
  chunk_ptr chunk;
  /// Indices into chunk->events().
  std::vector<std::uint32_t> events;
  /// `to` was the head when this was sent: wall-clock timers may fire up to now.
  bool caught_up = false;
  /// Events of (from, to] that retention removed before this subscriber read them; 0 normally.
  std::uint64_t expired = 0;
};
BOOST_DESCRIBE_STRUCT(portion, (), (subscriber, epoch, from, to, chunk, events, caught_up, expired))

/// A tail or a browser: no durable cursor, ends with its actor (monitored by the bus).
struct subscribe_live {
  std::uint64_t request = 0;
  std::string bus;
  /// Event pattern; empty: all.
  std::string pattern;
  start_position start = start_position::latest;
  /// With start_position::oldest and a value above 0: begin at this sequence.
  sequence_number from_sequence = 0;
  unix_ms start_time_ms = 0;
  std::uint32_t credit_events = 256;
};
BOOST_DESCRIBE_STRUCT(subscribe_live, (),
                      (request, bus, pattern, start, from_sequence, start_time_ms, credit_events))

/// `error` is empty on success; then portions follow with this subscriber id and epoch 1.
struct live_subscribed {
  std::uint64_t request = 0;
  subscriber_id subscriber = 0;
  sequence_number position = 0;
  /// The head of the log at that moment.
  sequence_number head = 0;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(live_subscribed, (), (request, subscriber, position, head, error))

struct unsubscribe_live {
  subscriber_id subscriber = 0;
};
BOOST_DESCRIBE_STRUCT(unsubscribe_live, (), (subscriber))

/// Stops or goes on handing out; survives a restart.
struct set_paused {
  std::uint64_t request = 0;
  std::string subscriber;
  bool paused = false;
};
BOOST_DESCRIBE_STRUCT(set_paused, (), (request, subscriber, paused))

struct pause_set {
  std::uint64_t request = 0;
  /// Empty on success.
  std::string error;
};
BOOST_DESCRIBE_STRUCT(pause_set, (), (request, error))

struct subscriber_status {
  subscriber_id id = 0;
  std::string name;
  std::string bus;
  bool paused = false;
  bool connected = false;
  /// Handed out up to here.
  sequence_number position = 0;
  /// Durably finished up to here, but for exceptions.
  sequence_number cursor = 0;
  std::uint64_t matched = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dead_lettered = 0;
  std::uint64_t expired = 0;
  /// Matched and not finished: in flight, waiting for a retry, or not handed out yet.
  std::uint64_t pending = 0;
};
BOOST_DESCRIBE_STRUCT(subscriber_status, (),
                      (id, name, bus, paused, connected, position, cursor, matched, delivered,
                       dead_lettered, expired, pending))

struct bus_counts {
  bus_id id = 0;
  std::string name;
  std::uint64_t accepted = 0;
  std::uint64_t matched_none = 0;
};
BOOST_DESCRIBE_STRUCT(bus_counts, (), (id, name, accepted, matched_none))

struct get_bus_status {
  std::uint64_t request = 0;
};
BOOST_DESCRIBE_STRUCT(get_bus_status, (), (request))

/// accepted = matched_none + events that matched; matched = delivered + dead_lettered + expired +
/// pending.
struct bus_status {
  std::uint64_t request = 0;
  sequence_number head = 0;
  sequence_number durable = 0;
  std::uint64_t ring_bytes = 0;
  std::vector<bus_counts> buses;
  std::vector<subscriber_status> subscribers;
};
BOOST_DESCRIBE_STRUCT(bus_status, (), (request, head, durable, ring_bytes, buses, subscribers))

/// A subscriber tells the bus what it has finished, for the accounting; sent with each durable
/// commit.
struct subscriber_progress {
  subscriber_id subscriber = 0;
  std::uint64_t epoch = 0;
  sequence_number cursor = 0;
  subscriber_counters counters;
};
BOOST_DESCRIBE_STRUCT(subscriber_progress, (), (subscriber, epoch, cursor, counters))

} // namespace baseplate
