// Fills described messages with values that their rules allow: the same seed, the same values.
// Two ways: an example for readers of a schema, and arbitrary values that try the edges, for round
// trips. Threads: a sampler is one thread's.
#pragma once

#include "messages/chunk.hpp"
#include "messages/json/decode.hpp"
#include "messages/json/raw_json.hpp"
#include "messages/json/rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace baseplate {

enum class sample_kind : std::uint8_t {
  /// Small, readable, everything present, lists of one.
  example,
  /// Edges of ranges, empty and long, any character, absent or present.
  arbitrary,
};

/// A seeded source of values (splitmix64).
class sampler {
 public:
  sampler(sample_kind kind, std::uint64_t seed) : kind_(kind), state_(seed) {}

  sample_kind kind() const { return kind_; }

  std::uint64_t bits();

  /// In [0, bound). @pre bound > 0
  std::uint64_t below(std::uint64_t bound) { return bits() % bound; }

  bool coin() { return kind_ == sample_kind::example || (bits() & 1) != 0; }

  /// Within the bounds, often at their ends.
  json_integer integer(const detail::integer_bounds& bounds);
  std::string text(const member_rule& rule);
  std::size_t list_length(const member_rule& rule);
  chunk_ptr chunk();
  raw_json json();

 private:
  sample_kind kind_;
  std::uint64_t state_;
};

template <described T>
void fill(sampler& from, T& out, const member_rule& = {});

inline void fill(sampler& from, bool& out, const member_rule&) {
  out = from.coin();
}

template <std::integral T>
void fill(sampler& from, T& out, const member_rule& rule) {
  const auto x = from.integer(detail::bounds_of<T>(rule));
  out = static_cast<T>(x.negative ? ~x.magnitude + 1 : x.magnitude);
}

template <described_enum T>
void fill(sampler& from, T& out, const member_rule&) {
  constexpr auto values = enum_values<T>();
  out = values[from.below(values.size())];
}

inline void fill(sampler& from, std::string& out, const member_rule& rule) {
  out = from.text(rule);
}

inline void fill(sampler& from, raw_json& out, const member_rule&) {
  out = from.json();
}

inline void fill(sampler& from, chunk_ptr& out, const member_rule&) {
  out = from.coin() ? from.chunk() : nullptr;
}

template <class T>
void fill(sampler& from, std::optional<T>& out, const member_rule& rule) {
  if (from.coin())
    fill(from, out.emplace(), rule);
  else
    out.reset();
}

template <class T>
void fill(sampler& from, std::vector<T>& out, const member_rule& rule) {
  out.resize(from.list_length(rule));
  const auto inner = element_rule(rule);
  for (auto& x : out)
    fill(from, x, inner);
}

template <described T>
void fill(sampler& from, T& out, const member_rule&) {
  for_each_member(out, [&](const member_rule& rule, auto& member) { fill(from, member, rule); });
}

template <described T>
T make_sample(sample_kind kind, std::uint64_t seed) {
  sampler from(kind, seed);
  T out{};
  fill(from, out);
  return out;
}

} // namespace baseplate
