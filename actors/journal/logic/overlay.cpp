#include "actors/journal/logic/overlay.hpp"

#include "messages/assert.hpp"

#include <algorithm>
#include <new>

namespace baseplate::journal {

namespace {

constexpr std::size_t block_bytes_min = 16 * 1024;
constexpr std::size_t block_bytes_max = 1024 * 1024;
constexpr std::size_t alignment = 8;

} // namespace

overlay::answer overlay::find(std::string_view key, std::string_view& out) const noexcept {
  if (slots_.empty())
    return answer::unknown;
  auto hash = hash_of(key);
  auto mask = slots_.size() - 1;
  auto tag = hash >> tag_shift;
  for (auto i = hash & mask; slots_[i] != 0; i = (i + 1) & mask) {
    if (slots_[i] >> tag_shift != tag)
      continue;
    const auto& x = *row_of(slots_[i]);
    if (!x.is(key, hash))
      continue;
    if (x.erased)
      return answer::erased;
    out = {x.value, x.value_size};
    return answer::value;
  }
  return answer::unknown;
}

std::vector<row_view> overlay::sorted() const {
  std::vector<row_view> out;
  out.reserve(rows_.size());
  for_each([&](const row_view& x) { out.push_back(x); });
  std::sort(out.begin(), out.end(),
            [](const row_view& a, const row_view& b) { return a.key < b.key; });
  return out;
}

void overlay::write(std::string_view key, std::uint64_t hash, std::string_view value, bool erased) {
  if ((rows_.size() + 1) * 2 > slots_.size())
    grow();
  auto mask = slots_.size() - 1;
  auto tag = hash >> tag_shift;
  auto i = hash & mask;
  for (; slots_[i] != 0; i = (i + 1) & mask) {
    if (slots_[i] >> tag_shift != tag)
      continue;
    if (auto& x = *row_of_mutable(slots_[i]); x.is(key, hash)) {
      set(x, value, erased);
      return;
    }
  }
  auto* memory = allocate(sizeof(row) + key.size() + value.size());
  auto* x = ::new (memory) row;
  x->hash = hash;
  x->key_size = static_cast<std::uint32_t>(key.size());
  std::copy(key.begin(), key.end(), memory + sizeof(row));
  x->value = memory + sizeof(row) + key.size();
  x->value_capacity = static_cast<std::uint32_t>(value.size());
  set(*x, value, erased);
  rows_.push_back(x);
  slots_[i] = make_slot(x);
}

void overlay::set(row& x, std::string_view value, bool erased) {
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
  for (auto* x : rows_) {
    auto i = x->hash & mask;
    while (bigger[i] != 0)
      i = (i + 1) & mask;
    bigger[i] = make_slot(x);
  }
  slots_.swap(bigger);
}

char* overlay::allocate(std::size_t size) {
  size = (size + alignment - 1) / alignment * alignment;
  char* result = nullptr;
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
    // The table keeps 16 bits of the hash above every address.
    BASEPLATE_ASSERT(reinterpret_cast<std::uint64_t>(free_) >> tag_shift == 0);
  }
  result = free_;
  free_ += size;
  free_bytes_ -= size;
  return result;
}

} // namespace baseplate::journal
