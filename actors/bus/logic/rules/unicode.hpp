// UTF-8 and letter case, as far as patterns need them.
// Threads: no state
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace baseplate::rules {

struct utf8_decoded {
  std::uint32_t code = 0;
  /// Bytes taken; at least 1 unless the text is empty.
  std::size_t length = 0;
  bool valid = false;
};

/// The first character of `text`. Surrogates (3 bytes) are accepted: JSON escapes can make them.
utf8_decoded decode_utf8(std::string_view text);

/// The bytes of the first character of `text`.
inline std::string_view utf8_character(std::string_view text) {
  return text.substr(0, decode_utf8(text).length);
}

/// Appends the UTF-8 of `code`; lone surrogates become three bytes.
void append_utf8(std::string& out, std::uint32_t code);

/// Two lower-case hexadecimal digits.
std::string hex_byte(unsigned char byte);

/// Lower and upper case of one character, in UTF-8; each may be several characters (ß, "SS"). Equal
/// if the character has no case. Never empty for a non-empty text.
struct letter_cases {
  std::string lower;
  std::string upper;
};

letter_cases cases_of(std::uint32_t code);

constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace baseplate::rules
