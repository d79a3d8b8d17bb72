// Classes of characters in JSON.
#pragma once

namespace baseplate::transform {

/// 0 to 9.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What a hexadecimal digit stands for; -1: it is none.
constexpr int hex_value(char c) {
  if (is_digit(c))
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

} // namespace baseplate::transform
