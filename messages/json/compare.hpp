// Whether two messages say the same: member by member, chunks by their events. For round trips and
// tests.
#pragma once

#include "messages/chunk.hpp"
#include "messages/json/raw_json.hpp"
#include "messages/json/rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace baseplate {

template <described T>
bool same(const T& a, const T& b);

inline bool same(const raw_json& a, const raw_json& b) {
  return a.text == b.text;
}

/// Range and events, not the framing between them.
bool same(const chunk_ptr& a, const chunk_ptr& b);

template <class T>
requires std::integral<T> || std::is_enum_v<T> || std::same_as<T, std::string>

bool same(const T& a, const T& b) {
  return a == b;
}

template <class T>
bool same(const std::optional<T>& a, const std::optional<T>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i]))
      return false;
  return true;
}

template <described T>
bool same(const T& a, const T& b) {
  return std::apply([&](auto... members) { return (same(a.*members, b.*members) && ...); },
                    member_pointers<T>);
}

} // namespace baseplate
