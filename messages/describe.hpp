// Every described message in one include, and the few questions that generic code asks a
// description. A message is declared once, by BOOST_DESCRIBE_STRUCT beneath its struct; from that
// come CAF's inspect (caf/inspect.hpp), JSON, JSON Schema and the inspector's text (json/).
// Threads: compile time only.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace baseplate {

/// A struct with a BOOST_DESCRIBE_STRUCT.
template <class T>
concept described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

/// An enum with a BOOST_DESCRIBE_ENUM.
template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

namespace detail {

template <class... Ds>
constexpr auto pointers_of(boost::describe::detail::list<Ds...>) {
  return std::make_tuple(Ds::pointer...);
}

template <class... Ds>
constexpr auto names_of(boost::describe::detail::list<Ds...>) {
  return std::array<std::string_view, sizeof...(Ds)>{Ds::name...};
}

template <class T>
using descriptors = boost::describe::describe_members<T, boost::describe::mod_public>;

} // namespace detail

/// Pointers to T's members, a tuple in the order of declaration. Generic code goes over these and
/// not over the descriptors, whose types have very long names and are instantiated one by one
/// (description_test at -O0: 35 s and 26.7 MB with descriptors, 31 s and 23.0 MB so).
template <described T>
inline constexpr auto member_pointers = detail::pointers_of(detail::descriptors<T>{});

/// The C++ names of T's members, in the order of declaration.
template <described T>
inline constexpr auto member_names = detail::names_of(detail::descriptors<T>{});

template <described T>
inline constexpr std::size_t member_count = member_names<T>.size();

template <class T>
struct is_optional : std::false_type {};

template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
struct is_vector : std::false_type {};

template <class T>
struct is_vector<std::vector<T>> : std::true_type {};

namespace detail {

template <class T>
constexpr std::string_view raw_type_name() {
  return __PRETTY_FUNCTION__;
}

} // namespace detail

/// The struct's or enum's name without its namespaces: "commit", "match_tally::bus_count" gives
/// "bus_count".
template <class T>
constexpr std::string_view type_name_of() {
  // GCC: "... [with T = baseplate::commit; ...]", Clang: "... [T = baseplate::commit]".
  std::string_view text = detail::raw_type_name<T>();
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  const auto colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

} // namespace baseplate
