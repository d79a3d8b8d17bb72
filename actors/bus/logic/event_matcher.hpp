// Decides which subscribers get which events of a chunk: the rule engine (rules/) per bus, told in
// subscribers. Pure: no actor, no clock, no I/O. Spec: docs/spec/event-pattern.md. Invariants:
// removing or changing a subscriber never changes what the others match; an event of another bus
// never matches. Cost: an event is read once, and not at all when no subscriber of its bus has a
// pattern; subscribers that do not match cost nothing. Threads: one at a time.
#pragma once

#include "actors/bus/logic/rules/compiled_pattern.hpp"
#include "actors/bus/logic/rules/matcher.hpp"
#include "actors/bus/logic/rules/rule_set.hpp"
#include "messages/chunk.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baseplate::bus {

using rules::pattern_error;

/// The service's sentence and the place: "Event pattern is not valid. Reason: ... (at /a/0)".
std::string to_string(const pattern_error& error);

template <class T>
using pattern_result = boost::system::result<T, pattern_error>;

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

/// One pattern by itself, for events that are read back. Default: everything matches.
class compiled_pattern {
 public:
  compiled_pattern();
  explicit compiled_pattern(const rules::compiled_pattern& pattern);
  compiled_pattern(compiled_pattern&&) noexcept;
  compiled_pattern& operator=(compiled_pattern&&) noexcept;
  ~compiled_pattern();

  /// @pre rules::event_padding bytes are readable behind the envelope, as in a chunk
  bool matches(std::string_view envelope);

 private:
  struct single;
  /// Null: matches everything.
  std::unique_ptr<single> rule_;
};

/// Compiles `text`; empty text matches everything.
pattern_result<compiled_pattern> compile_pattern(std::string_view text);

class event_matcher {
 public:
  /// `seed` makes the hashes of values unpredictable for those who send them; it has no influence
  /// on what matches.
  explicit event_matcher(std::uint64_t seed = 0) : seed_(seed) {}

  /// Adds a subscriber of one bus, or replaces its bus and pattern. On a fault nothing changes.
  pattern_result<void> add(subscriber_id subscriber, bus_id bus, std::string_view pattern);

  /// Unknown subscribers are ignored.
  void remove(subscriber_id subscriber);

  /// Matches the chunk's events of (behind, until] against all subscribers of their buses.
  chunk_matches match(const chunk& events, sequence_number behind = 0,
                      sequence_number until = ~sequence_number{0});

 private:
  struct member {
    /// 0: the slot is free.
    subscriber_id subscriber = 0;
    /// Scratch: the events matched so far.
    std::vector<std::uint32_t> matched;
  };

  struct bus_members {
    explicit bus_members(std::uint64_t seed) : rules(seed) {}

    /// A rule's id is its member's slot. Members without a pattern have no rule.
    rules::rule_set rules;
    rules::matcher matcher;
    std::vector<member> members;
    std::vector<std::uint32_t> free;
    /// Slots of members without a pattern.
    std::vector<std::uint32_t> everything;
  };

  struct place {
    bus_id bus = 0;
    std::uint32_t slot = 0;
  };

  void drop(const place& x);

  std::uint64_t seed_;
  std::map<bus_id, bus_members> buses_;
  std::unordered_map<subscriber_id, place> places_;
  std::vector<rules::rule_id> ids_;
};

} // namespace baseplate::bus
