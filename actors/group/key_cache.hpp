// The states of a group's keys in memory: least recently used ones leave, those of commits on their
// way stay.
#pragma once

#include "actors/group/logic/key_record.hpp"

#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace baseplate::group {

class key_cache {
 public:
  struct entry {
    key_record record;
    /// The commit that last changed it; evictable once that one is durable.
    std::uint64_t changed_by = 0;
    std::list<const std::string*>::iterator use;
  };

  explicit key_cache(std::size_t keys_max) : keys_max_(keys_max) {}

  /// Null when the key is not here. Marks it used.
  entry* find(const std::string& key) {
    auto i = entries_.find(key);
    if (i == entries_.end())
      return nullptr;
    order_.splice(order_.begin(), order_, i->second.use);
    return &i->second;
  }

  /// Adds a key that was loaded; one that is here already keeps what it has (it is newer).
  void add(const std::string& key, key_record record) {
    auto [i, fresh] = entries_.try_emplace(key);
    if (!fresh)
      return;
    i->second.record = std::move(record);
    order_.push_front(&i->first);
    i->second.use = order_.begin();
  }

  /// Drops the least recently used keys above the limit whose changes are durable up to commit
  /// `durable`.
  void evict(std::uint64_t durable) {
    auto i = order_.end();
    while (entries_.size() > keys_max_ && i != order_.begin()) {
      --i;
      auto at = entries_.find(**i);
      if (at->second.changed_by > durable)
        continue;
      i = order_.erase(i);
      entries_.erase(at);
    }
  }

  std::size_t size() const { return entries_.size(); }

 private:
  std::size_t keys_max_;
  std::unordered_map<std::string, entry> entries_;
  std::list<const std::string*> order_;
};

} // namespace baseplate::group
