// Rows changed since the last checkpoint: last writer wins. A flat hash table of pointers over an
// arena. A row is one piece of memory, header, key and value, so that a change touches two places:
// the table and the row. At a million rows both are cache misses; prefetch() lets a caller with
// many changes have them overlap. Invariants: a value is replaced in place when it fits; what is
// outgrown stays in the arena until the overlay goes,
//             and is counted in bytes()
// Cost:       put 0.04-0.2 us; no allocation per row
// Threads:    none of its own; const calls may run concurrently
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace baseplate::journal {

/// A row in key order: absent value means erased.
struct row_view {
  std::string_view key;
  std::optional<std::string_view> value;
};

class overlay {
 public:
  static std::uint64_t hash_of(std::string_view key) noexcept {
    return std::hash<std::string_view>{}(key);
  }

  void put(std::string_view key, std::string_view value) { write(key, hash_of(key), value, false); }

  /// Marks the key as erased: it hides what lies below.
  void erase(std::string_view key) { write(key, hash_of(key), {}, true); }

  /// put or erase with the key's hash known.
  void change(std::string_view key, std::uint64_t hash, std::optional<std::string_view> value) {
    write(key, hash, value.value_or(std::string_view{}), !value);
  }

  /// Fetches the place in the table where the key would be; prefetch_row() then the row itself.
  void prefetch(std::uint64_t hash) const noexcept {
    if (!slots_.empty())
      __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }

  void prefetch_row(std::uint64_t hash) const noexcept {
    if (slots_.empty())
      return;
    if (const auto* x = row_of(slots_[hash & (slots_.size() - 1)])) {
      __builtin_prefetch(x);
      __builtin_prefetch(reinterpret_cast<const char*>(x) + 64);
    }
  }

  enum class answer : std::uint8_t { unknown, value, erased };

  /// With answer::value sets `out`, valid until the next put of this key.
  answer find(std::string_view key, std::string_view& out) const noexcept;

  /// Rows held, erased ones included.
  std::size_t size() const { return rows_.size(); }

  /// Memory held, bytes.
  std::size_t bytes() const {
    return arena_bytes_ + rows_.capacity() * sizeof(row*) + slots_.capacity() * sizeof(slot);
  }

  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (const auto* x : rows_)
      visit(view(*x));
  }

  /// All rows in the order of their keys' bytes.
  std::vector<row_view> sorted() const;

 private:
  /// Followed by the key and, unless it was outgrown, the value.
  struct row {
    std::uint64_t hash = 0;
    char* value = nullptr;
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t value_capacity = 0;
    bool erased = false;

    const char* key() const { return reinterpret_cast<const char*>(this + 1); }

    bool is(std::string_view other, std::uint64_t other_hash) const noexcept {
      return hash == other_hash && key_size == other.size()
             && std::memcmp(key(), other.data(), other.size()) == 0;
    }
  };

  /// A pointer to a row with the upper 16 bits of its hash in the upper 16 bits; 0: free.
  using slot = std::uint64_t;

  static constexpr int tag_shift = 48;

  static const row* row_of(slot x) noexcept {
    return reinterpret_cast<const row*>(x & ((slot{1} << tag_shift) - 1));
  }

  static row* row_of_mutable(slot x) noexcept {
    return reinterpret_cast<row*>(x & ((slot{1} << tag_shift) - 1));
  }

  static slot make_slot(row* x) noexcept {
    return reinterpret_cast<slot>(x) | (x->hash >> tag_shift << tag_shift);
  }

  static row_view view(const row& x) {
    row_view out{{x.key(), x.key_size}, {}};
    if (!x.erased)
      out.value = std::string_view{x.value, x.value_size};
    return out;
  }

  void write(std::string_view key, std::uint64_t hash, std::string_view value, bool erased);
  void set(row& x, std::string_view value, bool erased);
  void grow();
  char* allocate(std::size_t size);

  std::vector<row*> rows_;
  std::vector<slot> slots_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  std::size_t free_bytes_ = 0;
  std::size_t arena_bytes_ = 0;
};

} // namespace baseplate::journal
