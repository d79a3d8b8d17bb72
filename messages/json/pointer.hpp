// JSON Pointer (RFC 6901): making the ones that errors carry, and following them.
// Threads: stateless.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace baseplate {

/// Appends "/" and the token with ~ and / escaped.
void append_pointer_token(std::string& out, std::string_view token);

/// `pointer` with "/token" behind it.
std::string child_pointer(std::string_view pointer, std::string_view token);

/// Puts "/token" in front: for errors that learn where they are on their way out.
void prepend_pointer_token(std::string& pointer, std::string_view token);

/// The value that `pointer` names inside `root`, or null: absent, or no JSON Pointer at all.
/// "" is `root` itself. An index of a list has no leading zeros; "-" names nothing.
const boost::json::value* resolve_pointer(const boost::json::value& root, std::string_view pointer);

/// Whether `text` is a JSON Pointer: empty, or tokens that each begin with "/", with ~ only as ~0
/// and ~1.
bool is_json_pointer(std::string_view text);

} // namespace baseplate
