// The states of a group's keys in memory. Those of commits on their way stay; of the others, those
// not used lately leave first (CLOCK: a use marks the item and moves nothing). A hit costs one miss
// of the processor's cache: the table holds a byte and a pointer per key, the item all else.
#pragma once

#include "actors/group/logic/key_record.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::group {

class key_cache {
 public:
  /// Stays where it is until it is evicted.
  struct item {
    const std::string key;
    key_record record;
    /// The commit that last changed it; evictable once that one is durable.
    std::uint64_t changed_by = 0;
    bool used = true;
  };

  explicit key_cache(std::size_t keys_max) : keys_max_(keys_max) {}

  /// Null when the key is not here. Marks it used.
  item* find(std::string_view key) {
    const auto i = items_.find(key);
    if (i == items_.end())
      return nullptr;
    (*i)->used = true;
    return *i;
  }

  bool contains(std::string_view key) const { return items_.contains(key); }

  /// Adds a key that was loaded; one that is here already keeps what it has (it is newer).
  void add(const std::string& key, key_record record) {
    if (find(key) != nullptr)
      return;
    ring_.push_back(std::make_unique<item>(item{key, std::move(record)}));
    items_.insert(ring_.back().get());
  }

  /// Drops keys above the limit whose changes are durable up to commit `durable`; those used since
  /// the hand last passed are spared once.
  void evict(std::uint64_t durable) {
    for (auto steps = 2 * ring_.size(); ring_.size() > keys_max_ && steps > 0; --steps) {
      if (hand_ >= ring_.size())
        hand_ = 0;
      auto& at = ring_[hand_];
      if (at->changed_by > durable || std::exchange(at->used, false)) {
        ++hand_;
        continue;
      }
      items_.erase(at.get());
      std::swap(at, ring_.back());
      ring_.pop_back();
    }
  }

  std::size_t size() const { return ring_.size(); }

 private:
  static std::string_view key_of(std::string_view key) { return key; }

  static std::string_view key_of(const item* x) { return x->key; }

  struct hash {
    using is_transparent = void;

    std::size_t operator()(const auto& x) const { return std::hash<std::string_view>{}(key_of(x)); }
  };

  struct equal {
    using is_transparent = void;

    bool operator()(const auto& a, const auto& b) const { return key_of(a) == key_of(b); }
  };

  std::size_t keys_max_;
  boost::unordered_flat_set<item*, hash, equal> items_;
  std::vector<std::unique_ptr<item>> ring_;
  std::size_t hand_ = 0;
};

} // namespace baseplate::group
