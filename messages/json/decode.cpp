#include "messages/json/decode.hpp"

#include "messages/json/encode.hpp"
#include "messages/json/pointer.hpp"
#include "messages/json/utf8.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace baseplate {

namespace {

/// Nesting of a message's text at most.
constexpr std::size_t depth_max = 32;

/// What an error quotes of the input, in bytes.
constexpr std::size_t quoted_max = 64;

std::string quote(std::string_view text) {
  std::string out;
  append_json_string(out, utf8_prefix(text, quoted_max));
  if (text.size() > quoted_max)
    out += "...";
  return out;
}

std::string print(json_integer x) {
  return (x.negative ? "-" : "") + std::to_string(x.magnitude);
}

bool less(json_integer a, json_integer b) {
  if (a.negative != b.negative)
    return a.negative;
  return a.negative ? a.magnitude > b.magnitude : a.magnitude < b.magnitude;
}

} // namespace

std::string_view json_source<boost::json::value>::kind(const value& x) {
  switch (x.kind()) {
  case boost::json::kind::array:
    return "a list";
  case boost::json::kind::object:
    return "an object";
  case boost::json::kind::string:
    return "a text";
  case boost::json::kind::bool_:
    return "true or false";
  case boost::json::kind::null:
    return "null";
  default:
    return "a number";
  }
}

std::string json_source<boost::json::value>::serialize(const value& x) {
  return boost::json::serialize(x);
}

namespace detail {

boost::json::value parse_raw(const std::string& text) {
  boost::json::error_code error;
  auto value = boost::json::parse(text, error);
  if (error)
    return boost::json::string(text);
  return value;
}

bool decode_context::fail(decode_errc code, std::string message) {
  error.code = code;
  error.message = std::move(message);
  error.pointer.clear();
  return false;
}

bool decode_context::wrong_type(std::string_view expected, std::string_view found) {
  std::string message = "must be ";
  message += expected;
  message += ", is ";
  message += found;
  return fail(decode_errc::wrong_type, std::move(message));
}

bool decode_context::check_integer(json_integer value, const integer_bounds& bounds) {
  if (!less(value, bounds.least) && !less(bounds.greatest, value))
    return true;
  return fail(decode_errc::out_of_range, "must be from " + print(bounds.least) + " to "
                                             + print(bounds.greatest) + ", is " + print(value));
}

bool decode_context::check_length(std::string_view what, std::size_t length,
                                  const member_rule& rule) {
  if (length >= rule.length_min && length <= rule.length_max)
    return true;
  std::string message = length < rule.length_min
                            ? "must have at least " + std::to_string(rule.length_min) + " "
                            : "must have at most " + std::to_string(rule.length_max) + " ";
  message += what;
  return fail(decode_errc::bad_length, std::move(message));
}

bool decode_context::take_text(std::string_view text, const member_rule& rule, std::string& out) {
  if (rule.encoding == text_encoding::base64) {
    if (!from_base64(text, out))
      return fail(decode_errc::bad_encoding, "must be base64");
    return check_length("bytes", out.size(), rule);
  }
  if (!check_length("characters", utf8_length(text), rule))
    return false;
  out = text;
  return true;
}

bool decode_context::unknown_name(std::string_view name, std::string_view choices) {
  return fail(decode_errc::unknown_name,
              "must be one of " + std::string(choices) + ", is " + quote(name));
}

bool decode_context::missing(std::string_view key) {
  fail(decode_errc::missing_member, "must be there");
  return inside(key);
}

bool decode_context::unknown_member(std::string_view key) {
  fail(decode_errc::unknown_member, "no such member: " + quote(key));
  return inside(key);
}

bool decode_context::duplicate_member(std::string_view key) {
  fail(decode_errc::duplicate_member, "there twice: " + quote(key));
  return inside(key);
}

bool decode_context::inside(std::string_view token) {
  prepend_pointer_token(error.pointer, token);
  return false;
}

} // namespace detail

decode_result<boost::json::value> parse_json(std::string_view text) {
  boost::json::error_code error;
  boost::json::parse_options options;
  options.max_depth = depth_max;
  auto value = boost::json::parse(text, error, {}, options);
  if (!error)
    return value;
  return decode_error{decode_errc::not_json, "is not JSON: " + error.message(), ""};
}

} // namespace baseplate
