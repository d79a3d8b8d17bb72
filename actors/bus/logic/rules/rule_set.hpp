// The rules of one bus, ready to be matched: one copy. See matcher.hpp for finding,
// shared_rule_set.hpp for changing while others match. Spec:       docs/spec/event-pattern.md
// Invariants: adding and removing a rule is the identity for all others; what matches does not
// depend on
//             the order of changes; the same changes with the same seed give the same inner ids
// Cost:       add and remove: microseconds at 100,000 rules, growing with the pattern's size only
// Threads:    const calls may run concurrently; changes need exclusive access
#pragma once

#include "actors/bus/logic/rules/catalog.hpp"
#include "actors/bus/logic/rules/index.hpp"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace baseplate::rules {

/// What the caller calls a rule. Below rule_id_end.
using rule_id = std::uint32_t;

inline constexpr rule_id rule_id_end = 0x8000'0000;

enum class add_result : std::uint8_t {
  added,
  /// The rule was there; it now has the new pattern.
  replaced,
  /// The set would have more branches than branches_max; nothing changed.
  too_many_branches,
};

class rule_set {
 public:
  /// Branches of all rules together: bounds memory when $or multiplies.
  static constexpr std::size_t branches_max_default = 1'000'000;

  /// `seed` makes hashes unpredictable: give it a random number per process.
  explicit rule_set(std::uint64_t seed, std::size_t branches_max = branches_max_default);

  /// Adds a rule or replaces its pattern. @pre id < rule_id_end
  add_result add(rule_id id, const compiled_pattern& pattern);

  /// Adds many at once, which files them better than one by one. Stops at the first that does not
  /// fit; returns how many were added.
  std::size_t add_all(std::span<const std::pair<rule_id, const compiled_pattern*>> rules);

  /// False: there is no such rule.
  bool remove(rule_id id);

  bool contains(rule_id id) const { return find(id) != no_id; }

  /// Rules.
  std::size_t size() const { return rules_; }

  /// Different branches: what is matched and kept.
  std::size_t branches() const { return catalog_.branches(); }

  /// Bytes held, allocator overhead apart.
  std::size_t memory_bytes() const;

  // -- for the matcher ---------------------------------------------------------------------------

  /// A rule in a branch's list is its id, or with this bit a slot of a rule with several branches.
  static constexpr std::uint32_t shared_bit = 0x8000'0000;

  const catalog& things() const { return catalog_; }

  const index& filed() const { return index_; }

  rule_id id_of_slot(std::uint32_t slot) const { return slots_[slot].id; }

  std::size_t slots() const { return slots_.size(); }

 private:
  struct slot {
    rule_id id = 0;
    /// The branches; of one: first, no_id.
    std::uint32_t first = no_id;
    std::vector<std::uint32_t>* more = nullptr;
  };

  std::uint32_t find(rule_id id) const;
  std::uint32_t take_slot(rule_id id);
  std::span<const std::uint32_t> branches_of(const slot& x) const;
  void intern(rule_id id, const compiled_pattern& pattern, std::vector<std::uint32_t>* unfiled);
  void drop(std::uint32_t at);

 public:
  ~rule_set();
  rule_set(const rule_set&) = delete;
  rule_set& operator=(const rule_set&) = delete;

 private:
  hasher hash_;
  catalog catalog_;
  index index_;
  std::size_t branches_max_;
  std::size_t rules_ = 0;
  std::size_t rule_branches_ = 0;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  id_table slot_ids_;
  std::vector<std::uint32_t> scratch_;
};

} // namespace baseplate::rules
