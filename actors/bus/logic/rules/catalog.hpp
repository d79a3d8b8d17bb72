// What the rules of a set are made of, each different thing once: paths, keys, conditions,
// branches. 100,000 rules of a real shop are some 50,000 different branches: memory, verification
// and output all gain. Invariants: everything is counted and goes with its last user; ids of what
// is gone are used again Threads:    const calls may run concurrently; changes need exclusive
// access
#pragma once

#include "actors/bus/logic/rules/compiled_pattern.hpp"
#include "actors/bus/logic/rules/hash.hpp"
#include "actors/bus/logic/rules/id_table.hpp"
#include "actors/bus/logic/rules/path_trie.hpp"
#include "actors/bus/logic/rules/rule_list.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace baseplate::rules {

/// Kinds of keys: what a value can be looked up by.
enum class key_kind : std::uint8_t {
  text,
  literal,
  number,
  network,
  fold,
  prefix,
  suffix,
  prefix_fold,
  suffix_fold,
  /// Three or four bytes anywhere in a string.
  gram3,
  gram4,
  count_,
};

/// Beginnings and ends of strings are keys up to this length; the rest is verified.
inline constexpr std::size_t affix_key_max = 48;

/// How many keys of each length there are.
class length_set {
 public:
  /// Lengths in use, ascending.
  std::span<const std::uint8_t> lengths() const { return lengths_; }

  void add(std::uint8_t length);
  void remove(std::uint8_t length);

  std::size_t memory_bytes() const { return lengths_.capacity() + counts_.capacity() * 4; }

 private:
  std::vector<std::uint8_t> lengths_;
  /// Beside lengths_.
  std::vector<std::uint32_t> counts_;
};

/// What keys a path has, so that its values are looked up by no other.
struct path_keys {
  std::array<std::uint32_t, static_cast<std::size_t>(key_kind::count_)> counts{};
  /// Bit per kind that is in use.
  std::uint32_t kinds = 0;
  length_set prefixes;
  length_set suffixes;
  length_set prefix_folds;
  length_set suffix_folds;
  length_set v4_bits;
  length_set v6_bits;
  /// Branches with a numeric range on the path.
  std::uint32_t ranges = 0;

  bool has(key_kind kind) const { return (kinds >> static_cast<unsigned>(kind) & 1) != 0; }
};

/// How the index can file a condition by one of its predicates.
struct access {
  enum kind : std::uint8_t { keyed, range, always };

  /// keyed: the key.
  std::uint32_t key = no_id;
  kind how = always;
  /// Being found by it proves the predicate.
  bool sure = false;
};

/// A path and what is asked of its values.
struct condition {
  std::uint32_t path = no_id;
  std::uint32_t uses = 0;
  bool has_absent = false;
  /// All predicates have keys (or ranges).
  bool filable = false;
  /// All of them are sure keys.
  bool all_sure_keys = false;
  std::vector<predicate> any_of;
  /// Beside any_of.
  std::vector<access> accesses;
};

/// Conditions that must all hold, and the rules that want it.
struct branch {
  static constexpr std::size_t inline_max = 6;
  /// Condition ids in order of path id; beyond inline_max: [0] is an index into the long lists.
  std::array<std::uint32_t, inline_max> conditions{};
  std::uint16_t condition_count = 0;
  /// Position of the condition that the root files it under.
  std::uint16_t root_choice = 0;
  bool has_absent = false;
  bool filed = false;
  /// Of the rules, those that have other branches, too.
  std::uint32_t shared_rules = 0;
  rule_list rules;
};

class catalog {
 public:
  explicit catalog(const hasher& hash) : hash_(hash), paths_(hash) {}

  catalog(const catalog&) = delete;
  catalog& operator=(const catalog&) = delete;

  /// The branch's id, new or known; counts no use: see rules of the branch.
  std::uint32_t intern(const compiled_pattern& pattern, const pattern_branch& branch);

  /// Forgets a branch and what only it used. @pre no rules, not filed
  void drop(std::uint32_t branch);

  const branch& at(std::uint32_t id) const { return branches_[id]; }

  branch& at(std::uint32_t id) { return branches_[id]; }

  std::span<const std::uint32_t> conditions_of(const branch& x) const {
    if (x.condition_count <= branch::inline_max)
      return {x.conditions.data(), x.condition_count};
    return long_lists_[x.conditions[0]];
  }

  const condition& condition_at(std::uint32_t id) const { return conditions_[id]; }

  /// Branches that can be looked up by the key.
  std::uint32_t uses_of_key(std::uint32_t key) const { return keys_[key].uses; }

  /// The key of that kind and text at the path; no_id: none. `hash` is key_hash of them.
  std::uint32_t find_key(std::uint32_t path, key_kind kind, std::string_view text,
                         std::uint64_t hash) const {
    return key_ids_.find(hash, [&](std::uint32_t id) {
      const auto& x = keys_[id];
      return x.path == path && x.kind == kind && x.text == text;
    });
  }

  static std::uint64_t salt(std::uint32_t path, key_kind kind) {
    return std::uint64_t{path} * 16 + static_cast<std::uint64_t>(kind);
  }

  const hasher& hash() const { return hash_; }

  const path_keys& keys_of(std::uint32_t path) const { return path_keys_[path]; }

  const path_trie& paths() const { return paths_; }

  /// Ids of branches and conditions are below; for scratch of that size.
  std::size_t branch_ids() const { return branches_.size(); }

  std::size_t condition_ids() const { return conditions_.size(); }

  std::size_t key_ids() const { return keys_.size(); }

  /// Different branches.
  std::size_t branches() const { return branches_.size() - free_branches_.size(); }

  std::size_t memory_bytes() const;

 private:
  struct key {
    std::string text;
    std::uint32_t path = no_id;
    key_kind kind = key_kind::text;
    /// Conditions, and branches of these.
    std::uint32_t refs = 0;
    std::uint32_t uses = 0;
  };

  std::uint64_t key_hash(std::uint32_t path, key_kind kind, std::string_view text) const;
  std::uint32_t acquire_key(std::uint32_t path, key_kind kind, std::string_view text);
  void release_key(std::uint32_t id);
  void count_key(const key& x, bool up);
  std::uint32_t intern_condition(const field_condition& field);
  void drop_condition(std::uint32_t id);
  access access_of(std::uint32_t path, const predicate& x);
  access wildcard_access(std::uint32_t path, const predicate& x);
  void count_uses(std::span<const std::uint32_t> conditions, bool up);
  std::uint64_t condition_hash(const condition& x);
  std::uint64_t branch_hash(std::span<const std::uint32_t> conditions) const;

  const hasher& hash_;
  path_trie paths_;
  std::vector<path_keys> path_keys_;
  std::vector<key> keys_;
  std::vector<std::uint32_t> free_keys_;
  id_table key_ids_;
  std::vector<condition> conditions_;
  std::vector<std::uint32_t> free_conditions_;
  id_table condition_ids_;
  std::vector<branch> branches_;
  std::vector<std::uint32_t> free_branches_;
  id_table branch_ids_;
  std::vector<std::vector<std::uint32_t>> long_lists_;
  std::vector<std::uint32_t> free_long_lists_;
  std::string scratch_;
  std::vector<std::string> member_keys_;
  std::vector<std::uint32_t> ids_;
};

/// Of three or four bytes: cheaper than the hash of other texts, because every byte of a value
/// begins one.
inline std::uint64_t gram_hash(const hasher& hash, std::string_view gram, std::uint64_t salt) {
  std::uint32_t bytes = 0;
  if (gram.size() == 4)
    std::memcpy(&bytes, gram.data(), 4);
  else
    std::memcpy(&bytes, gram.data(), 3);
  return hash.number(bytes, salt);
}

/// Bytes that an address's network of `bits` bits is looked up by.
void network_key(std::string& out, const ip_address& network, std::uint8_t bits);

} // namespace baseplate::rules
