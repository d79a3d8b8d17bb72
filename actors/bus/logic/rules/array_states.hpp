// Whether fields that stand inside array elements can be satisfied together: by values that do not
// come from different elements of one array. Spec:    docs/spec/event-pattern.md, "Consistency"
// Cost:    linear in the contexts of the event for any number of elements; see states_max
// Threads: one at a time per object
#pragma once

#include "actors/bus/logic/rules/event_scan.hpp"

#include <cstdint>
#include <vector>

namespace baseplate::rules {

class array_states {
 public:
  /// More fields inside arrays are not told apart: the answer is then that they are consistent.
  static constexpr std::size_t fields_max = 64;
  /// The same for more combinations of satisfied fields in one object.
  static constexpr std::size_t states_max = 4'096;

  /// Begins a question about an event.
  void begin(const event_scan& event);

  /// Adds a field; in order of path. `may_be_absent`: it is satisfied where it has no value.
  /// Returns its number; fields_max: too many.
  std::size_t add_field(bool may_be_absent);

  /// A value of the field stands in the context; `accepted`: it satisfies the field.
  void add_value(std::size_t field, std::uint32_t context, bool accepted);

  /// True if all fields can be satisfied together.
  bool consistent();

 private:
  /// Fields satisfied together, and fields that have a value where none should be.
  struct state {
    std::uint64_t satisfied = 0;
    std::uint64_t spoiled = 0;

    bool dominates(const state& x) const {
      return (satisfied & x.satisfied) == x.satisfied && (spoiled & ~x.spoiled) == 0;
    }
  };

  struct place {
    std::uint32_t stamp = 0;
    /// Arrays of the context that have states.
    std::uint32_t first_array = no_id;
    state own;
    /// Spoiled anywhere below.
    std::uint64_t any = 0;
  };

  struct array_place {
    std::uint32_t stamp = 0;
    std::uint32_t next = no_id;
    /// Its elements' states, linked.
    std::uint32_t first_state = no_id;
    std::uint32_t states = 0;
    std::uint64_t any = 0;
  };

  struct linked_state {
    state what;
    std::uint32_t next = no_id;
  };

  place& at(std::uint32_t context);
  array_place& array_at(std::uint32_t array);
  void spread_spoiled();
  /// False: too many.
  bool offer(array_place& to, const state& x);
  /// False: too many.
  bool families(std::uint32_t context);
  bool fold(std::uint32_t context);
  bool fulfilled(const state& x) const;

  const event_scan* event_ = nullptr;
  std::size_t fields_ = 0;
  std::uint64_t absent_ = 0;
  std::uint32_t stamp_ = 0;
  std::uint32_t highest_ = 0;
  std::vector<place> places_;
  std::vector<array_place> arrays_;
  std::vector<linked_state> pool_;
  std::vector<state> family_;
  std::vector<state> product_;
};

} // namespace baseplate::rules
