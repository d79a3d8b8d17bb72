// Decides which subscribers get which events of a chunk. The seam that a full rule engine replaces:
// its users know no pattern. Pure: no actor, no clock, no I/O. Spec: docs/spec/event-pattern.md
// Invariants: removing or changing a subscriber never changes what the others match; an event of
// another bus never matches Cost:       an event's JSON is walked once, and not at all when no
// subscriber of its bus has a pattern Threads:    one at a time
#pragma once

#include "actors/bus/logic/event_pattern.hpp"
#include "actors/bus/logic/pattern_index.hpp"
#include "messages/chunk.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baseplate::bus {

/// What of a chunk goes where.
struct chunk_matches {
  struct list {
    subscriber_id subscriber = 0;
    /// Indices into chunk::events(), ascending, at least one.
    std::vector<std::uint32_t> events;
  };

  struct count {
    bus_id bus = 0;
    std::uint64_t events = 0;
    /// Those that no durable subscriber matched.
    std::uint64_t matched_none = 0;
  };

  /// Sorted by subscriber; who matched nothing is not in it.
  std::vector<list> lists;
  std::vector<count> buses;

  /// The subscriber's events; empty when none matched.
  std::span<const std::uint32_t> of(subscriber_id subscriber) const;
  /// Bytes held, for limits.
  std::size_t size_bytes() const;
};

/// One pattern by itself, for events that are read back. Empty text: everything.
class compiled_pattern {
 public:
  compiled_pattern() = default;
  explicit compiled_pattern(const event_pattern& pattern);

  bool matches(std::string_view envelope);

 private:
  /// Null: matches everything.
  std::unique_ptr<pattern_index> index_;
  std::vector<std::uint32_t> scratch_;
};

/// Compiles `text`; empty text matches everything.
pattern_result<compiled_pattern> compile_pattern(std::string_view text);

class event_matcher {
 public:
  /// Adds a subscriber of one bus, or replaces its bus and pattern. On a fault nothing changes.
  boost::system::result<void, pattern_error> add(subscriber_id subscriber, bus_id bus,
                                                 std::string_view pattern);

  /// Unknown subscribers are ignored.
  void remove(subscriber_id subscriber);

  /// Matches the chunk's events of (behind, until] against all subscribers of their buses.
  chunk_matches match(const chunk& events, sequence_number behind = 0,
                      sequence_number until = ~sequence_number{0});

 private:
  struct member {
    subscriber_id subscriber = 0;
    /// Null: every event of the bus.
    std::shared_ptr<const event_pattern> pattern;
  };

  struct bus_members {
    std::vector<member> members;
    /// Built from `members` when the next event comes; null: to be built.
    std::unique_ptr<pattern_index> index;
    /// By slot of the index: positions in `members`.
    std::vector<std::uint32_t> member_of_slot;
    /// Positions of members without a pattern.
    std::vector<std::uint32_t> everything;
    /// Scratch: of each member the events matched so far.
    std::vector<std::vector<std::uint32_t>> matched;
  };

  static void build(bus_members& members);

  std::map<bus_id, bus_members> buses_;
  std::unordered_map<subscriber_id, bus_id> bus_of_;
  std::vector<std::uint32_t> slots_;
};

} // namespace baseplate::bus
