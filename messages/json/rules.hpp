// Looks up, at compile time, what JSON makes of a described member or enumerator.
#pragma once

#include "messages/describe.hpp"
#include "messages/json/member_rule.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace baseplate {

namespace detail {

template <class T>
concept has_member_rules = requires {
  member_rules(static_cast<const T*>(nullptr));
};

template <class E>
concept has_json_name = requires(E x) {
  { json_name(x) } -> std::convertible_to<std::string_view>;
};

/// One rule per member, in order: the declared one, or an empty one.
template <described T>
constexpr auto collect_rules() {
  constexpr auto& names = member_names<T>;
  std::array<member_rule, member_count<T>> out{};
  for (std::size_t i = 0; i < names.size(); ++i)
    out[i].member = names[i];
  if constexpr (has_member_rules<T>) {
    for (const auto& rule : member_rules(static_cast<const T*>(nullptr)))
      for (auto& slot : out)
        if (slot.member == rule.member)
          slot = rule;
  }
  for (auto& rule : out)
    if (rule.json.empty())
      rule.json = rule.member;
  return out;
}

template <described T>
constexpr bool rules_name_members() {
  if constexpr (has_member_rules<T>) {
    constexpr auto& names = member_names<T>;
    for (const auto& rule : member_rules(static_cast<const T*>(nullptr))) {
      bool found = false;
      for (const auto name : names)
        found = found || name == rule.member;
      if (!found)
        return false;
    }
  }
  return true;
}

template <described T>
struct rules_holder {
  static_assert(rules_name_members<T>(), "a member_rule names a member that the struct has not");
  static constexpr auto value = collect_rules<T>();
};

} // namespace detail

/// The rules of T's members, in the order of member_names<T>, with `json` filled in.
template <described T>
inline constexpr const auto& rules_of = detail::rules_holder<T>::value;

/// Calls f(rule, member) for each member of x, in order.
template <class T, class F>
requires described<std::remove_const_t<T>>

void for_each_member(T& x, F&& f) {
  using message = std::remove_const_t<T>;
  [&]<std::size_t... Is>(std::index_sequence<Is...>) {
    (f(rules_of<message>[Is], x.*std::get<Is>(member_pointers<message>)), ...);
  }
  (std::make_index_sequence<member_count<message>>{});
}

/// The rule of a list's elements: the list's, without its length.
constexpr member_rule element_rule(member_rule rule) {
  const member_rule none;
  rule.length_min = none.length_min;
  rule.length_max = none.length_max;
  return rule;
}

/// The enumerator's spelling in JSON, or empty for a value that is none.
template <described_enum E>
constexpr std::string_view enum_name(E x) {
  if constexpr (detail::has_json_name<E>) {
    return json_name(x);
  } else {
    std::string_view out;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
      if (d.value == x)
        out = d.name;
    });
    return out;
  }
}

/// The enumerators of E, in order.
template <described_enum E>
constexpr auto enum_values() {
  std::array<E, boost::mp11::mp_size<boost::describe::describe_enumerators<E>>::value> out{};
  std::size_t i = 0;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto d) { out[i++] = d.value; });
  return out;
}

/// Inverse of enum_name.
template <described_enum E>
constexpr std::optional<E> enum_value(std::string_view name) {
  for (const auto x : enum_values<E>())
    if (enum_name(x) == name)
      return x;
  return std::nullopt;
}

} // namespace baseplate
