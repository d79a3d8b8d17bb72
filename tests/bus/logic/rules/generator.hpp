// Random patterns and events of few names and values, so that they often meet.
#pragma once

#include "tests/bus/logic/rules/naive_matcher.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace baseplate::rules {

class generator {
 public:
  /// `nested`: mostly arrays of objects, whose elements must be told apart.
  explicit generator(std::uint64_t seed, bool nested = false) : random_(seed), nested_(nested) {}

  /// A JSON object: repeated and dotted keys, nested arrays, odd numbers, escapes.
  std::string event();
  /// A valid pattern, perhaps with $or.
  std::string pattern();
  /// A pattern that is made of values of the event, so that it matches. Empty: the event has none.
  std::string pattern_of(const std::vector<naive::leaf>& event);

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

 private:
  std::string object(int depth);
  std::string value(int depth);
  std::string scalar();
  std::string fields(int depth, int count, bool may_or);
  std::string leaf_list();
  std::string match();

  template <class T, std::size_t N>
  const T& one_of(const T (&x)[N]) {
    return x[below(N)];
  }

  std::mt19937_64 random_;
  bool nested_ = false;
};

} // namespace baseplate::rules
