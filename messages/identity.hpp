// The numbers by which buses, subscribers and events are known inside a node. Their names are in
// control records.
#pragma once

#include <cstdint>
#include <functional>

namespace baseplate {

/// Given by the journal when a bus is declared; stable for the life of a data directory. 0 is no
/// bus.
using bus_id = std::uint32_t;

/// Given by the journal when a subscriber is declared. 0 is none.
/// Ids from `live_subscriber_min` are handed out by the bus to live subscribers, which have no
/// durable cursor.
using subscriber_id = std::uint32_t;
inline constexpr subscriber_id live_subscriber_min = 0x8000'0000;

/// Position of an event in the node's log: counts events of all buses, from 1, without gaps.
using sequence_number = std::uint64_t;

/// Position of a record in the node's log: counts records, from 1, without gaps.
using log_number = std::uint64_t;

/// Unix time in milliseconds, UTC.
using unix_ms = std::int64_t;

/// The wall clock, handed in from outside: the system's in production, the test coordinator's in a
/// simulation.
using wall_clock = std::function<unix_ms()>;

} // namespace baseplate
