#include "actors/journal/logic/overlay.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

namespace baseplate::journal {

namespace {

constexpr std::size_t block_bytes_min = 16 * 1024;
constexpr std::size_t block_bytes_max = 1024 * 1024;

std::uint64_t hash_of(std::string_view key) {
  return std::hash<std::string_view>{}(key);
}

} // namespace

overlay::answer overlay::find(std::string_view key, std::string_view& out) const noexcept {
  if (slots_.empty())
    return answer::unknown;
  auto hash = hash_of(key);
  auto mask = slots_.size() - 1;
  auto tag = static_cast<std::uint32_t>(hash >> 32);
  for (auto i = hash & mask; slots_[i].index != 0; i = (i + 1) & mask) {
    if (slots_[i].tag != tag)
      continue;
    const auto& x = entries_[slots_[i].index - 1];
    if (x.key_size != key.size() || std::memcmp(x.key, key.data(), key.size()) != 0)
      continue;
    if (x.erased)
      return answer::erased;
    out = {x.value, x.value_size};
    return answer::value;
  }
  return answer::unknown;
}

std::vector<row_view> overlay::sorted() const {
  std::vector<row_view> rows;
  rows.reserve(entries_.size());
  for_each([&](const row_view& row) { rows.push_back(row); });
  std::sort(rows.begin(), rows.end(),
            [](const row_view& a, const row_view& b) { return a.key < b.key; });
  return rows;
}

void overlay::write(std::string_view key, std::string_view value, bool erased) {
  if ((entries_.size() + 1) * 2 > slots_.size())
    grow();
  auto hash = hash_of(key);
  auto mask = slots_.size() - 1;
  auto tag = static_cast<std::uint32_t>(hash >> 32);
  auto i = hash & mask;
  for (; slots_[i].index != 0; i = (i + 1) & mask) {
    if (slots_[i].tag != tag)
      continue;
    auto& x = entries_[slots_[i].index - 1];
    if (x.key_size == key.size() && std::memcmp(x.key, key.data(), key.size()) == 0) {
      set(x, value, erased);
      return;
    }
  }
  entry x;
  // Key and first value together: the write that makes a row touches one cache line more, not two.
  auto* memory = allocate(key.size() + value.size());
  std::copy(key.begin(), key.end(), memory);
  x.key = memory;
  x.key_size = static_cast<std::uint32_t>(key.size());
  x.value = memory + key.size();
  x.value_capacity = static_cast<std::uint32_t>(value.size());
  x.hash = hash;
  set(x, value, erased);
  entries_.push_back(x);
  slots_[i] = {tag, static_cast<std::uint32_t>(entries_.size())};
}

void overlay::set(entry& x, std::string_view value, bool erased) {
  x.erased = erased;
  if (value.size() > x.value_capacity) {
    // A value that grew once will grow again.
    auto capacity = value.size() + value.size() / 2;
    x.value = allocate(capacity);
    x.value_capacity = static_cast<std::uint32_t>(capacity);
  }
  x.value_size = static_cast<std::uint32_t>(value.size());
  std::copy(value.begin(), value.end(), x.value);
}

void overlay::grow() {
  std::vector<slot> bigger(std::max<std::size_t>(64, slots_.size() * 2));
  auto mask = bigger.size() - 1;
  for (std::size_t n = 0; n < entries_.size(); ++n) {
    auto i = entries_[n].hash & mask;
    while (bigger[i].index != 0)
      i = (i + 1) & mask;
    bigger[i]
        = {static_cast<std::uint32_t>(entries_[n].hash >> 32), static_cast<std::uint32_t>(n + 1)};
  }
  slots_.swap(bigger);
}

char* overlay::allocate(std::size_t size) {
  if (size > free_bytes_) {
    auto usual = std::clamp(arena_bytes_, block_bytes_min, block_bytes_max);
    if (size > usual / 4) { // a block of its own; the current one goes on
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
      arena_bytes_ += size;
      return blocks_.back().get();
    }
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(usual));
    arena_bytes_ += usual;
    free_ = blocks_.back().get();
    free_bytes_ = usual;
  }
  auto* result = free_;
  free_ += size;
  free_bytes_ -= size;
  return result;
}

} // namespace baseplate::journal
