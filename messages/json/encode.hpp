// Described messages → JSON: as a Boost.JSON value, or straight as text.
// Absent optionals and chunks are left out. Plain texts must be UTF-8 (see member_rule for bytes).
// Threads: stateless.
#pragma once

#include "messages/chunk.hpp"
#include "messages/event.hpp"
#include "messages/json/base64.hpp"
#include "messages/json/chunk_image.hpp"
#include "messages/json/raw_json.hpp"
#include "messages/json/rules.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace baseplate {

template <described T>
boost::json::value to_json(const T& x);

template <described T>
void append_json(std::string& out, const T& x);

namespace detail {

/// Parses what its setter vouched for; a text that is no JSON becomes a JSON string of itself.
boost::json::value parse_raw(const std::string& text);

inline boost::json::value encode(const member_rule&, bool x) {
  return x;
}

template <std::integral T>
boost::json::value encode(const member_rule&, T x) {
  if constexpr (std::is_signed_v<T>)
    return std::int64_t{x};
  else
    return std::uint64_t{x};
}

template <described_enum T>
boost::json::value encode(const member_rule&, T x) {
  return boost::json::string(enum_name(x));
}

inline boost::json::value encode(const member_rule& rule, const std::string& x) {
  return rule.encoding == text_encoding::base64 ? boost::json::string(to_base64(x))
                                                : boost::json::string(x);
}

inline boost::json::value encode(const member_rule&, const raw_json& x) {
  return parse_raw(x.text);
}

inline boost::json::value encode(const member_rule&, const chunk_ptr& x) {
  return to_json(to_image(x));
}

template <described T>
boost::json::value encode(const member_rule&, const T& x) {
  return to_json(x);
}

template <class T>
boost::json::value encode(const member_rule& rule, const std::vector<T>& xs) {
  boost::json::array out;
  out.reserve(xs.size());
  for (const auto& x : xs)
    out.push_back(encode(rule, x));
  return out;
}

inline void write(std::string& out, const member_rule&, bool x) {
  out += x ? "true" : "false";
}

template <std::integral T>
void write(std::string& out, const member_rule&, T x) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, x).ptr;
  out.append(text, end);
}

template <described_enum T>
void write(std::string& out, const member_rule&, T x) {
  append_json_string(out, enum_name(x));
}

inline void write(std::string& out, const member_rule& rule, const std::string& x) {
  if (rule.encoding == text_encoding::base64)
    append_json_string(out, to_base64(x));
  else
    append_json_string(out, x);
}

inline void write(std::string& out, const member_rule&, const raw_json& x) {
  out += x.text;
}

inline void write(std::string& out, const member_rule&, const chunk_ptr& x) {
  append_json(out, to_image(x));
}

template <described T>
void write(std::string& out, const member_rule&, const T& x) {
  append_json(out, x);
}

template <class T>
void write(std::string& out, const member_rule& rule, const std::vector<T>& xs) {
  char before = '[';
  for (const auto& x : xs) {
    out += before;
    before = ',';
    write(out, rule, x);
  }
  out += before == '[' ? "[]" : "]";
}

/// The value to encode, or null when the member is absent.
template <class T>
const T* present(const T& x) {
  return &x;
}

template <class T>
const T* present(const std::optional<T>& x) {
  return x ? &*x : nullptr;
}

inline const chunk_ptr* present(const chunk_ptr& x) {
  return x ? &x : nullptr;
}

} // namespace detail

/// The message as a JSON object.
template <described T>
boost::json::value to_json(const T& x) {
  boost::json::object out;
  out.reserve(member_count<T>);
  for_each_member(x, [&](const member_rule& rule, const auto& member) {
    if (const auto* value = detail::present(member))
      out.emplace(rule.json, detail::encode(rule, *value));
  });
  return out;
}

/// Appends the message as a JSON object's text. One pass, no value in between.
template <described T>
void append_json(std::string& out, const T& x) {
  char before = '{';
  for_each_member(x, [&](const member_rule& rule, const auto& member) {
    const auto* value = detail::present(member);
    if (value == nullptr)
      return;
    out += before;
    before = ',';
    append_json_string(out, rule.json);
    out += ':';
    detail::write(out, rule, *value);
  });
  out += before == '{' ? "{}" : "}";
}

/// The message as a JSON object's text.
template <described T>
std::string to_json_text(const T& x) {
  std::string out;
  append_json(out, x);
  return out;
}

} // namespace baseplate
