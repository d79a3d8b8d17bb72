// What JSON texts need to know of UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace baseplate {

/// Characters (code points) of valid UTF-8.
constexpr std::size_t utf8_length(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text)
    count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

/// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, up to
/// U+10FFFF).
bool is_utf8(std::string_view text);

/// At most `bytes_max` bytes of `text`, never half a character.
constexpr std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max)
    return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;
  return text.substr(0, end);
}

} // namespace baseplate
