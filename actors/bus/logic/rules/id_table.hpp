// Hash tables with open addressing, as the rule set needs them: ids of things stored elsewhere, and
// 64-bit keys to 64-bit values. Linear probing; erasing moves the followers back, so no table
// decays. Threads: const calls may run concurrently; changes need exclusive access
#pragma once

#include <cstdint>
#include <vector>

namespace baseplate::rules {

inline constexpr std::uint32_t no_id = 0xFFFF'FFFF;

/// A set of ids found by the hash of what they stand for.
class id_table {
 public:
  /// The id for which `same(id)` holds; no_id: none.
  template <class Same>
  std::uint32_t find(std::uint64_t hash, Same same) const {
    if (slots_.empty())
      return no_id;
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    for (auto i = tag & mask();; i = (i + 1) & mask()) {
      const auto& slot = slots_[i];
      if (slot.id == no_id)
        return no_id;
      if (slot.tag == tag && same(slot.id))
        return slot.id;
    }
  }

  /// @pre not in it yet
  void insert(std::uint64_t hash, std::uint32_t id) {
    if ((size_ + 1) * 4 > slots_.size() * 3)
      grow();
    put({static_cast<std::uint32_t>(hash >> 32), id});
    ++size_;
  }

  /// @pre in it, with this hash
  void erase(std::uint64_t hash, std::uint32_t id) {
    auto i = static_cast<std::uint32_t>(hash >> 32) & mask();
    while (slots_[i].id != id)
      i = (i + 1) & mask();
    for (auto j = i;;) {
      j = (j + 1) & mask();
      if (slots_[j].id == no_id)
        break;
      const auto home = slots_[j].tag & mask();
      if (((j - home) & mask()) >= ((j - i) & mask())) {
        slots_[i] = slots_[j];
        i = j;
      }
    }
    slots_[i].id = no_id;
    --size_;
  }

  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(slot); }

 private:
  struct slot {
    std::uint32_t tag = 0;
    std::uint32_t id = no_id;
  };

  std::uint32_t mask() const { return static_cast<std::uint32_t>(slots_.size()) - 1; }

  void put(slot x) {
    auto i = x.tag & mask();
    while (slots_[i].id != no_id)
      i = (i + 1) & mask();
    slots_[i] = x;
  }

  void grow() {
    std::vector<slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (const auto& x : old)
      if (x.id != no_id)
        put(x);
  }

  std::vector<slot> slots_;
  std::size_t size_ = 0;
};

/// A map from pairs of 32-bit numbers to 64-bit values.
class pair_map {
 public:
  static std::uint64_t key(std::uint32_t a, std::uint32_t b) {
    return (std::uint64_t{a} << 32) | b;
  }

  /// Null: not in it. Valid until the next insert or erase.
  const std::uint64_t* find(std::uint64_t key) const {
    if (slots_.empty())
      return nullptr;
    for (auto i = home(key);; i = (i + 1) & mask()) {
      if (slots_[i].key == key)
        return &slots_[i].value;
      if (slots_[i].key == empty)
        return nullptr;
    }
  }

  std::uint64_t* find(std::uint64_t key) {
    return const_cast<std::uint64_t*>(static_cast<const pair_map*>(this)->find(key));
  }

  /// @pre not in it yet; `key` is not all ones
  void insert(std::uint64_t key, std::uint64_t value) {
    if ((size_ + 1) * 4 > slots_.size() * 3)
      grow();
    put({key, value});
    ++size_;
  }

  /// @pre in it
  void erase(std::uint64_t key) {
    auto i = home(key);
    while (slots_[i].key != key)
      i = (i + 1) & mask();
    for (auto j = i;;) {
      j = (j + 1) & mask();
      if (slots_[j].key == empty)
        break;
      const auto at = home(slots_[j].key);
      if (((j - at) & mask()) >= ((j - i) & mask())) {
        slots_[i] = slots_[j];
        i = j;
      }
    }
    slots_[i].key = empty;
    --size_;
  }

  std::size_t size() const { return size_; }

  std::size_t memory_bytes() const { return slots_.capacity() * sizeof(slot); }

 private:
  static constexpr std::uint64_t empty = ~std::uint64_t{0};

  struct slot {
    std::uint64_t key = empty;
    std::uint64_t value = 0;
  };

  std::size_t mask() const { return slots_.size() - 1; }

  std::size_t home(std::uint64_t key) const {
    // Both halves are small consecutive numbers that we gave: nobody can choose them.
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 29) & mask();
  }

  void put(slot x) {
    auto i = home(x.key);
    while (slots_[i].key != empty)
      i = (i + 1) & mask();
    slots_[i] = x;
  }

  void grow() {
    std::vector<slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (const auto& x : old)
      if (x.key != empty)
        put(x);
  }

  std::vector<slot> slots_;
  std::size_t size_ = 0;
};

} // namespace baseplate::rules
