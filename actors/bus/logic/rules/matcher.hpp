// Finds the rules that an event satisfies. The entry to the rule engine:
//   auto pattern = rules::compile(text);                    compiled_pattern.hpp
//   rule_set set(seed);  set.add(7, *pattern);              rule_set.hpp
//   matcher m;  m.match(set, event, trust::trusted, ids);
// Spec:       docs/spec/event-pattern.md
// Invariants: match() cannot fail on a valid event; each rule is told once, in no order
// Cost:       grows with the event's size, the rules that match and those that share their most
// selective
//             fields' values with the event; not with the others. No allocation once the scratch
//             has grown
// Threads:    one matcher per thread; many may read one rule_set while nobody changes it
#pragma once

#include "actors/bus/logic/rules/array_states.hpp"
#include "actors/bus/logic/rules/event_scan.hpp"
#include "actors/bus/logic/rules/rule_set.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace baseplate::rules {

class matcher {
 public:
  matcher() = default;

  /// Appends the ids of all rules that the event satisfies. At least event_padding bytes must be
  /// readable behind the event (messages/chunk.hpp keeps so many). On any status but ok nothing is
  /// appended.
  event_status match(const rule_set& rules, std::string_view event, trust how,
                     std::vector<rule_id>& out);

  /// Branches looked at by the last match(): how well they were filed.
  std::size_t candidates() const { return candidates_; }

 private:
  struct key_range {
    std::uint32_t stamp = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  struct remembered {
    std::uint32_t stamp = 0;
    bool holds = false;
  };

  void prepare(const rule_set& rules);
  const key_range& keys_at(std::uint32_t path);
  void find_keys(std::uint32_t path, const path_keys& known, const scalar& value);
  void find_affixes(std::uint32_t path, key_kind kind, const length_set& lengths,
                    std::string_view text);
  void find_grams(std::uint32_t path, key_kind kind, std::size_t size, std::string_view text);
  void find_networks(std::uint32_t path, const path_keys& known, std::string_view text);
  void offer_key(std::uint32_t path, key_kind kind, std::string_view text, std::uint64_t hash);

  void visit(std::uint32_t node);
  void visit_split(std::uint32_t node, const index::split& split);
  void visit_ranges(const range_index& ranges, std::uint32_t path);
  void copy_rules(const range_index::one_sided& list, const bound_list::block& block,
                  std::size_t from, std::size_t to);
  void consider(const filing& x);
  bool holds(std::uint32_t condition);
  bool evaluate(const condition& x);
  bool accepts_any(const condition& x, const scalar& value) const;
  bool arrays_agree(const branch& x);
  void tell(std::uint32_t reference);

  const rule_set* rules_ = nullptr;
  const catalog* things_ = nullptr;
  const index* index_ = nullptr;
  std::vector<rule_id>* out_ = nullptr;
  event_scan event_;
  array_states arrays_;
  std::uint32_t stamp_ = 0;
  /// Nothing in this event can lead to a branch twice or be inconsistent: whole lists may be
  /// copied.
  bool simple_ = false;
  std::size_t candidates_ = 0;
  /// By branch: the event that it was last looked at for.
  std::vector<std::uint32_t> branch_stamps_;
  std::vector<remembered> conditions_;
  std::vector<std::uint32_t> slot_stamps_;
  std::vector<key_range> key_ranges_;
  std::vector<std::uint32_t> found_keys_;
  /// By key: the event in which it was found.
  std::vector<std::uint32_t> key_stamps_;
  std::vector<std::uint32_t> fields_;
  std::array<char, affix_key_max> lowered_{};
  std::vector<char> folded_;
  std::string network_;
};

} // namespace baseplate::rules
