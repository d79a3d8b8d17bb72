// What the decoder asks of a parsed JSON value. Boost.JSON's is here; simdjson's is in
// simdjson_source.hpp, so that only who uses it pays for it.
#pragma once

#include <boost/json/value.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace baseplate {

/// A whole number of JSON, with room for all of int64 and uint64.
struct json_integer {
  bool negative = false;
  /// Its absolute value.
  std::uint64_t magnitude = 0;
};

namespace detail {

inline json_integer make_integer(std::int64_t x) {
  return {x < 0, x < 0 ? ~static_cast<std::uint64_t>(x) + 1 : static_cast<std::uint64_t>(x)};
}

/// JSON does not tell 1.0 from 1: a double that is whole and exact counts.
inline bool whole_number(double x, json_integer& out) {
  constexpr double exact_max = 9007199254740992.0; // 2^53
  if (!(std::abs(x) <= exact_max) || x != std::trunc(x))
    return false;
  out = make_integer(static_cast<std::int64_t>(x));
  return true;
}

} // namespace detail

/// Specialise for a parser's value type.
template <class Value>
struct json_source;

template <>
struct json_source<boost::json::value> {
  using value = boost::json::value;

  static bool is_null(const value& x) { return x.is_null(); }

  static bool boolean(const value& x, bool& out) {
    if (!x.is_bool())
      return false;
    out = x.get_bool();
    return true;
  }

  static bool integer(const value& x, json_integer& out) {
    if (const auto* number = x.if_int64())
      out = detail::make_integer(*number);
    else if (const auto* big = x.if_uint64())
      out = {false, *big};
    else
      return x.is_double() && detail::whole_number(x.get_double(), out);
    return true;
  }

  static bool text(const value& x, std::string_view& out) {
    const auto* string = x.if_string();
    if (string == nullptr)
      return false;
    out = std::string_view(*string);
    return true;
  }

  /// f(key, value) until it says false. False: not an object.
  template <class F>
  static bool members(const value& x, F&& f) {
    const auto* object = x.if_object();
    if (object == nullptr)
      return false;
    for (const auto& member : *object)
      if (!f(std::string_view(member.key()), member.value()))
        break;
    return true;
  }

  /// f(value) until it says false. False: not an array.
  template <class F>
  static bool elements(const value& x, F&& f) {
    const auto* list = x.if_array();
    if (list == nullptr)
      return false;
    for (const auto& element : *list)
      if (!f(element))
        break;
    return true;
  }

  /// "an object", "a text", ...
  static std::string_view kind(const value& x);

  /// The value's JSON.
  static std::string serialize(const value& x);
};

} // namespace baseplate
