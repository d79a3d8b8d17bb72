#include "actors/bus/logic/rules/unicode.hpp"

#include "actors/bus/logic/rules/letter_case_table.hpp"

#include <algorithm>

namespace baseplate::rules {

utf8_decoded decode_utf8(std::string_view text) {
  if (text.empty())
    return {};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80)
    return {first, 1, true};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length)
    return {first, 1, false};
  std::uint32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80)
      return {first, 1, false};
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  const std::uint32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10FFFF)
    return {first, 1, false};
  return {code, length, true};
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    }
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (code & 0x3F));
}

std::string hex_byte(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[byte >> 4], digits[byte & 15]};
}

letter_cases cases_of(std::uint32_t code) {
  letter_cases result;
  std::int64_t to_lower = 0;
  std::int64_t to_upper = 0;
  if (code < 0x80) {
    if (code >= 'A' && code <= 'Z')
      to_lower = 'a' - 'A';
    else if (code >= 'a' && code <= 'z')
      to_upper = 'A' - 'a';
  } else {
    for (const auto& x : special_cases)
      if (x.code == code)
        return {x.lower, x.upper};
    // Runs of stride 2 may interleave, so a few before the last candidate are looked at.
    auto i = std::upper_bound(case_runs.begin(), case_runs.end(), code,
                              [](std::uint32_t c, const case_run& r) { return c < r.first; });
    for (int tries = 0; tries < 6 && i != case_runs.begin(); ++tries) {
      --i;
      const auto distance = code - i->first;
      if (distance % i->stride == 0 && distance / i->stride < i->count) {
        to_lower = i->to_lower;
        to_upper = i->to_upper;
        break;
      }
    }
  }
  append_utf8(result.lower, static_cast<std::uint32_t>(code + to_lower));
  append_utf8(result.upper, static_cast<std::uint32_t>(code + to_upper));
  return result;
}

} // namespace baseplate::rules
