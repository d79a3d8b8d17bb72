// Decides whether fields of one event can all be satisfied without mixing elements of the same
// array. Spec:  docs/spec/event-pattern.md, "Arrays": [{"a":1,"b":2},{"a":3,"b":4}] does not match
// a = 1 and b = 4 Cost:  linear in the contexts that satisfy something, times the subsets of fields
// that are reachable (2 for one field,
//        at most 924 for twelve). Limits: 64 fields inside arrays, consistency_states_max subsets;
//        beyond them the answer is "consistent": an event too many is handed out rather than one
//        lost.
// Threads: no state
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace baseplate::bus {

/// An element of an array (an object or an array) inside an event, numbered in the order of the
/// text; 0 is the event itself.
struct array_context {
  /// The context that the array stands in; of 0: 0.
  std::uint32_t parent = 0;
  /// Which array, numbered over the whole event.
  std::uint32_t array = 0;
};

inline constexpr std::size_t consistency_states_max = 4096;

/// `satisfied[f]` lists the contexts in which field f has a value that it wants; none of them is 0,
/// none is empty.
bool array_consistent(const std::vector<array_context>& contexts,
                      const std::vector<std::vector<std::uint32_t>>& satisfied);

} // namespace baseplate::bus
