// JSON → described messages: strict for what people write (requests, configuration), lenient for
// what others stream (members may be added). Never throws on any value; the first fault ends it,
// with a JSON Pointer. Cost:    linear in the value; a key is compared with each member's name.
// Limits:  depth is that of the type. Texts and lists are bound by their rules and by the parser's
// input. Threads: stateless.
#pragma once

#include "messages/chunk.hpp"
#include "messages/json/base64.hpp"
#include "messages/json/chunk_image.hpp"
#include "messages/json/decode_error.hpp"
#include "messages/json/raw_json.hpp"
#include "messages/json/rules.hpp"
#include "messages/json/source.hpp"

#include <boost/system/result.hpp>

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace baseplate {

template <class T>
using decode_result = boost::system::result<T, decode_error>;

enum class strictness : std::uint8_t {
  /// Unknown and repeated members and a null for an absent one are errors.
  strict,
  /// Unknown members are ignored, the last of repeated ones counts, null is the same as absent.
  lenient,
};

namespace detail {

/// Bounds of a number: what its type and its rule allow.
struct integer_bounds {
  json_integer least;
  json_integer greatest;
};

template <std::integral T>
constexpr integer_bounds bounds_of(const member_rule& rule) {
  using limits = std::numeric_limits<T>;
  constexpr auto cut = [](std::int64_t x) {
    return json_integer{x < 0,
                        x < 0 ? ~static_cast<std::uint64_t>(x) + 1 : static_cast<std::uint64_t>(x)};
  };
  const auto least = std::cmp_less(rule.minimum, limits::min())
                         ? cut(static_cast<std::int64_t>(limits::min()))
                         : cut(rule.minimum);
  // The default maximum is no statement: it must not cut uint64 short.
  const bool open = rule.maximum == std::numeric_limits<std::int64_t>::max();
  const auto greatest = open || std::cmp_greater(rule.maximum, limits::max())
                            ? json_integer{false, static_cast<std::uint64_t>(limits::max())}
                            : cut(rule.maximum);
  return {least, greatest};
}

/// Where decoding stands; the functions here set the error and say false.
struct decode_context {
  strictness mode = strictness::strict;
  decode_error error;

  bool fail(decode_errc code, std::string message);
  bool wrong_type(std::string_view expected, std::string_view found);
  bool check_integer(json_integer value, const integer_bounds& bounds);
  bool check_length(std::string_view what, std::size_t length, const member_rule& rule);
  bool take_text(std::string_view text, const member_rule& rule, std::string& out);
  bool unknown_name(std::string_view name, std::string_view choices);
  bool missing(std::string_view key);
  bool unknown_member(std::string_view key);
  bool duplicate_member(std::string_view key);
  /// The fault is inside of member or element `token`.
  bool inside(std::string_view token);
};

template <class V, described T>
bool decode_value(decode_context& ctx, const member_rule&, const V& in, T& out);

template <class V>
bool decode_value(decode_context& ctx, const member_rule&, const V& in, bool& out) {
  return json_source<V>::boolean(in, out)
         || ctx.wrong_type("true or false", json_source<V>::kind(in));
}

template <class V, std::integral T>
bool decode_value(decode_context& ctx, const member_rule& rule, const V& in, T& out) {
  json_integer value;
  if (!json_source<V>::integer(in, value))
    return ctx.wrong_type("a whole number", json_source<V>::kind(in));
  if (!ctx.check_integer(value, bounds_of<T>(rule)))
    return false;
  out = static_cast<T>(value.negative ? ~value.magnitude + 1 : value.magnitude);
  return true;
}

template <described_enum E>
std::string enum_choices() {
  std::string out;
  for (const auto x : enum_values<E>()) {
    if (!out.empty())
      out += ", ";
    out += enum_name(x);
  }
  return out;
}

template <class V, described_enum T>
bool decode_value(decode_context& ctx, const member_rule&, const V& in, T& out) {
  std::string_view name;
  if (!json_source<V>::text(in, name))
    return ctx.wrong_type("a text", json_source<V>::kind(in));
  const auto value = enum_value<T>(name);
  if (!value)
    return ctx.unknown_name(name, enum_choices<T>());
  out = *value;
  return true;
}

template <class V>
bool decode_value(decode_context& ctx, const member_rule& rule, const V& in, std::string& out) {
  std::string_view text;
  if (!json_source<V>::text(in, text))
    return ctx.wrong_type("a text", json_source<V>::kind(in));
  return ctx.take_text(text, rule, out);
}

template <class V>
bool decode_value(decode_context&, const member_rule&, const V& in, raw_json& out) {
  out.text = json_source<V>::serialize(in);
  return true;
}

template <class V>
bool decode_value(decode_context& ctx, const member_rule& rule, const V& in, chunk_ptr& out) {
  chunk_image image;
  if (!decode_value(ctx, rule, in, image))
    return false;
  std::string fault;
  out = from_image(image, fault);
  return out != nullptr || ctx.fail(decode_errc::out_of_range, std::move(fault));
}

template <class V, class T>
bool decode_value(decode_context& ctx, const member_rule& rule, const V& in,
                  std::optional<T>& out) {
  return decode_value(ctx, rule, in, out.emplace());
}

template <class V, class T>
bool decode_value(decode_context& ctx, const member_rule& rule, const V& in, std::vector<T>& out) {
  out.clear();
  const auto inner = element_rule(rule);
  bool ok = true;
  const bool is_list = json_source<V>::elements(in, [&](const V& element) {
    if (out.size() >= rule.length_max)
      ok = ctx.check_length("elements", out.size() + 1, rule);
    else if (!decode_value(ctx, inner, element, out.emplace_back()))
      ok = ctx.inside(std::to_string(out.size() - 1));
    return ok;
  });
  if (!is_list)
    return ctx.wrong_type("a list", json_source<V>::kind(in));
  return ok && ctx.check_length("elements", out.size(), rule);
}

template <class M>
constexpr bool may_be_absent(const member_rule& rule) {
  return rule.defaulted || is_optional<M>::value || std::is_same_v<M, chunk_ptr>;
}

template <class V, described T>
bool decode_value(decode_context& ctx, const member_rule&, const V& in, T& out) {
  static_assert(member_count<T> <= 64);
  std::uint64_t seen = 0;
  bool ok = true;
  const bool is_object = json_source<V>::members(in, [&](std::string_view key, const V& value) {
    std::uint64_t bit = 1;
    bool known = false;
    for_each_member(out, [&](const member_rule& rule, auto& member) {
      using member_t = std::remove_cvref_t<decltype(member)>;
      if (!known && rule.json == key) {
        known = true;
        if ((seen & bit) != 0 && ctx.mode == strictness::strict)
          ok = ctx.duplicate_member(key);
        else if (may_be_absent<member_t>(rule) && ctx.mode == strictness::lenient
                 && json_source<V>::is_null(value))
          ok = true;
        else if (decode_value(ctx, rule, value, member))
          seen |= bit;
        else
          ok = ctx.inside(key);
      }
      bit <<= 1;
    });
    if (!known && ctx.mode == strictness::strict)
      ok = ctx.unknown_member(key);
    return ok;
  });
  if (!is_object)
    return ctx.wrong_type("an object", json_source<V>::kind(in));
  std::uint64_t bit = 1;
  for_each_member(out, [&](const member_rule& rule, auto& member) {
    using member_t = std::remove_cvref_t<decltype(member)>;
    if (ok && (seen & bit) == 0 && !may_be_absent<member_t>(rule))
      ok = ctx.missing(rule.json);
    bit <<= 1;
  });
  return ok;
}

} // namespace detail

/// The message that a parsed value (Boost.JSON's or simdjson's) says, or the first fault.
template <described T, class Value>
decode_result<T> from_json(const Value& value, strictness mode = strictness::strict) {
  detail::decode_context ctx{mode, {}};
  T out{};
  if (detail::decode_value(ctx, member_rule{}, value, out))
    return out;
  return std::move(ctx.error);
}

/// Parses text, depth at most 32, and decodes it. Two faults of the text itself, invalid JSON and
/// depth, are not_json.
decode_result<boost::json::value> parse_json(std::string_view text);

template <described T>
decode_result<T> from_json_text(std::string_view text, strictness mode = strictness::strict) {
  auto value = parse_json(text);
  if (!value)
    return std::move(value).error();
  return from_json<T>(*value, mode);
}

} // namespace baseplate
