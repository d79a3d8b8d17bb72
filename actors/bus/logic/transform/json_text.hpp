// JSON as text: checks it, walks over it, copies it without its white space. No tree is built, so
// numbers keep the spelling that they came in. Invariants: nothing reads outside the given text,
// whatever it holds; the walkers need text that check_json() took, and stop early on any other.
// Threads: no state
#pragma once

#include "messages/json/scan.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::transform {

/// Objects and arrays within one another at most, in a text that check_json() takes.
inline constexpr std::size_t json_depth_max = 1024;

/// Why a text is no JSON, and where: bytes from its beginning.
struct json_fault {
  std::size_t offset = 0;
  std::string text;
};

/// A part of a text: bytes from its beginning, and behind the last.
struct text_span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first fault of `text` as one JSON value (RFC 8259) with white space around it; nullopt: it
/// is one. UTF-8 is not looked at. `keys` gets where the names of members are, quotes included.
std::optional<json_fault> check_json(std::string_view text, std::vector<text_span>* keys = nullptr);

/// The same for one or more strings with white space around and between them.
std::optional<json_fault> check_json_strings(std::string_view text);

using json_text::skip_space;
using json_text::skip_value;

/// The member of an object whose text begins at `p` with '{'; the last one of that name, an empty
/// view when there is none. `name` is compared after unescaping.
std::string_view find_member(std::string_view object, std::string_view name);

/// Calls `f(key_inside, value)` for every member of an object, in order; `key_inside` is escaped
/// and without quotes. Stops on malformed text.
template <class F>
void each_member(std::string_view object, F&& f) {
  const char* p = object.data();
  const char* end = p + object.size();
  if (p == end || *p != '{')
    return;
  p = skip_space(p + 1, end);
  while (p != end && *p == '"') {
    const char* key = p + 1;
    p = skip_value(p, end);
    if (p == nullptr)
      return;
    const std::string_view inside(key, static_cast<std::size_t>(p - key) - 1);
    p = skip_space(p, end);
    if (p == end || *p != ':')
      return;
    p = skip_space(p + 1, end);
    const char* value = p;
    p = skip_value(p, end);
    if (p == nullptr)
      return;
    f(inside, std::string_view(value, static_cast<std::size_t>(p - value)));
    p = skip_space(p, end);
    if (p == end || *p != ',')
      return;
    p = skip_space(p + 1, end);
  }
}

/// Calls `f(value)` for every element of an array, in order. Stops on malformed text.
template <class F>
void each_element(std::string_view array, F&& f) {
  const char* p = array.data();
  const char* end = p + array.size();
  if (p == end || *p != '[')
    return;
  p = skip_space(p + 1, end);
  while (p != end && *p != ']') {
    const char* value = p;
    p = skip_value(p, end);
    if (p == nullptr)
      return;
    f(std::string_view(value, static_cast<std::size_t>(p - value)));
    p = skip_space(p, end);
    if (p == end || *p != ',')
      return;
    p = skip_space(p + 1, end);
  }
}

/// Appends a value without the white space between its tokens.
void append_minified(std::string_view value, std::string& out);

/// Appends the characters that the inside of a JSON string stands for. A lone surrogate becomes
/// U+FFFD, so that valid UTF-8 stays valid; what is no escape stays as it is.
void append_unescaped(std::string_view inside, std::string& out);

/// Appends `raw` as the inside of a JSON string: quotes, backslashes and control characters are
/// escaped, nothing else.
void append_escaped(std::string_view raw, std::string& out);

/// Appends `raw` as a JSON string with its quotes.
void append_json_string(std::string_view raw, std::string& out);

} // namespace baseplate::transform
