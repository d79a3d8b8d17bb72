// Every described message in one include, and the few questions that generic code asks a
// description. A message is declared once, by BOOST_DESCRIBE_STRUCT beneath its struct; from that
// come CAF's inspect (caf/inspect.hpp), JSON, JSON Schema and the inspector's text (json/).
// Threads: compile time only.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

namespace baseplate {

/// A struct with a BOOST_DESCRIBE_STRUCT.
template <class T>
concept described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

/// An enum with a BOOST_DESCRIBE_ENUM.
template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

/// The members of T as a type list of descriptors (`pointer`, `name`), in order of declaration.
template <described T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public>;

template <described T>
inline constexpr std::size_t member_count = boost::mp11::mp_size<members_of<T>>::value;

/// The type of the member that descriptor D of struct T speaks of.
template <class T, class D>
using member_type = std::remove_cvref_t<decltype(std::declval<T&>().*D::pointer)>;

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
