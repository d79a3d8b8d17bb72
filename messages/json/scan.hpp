// Walks over JSON text that was checked when it was taken in: finds ends of values, unescapes
// strings. No tree is built, so numbers keep their text, and what nobody asks for is skipped at the
// speed of a bracket count. Pure. Invariant: never reads outside the given text, whatever it holds;
// malformed text gives `false`, null or a wrong end, never a fault.
#pragma once

#include <string>
#include <string_view>

namespace baseplate::json_text {

/// True for the four characters that JSON calls white space.
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The first character at or behind `p` that is no white space; `end` if there is none.
inline const char* skip_space(const char* p, const char* end) {
  while (p != end && is_space(*p))
    ++p;
  return p;
}

/// Behind the string whose opening quote is at `p`, or null when it does not end. `escaped` is set
/// if it has a backslash. Needs *p == '"'.
const char* skip_string(const char* p, const char* end, bool& escaped);

/// Behind the value that begins at `p` (no white space before it), or null when it does not end.
const char* skip_value(const char* p, const char* end);

/// Appends the text that the inside of a JSON string stands for. Lone surrogates become three bytes
/// as they stand. False: an escape is malformed; `out` then holds the part before it.
bool unescape(std::string_view inside, std::string& out);

} // namespace baseplate::json_text
