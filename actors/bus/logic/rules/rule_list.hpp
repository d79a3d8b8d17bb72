// A list of rules that is mostly one long. 16 bytes, no allocation for one.
// Threads: as for any value
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

namespace baseplate::rules {

class rule_list {
 public:
  rule_list() = default;

  rule_list(rule_list&& x) noexcept { swap(x); }

  rule_list& operator=(rule_list&& x) noexcept {
    swap(x);
    return *this;
  }

  ~rule_list() {
    if (capacity_ > 1)
      delete[] many_;
  }

  std::span<const std::uint32_t> all() const { return {capacity_ > 1 ? many_ : &one_, size_}; }

  std::size_t size() const { return size_; }

  bool empty() const { return size_ == 0; }

  void push_back(std::uint32_t x) {
    if (size_ == capacity_) {
      auto* grown = new std::uint32_t[capacity_ * 2];
      std::memcpy(grown, all().data(), size_ * sizeof(x));
      if (capacity_ > 1)
        delete[] many_;
      many_ = grown;
      capacity_ *= 2;
    }
    (capacity_ > 1 ? many_ : &one_)[size_++] = x;
  }

  /// Removes one occurrence; the order of the others may change. O(size).
  bool erase(std::uint32_t x) {
    auto* begin = capacity_ > 1 ? many_ : &one_;
    auto* found = std::find(begin, begin + size_, x);
    if (found == begin + size_)
      return false;
    *found = begin[--size_];
    return true;
  }

  std::size_t memory_bytes() const { return capacity_ > 1 ? capacity_ * 4 : 0; }

 private:
  void swap(rule_list& x) noexcept {
    std::swap(size_, x.size_);
    std::swap(capacity_, x.capacity_);
    std::swap(many_, x.many_); // the larger member of the union
  }

  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 1;

  union {
    std::uint32_t* many_ = nullptr;
    std::uint32_t one_;
  };
};

} // namespace baseplate::rules
