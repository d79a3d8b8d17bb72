// The paths that rules name, as a tree that the walk over an event follows name by name. A path is
// its names joined with dots, and an event's key may hold several of them ("a.b"): each node also
// knows its descendants by their joined names. Invariants: a node exists iff a path leads through
// it; ids of removed paths are used again Cost:       a lookup is one probe; a key that no rule
// names mostly costs one test of a 64-bit filter Threads:    const calls may run concurrently;
// changes need exclusive access
#pragma once

#include "actors/bus/logic/rules/hash.hpp"
#include "actors/bus/logic/rules/id_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

class path_trie {
 public:
  struct node;

  explicit path_trie(const hasher& hash) : hash_(hash), nodes_(1) {}

  /// The id of the path, new if it was unknown; each call counts one use.
  std::uint32_t acquire(std::string_view path);

  /// Gives one use back; with the last the path and its id are gone.
  void release(std::uint32_t path);

  /// The id; no_id: nobody uses it.
  std::uint32_t find(std::string_view path) const;

  static constexpr std::uint32_t root = 0;

  /// The node that an event's key leads to from `at`; no_id: no rule names it.
  std::uint32_t child(std::uint32_t at, std::string_view key) const {
    const auto& from = nodes_[at];
    const auto h = from.big ? static_cast<std::uint32_t>(hash_.bytes(key) >> 32) : quick_hash(key);
    if ((from.filter >> (h >> 26) & 1) != 0) {
      for (auto i = h & from.mask;; i = (i + 1) & from.mask) {
        const auto& x = from.edges[i];
        if (x.child == no_id)
          break;
        if (x.hash == h && x.name == key)
          return x.child;
      }
    }
    return deepest_ > alias_depth_max ? split_child(at, key) : no_id;
  }

  /// The path that ends at the node; no_id: none.
  std::uint32_t path_at(std::uint32_t at) const { return nodes_[at].path; }

  bool has_children(std::uint32_t at) const { return nodes_[at].edge_count != 0; }

  /// The joined names. @pre in use
  const std::string& text_of(std::uint32_t path) const { return paths_[path].text; }

  /// Path ids are below.
  std::size_t path_ids() const { return paths_.size(); }

  std::size_t memory_bytes() const;

 private:
  /// Joined names reach so many levels down; longer keys are split at their dots.
  static constexpr std::size_t alias_depth_max = 16;
  /// More children are found by a seeded hash: rules must not choose who collides.
  static constexpr std::size_t big_from = 48;

  struct edge {
    std::uint32_t hash = 0;
    std::uint32_t child = no_id;
    std::string name;
  };

 public:
  struct node {
    /// Bit per hash of a name.
    std::uint64_t filter = 0;
    std::uint32_t mask = 0;
    std::uint32_t path = no_id;
    std::uint32_t edge_count = 0;
    bool big = false;
    std::vector<edge> edges;
    std::uint32_t parent = no_id;
    /// Paths through the node.
    std::uint32_t uses = 0;
    std::string name;
  };

 private:
  struct path_entry {
    std::uint32_t node = no_id;
    std::uint32_t uses = 0;
    std::string text;
  };

  static std::uint32_t quick_hash(std::string_view key) {
    if (key.empty())
      return 1;
    const auto n = static_cast<std::uint32_t>(key.size());
    const auto at = [&](std::size_t i) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(key[i]));
    };
    const auto x = n ^ (at(0) << 8) ^ (at(n / 2) << 16) ^ (at(n - 1) << 24);
    return x * 0x9E3779B1U ^ (x * 0x9E3779B1U) >> 15;
  }

  std::uint32_t hash_of(const node& from, std::string_view name) const {
    return from.big ? static_cast<std::uint32_t>(hash_.bytes(name) >> 32) : quick_hash(name);
  }

  std::uint32_t split_child(std::uint32_t at, std::string_view key) const;
  std::uint32_t direct_child(std::uint32_t at, std::string_view name) const;
  std::uint32_t make_node(std::uint32_t parent, std::string_view name, std::size_t depth);
  void drop_node(std::uint32_t at);
  void add_edge(std::uint32_t from, std::string_view name, std::uint32_t child);
  void drop_edge(std::uint32_t from, std::string_view name);
  void rehash(node& from, std::size_t slots);
  static void put(node& from, edge x);
  /// Calls use(ancestor, joined name) for the ancestors that know the node at `at`.
  template <class Use>
  void for_aliases(std::uint32_t at, Use use);

  const hasher& hash_;
  std::vector<node> nodes_;
  std::vector<std::uint32_t> free_nodes_;
  std::vector<path_entry> paths_;
  std::vector<std::uint32_t> free_paths_;
  /// Levels of the deepest node ever made; it only grows.
  std::size_t deepest_ = 0;
};

} // namespace baseplate::rules
