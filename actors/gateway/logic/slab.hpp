// Things in flight under a 64-bit token: constant time, memory reused. Pure.
// Invariants: a token is never given twice, so a late answer to an old one finds nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace baseplate::gateway {

template <class T>
class slab {
 public:
  /// Stores `value` and returns its token, which is never 0.
  std::uint64_t put(T value) {
    std::uint32_t index;
    if (free_.empty()) {
      index = static_cast<std::uint32_t>(places_.size());
      places_.emplace_back();
    } else {
      index = free_.back();
      free_.pop_back();
    }
    auto& place = places_[index];
    ++place.generation;
    place.value.emplace(std::move(value));
    ++size_;
    return std::uint64_t{place.generation} << 32 | index;
  }

  /// The value under `token`, or null.
  T* find(std::uint64_t token) {
    const auto index = static_cast<std::uint32_t>(token);
    if (index >= places_.size() || places_[index].generation != token >> 32
        || !places_[index].value)
      return nullptr;
    return &*places_[index].value;
  }

  /// Takes the value out; absent: no such token.
  std::optional<T> take(std::uint64_t token) {
    auto* value = find(token);
    if (!value)
      return std::nullopt;
    std::optional<T> out{std::move(*value)};
    const auto index = static_cast<std::uint32_t>(token);
    places_[index].value.reset();
    free_.push_back(index);
    --size_;
    return out;
  }

  /// Calls f(token, value) for each value; f must not change the slab.
  template <class F>
  void for_each(F&& f) {
    if (size_ == 0)
      return;
    for (std::size_t i = 0; i < places_.size(); ++i)
      if (places_[i].value)
        f(std::uint64_t{places_[i].generation} << 32 | i, *places_[i].value);
  }

  std::size_t size() const { return size_; }

 private:
  struct place {
    std::uint32_t generation = 0;
    std::optional<T> value;
  };

  std::vector<place> places_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

} // namespace baseplate::gateway
