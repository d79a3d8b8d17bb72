// Where branches are filed so that few of those that do not match are looked at: each under the
// keys of its most selective condition, and crowded places again by the condition that separates
// best there (docs/spec/event-pattern.md, "How it is matched"). Invariants: each filed branch is
// reached by every event that satisfies it; a branch's place follows
//             from its conditions, its root choice and the order in which the nodes on its way were
//             split, so that it is found again to be removed
// Threads:    const calls may run concurrently; changes need exclusive access
#pragma once

#include "actors/bus/logic/rules/catalog.hpp"
#include "actors/bus/logic/rules/range_index.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace baseplate::rules {

/// What lies under a key of a node: one filing, or another node.
class posting {
 public:
  static posting of(filing x) { return posting((std::uint64_t{x.branch} << 32) | x.residual); }

  static posting of_node(std::uint32_t id) { return posting(node_bit | id); }

  explicit posting(std::uint64_t bits) : bits_(bits) {}

  bool is_node() const { return (bits_ & node_bit) != 0; }

  std::uint32_t node() const { return static_cast<std::uint32_t>(bits_); }

  filing one() const {
    return {static_cast<std::uint32_t>(bits_ >> 32), static_cast<std::uint32_t>(bits_)};
  }

  std::uint64_t bits() const { return bits_; }

 private:
  static constexpr std::uint64_t node_bit = std::uint64_t{1} << 63;
  std::uint64_t bits_;
};

class index {
 public:
  /// A path by which a node is divided.
  struct split {
    std::uint32_t path = no_id;
    /// Postings by keys of the path.
    std::uint32_t keyed = 0;
    /// Ranges on the path; no_id: none.
    std::uint32_t ranges = no_id;
    /// Branches that any value of the path leads to; no_id: none. Only at the root.
    std::uint32_t always = no_id;
  };

  struct node {
    std::vector<filing> local;
    /// At the root: by path id. Elsewhere: in the order in which they were made.
    std::vector<split> splits;
    std::uint32_t threshold = threshold_first;
    std::uint32_t parent = no_id;
    /// The path that led here from the parent.
    std::uint32_t path = no_id;
    std::uint32_t depth = 0;
  };

  explicit index(catalog& all) : catalog_(all), nodes_(1) {}

  index(const index&) = delete;
  index& operator=(const index&) = delete;

  /// Files a branch with the rules it has. @pre not filed
  void add(std::uint32_t branch);

  /// @pre filed
  void remove(std::uint32_t branch);

  /// One more rule, or one less, of a filed branch: call beside the change of its list.
  void add_rule(std::uint32_t branch, std::uint32_t rule);
  void remove_rule(std::uint32_t branch, std::uint32_t rule);

  static constexpr std::uint32_t root = 0;

  const node& at(std::uint32_t id) const { return nodes_[id]; }

  const range_index& ranges_at(std::uint32_t id) const { return *ranges_[id]; }

  /// What lies under the key; null: nothing.
  const std::uint64_t* find(std::uint32_t node, std::uint32_t key) const {
    return postings_.find(pair_map::key(node, key));
  }

  std::size_t memory_bytes() const;

  /// Nodes, the root among them, and keys under which something lies: for tests.
  std::size_t live_nodes() const { return nodes_.size() - free_nodes_.size(); }

  std::size_t postings() const { return postings_.size(); }

 private:
  static constexpr std::uint32_t threshold_first = 12;
  /// A node that is divided must get rid of so many of a hundred by it.
  static constexpr double gain_least = 0.2;
  static constexpr std::uint32_t depth_max = 24;
  /// Conditions with more predicates are not divided by.
  static constexpr std::size_t spread_max = 64;
  /// A rule with this bit has several branches (rule_set.hpp).
  static constexpr std::uint32_t shared_rule = 0x8000'0000;

  enum class action : std::uint8_t { file, unfile, add_rule, remove_rule };

  /// One change on its way down.
  struct order {
    action what = action::file;
    std::uint32_t branch = 0;
    std::uint32_t rule = 0;
  };

  void run(const order& x);
  /// True: the node is empty now.
  bool at_node(const order& x, std::uint32_t id, std::uint32_t residual);
  void under(const order& x, std::uint32_t id, std::size_t split_at, std::size_t condition_at,
             std::uint32_t residual);
  void under_key(const order& x, std::uint32_t id, std::size_t split_at, std::uint32_t key,
                 std::uint32_t residual);
  void under_range(const order& x, std::uint32_t id, std::size_t split_at, const predicate& range,
                   std::uint32_t residual);
  void one_sided(const order& x, range_index::one_sided& list, double bound, std::uint32_t residual,
                 bool once);
  /// True if nothing on the way to the node's path can lead to the branch twice.
  bool reached_once(const branch& x, std::uint32_t id, std::uint32_t path) const;
  void always(const order& x, std::size_t split_at, std::uint32_t residual);

  std::uint16_t choose_at_root(const branch& x) const;
  double expected(const condition& x) const;
  /// Position of the branch's condition at the path if the node may be divided by it; -1: none.
  int divisible_by(const branch& x, std::uint32_t path) const;
  bool used_above(std::uint32_t id, std::uint32_t path) const;
  void divide(std::uint32_t id);
  std::uint32_t best_division(std::uint32_t id);
  std::uint32_t make_node(std::uint32_t parent, std::uint32_t path);
  void drop_node(std::uint32_t id);
  bool empty(std::uint32_t id) const;

  catalog& catalog_;
  std::vector<node> nodes_;
  std::vector<std::uint32_t> free_nodes_;
  std::vector<std::unique_ptr<range_index>> ranges_;
  std::vector<std::uint32_t> free_ranges_;
  pair_map postings_;

  struct candidate {
    std::uint32_t path = 0;
    std::uint32_t key = 0;
  };

  std::vector<candidate> candidates_;
};

} // namespace baseplate::rules
