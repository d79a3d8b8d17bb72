#include "messages/json/scan.hpp"

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace baseplate::json_text {

namespace {

/// The first quote, brace or bracket at or behind `p`; `end` if there is none.
const char* find_structure(const char* p, const char* end) {
#if defined(__SSE2__)
  const auto quote = _mm_set1_epi8('"');
  const auto case_bit = _mm_set1_epi8(0x20);
  const auto open = _mm_set1_epi8('{'); // '[' | 0x20 is '{'
  const auto close = _mm_set1_epi8('}');
  while (end - p >= 16) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto folded = _mm_or_si128(bytes, case_bit);
    const auto hits
        = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
                       _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close)));
    if (const auto mask = _mm_movemask_epi8(hits))
      return p + __builtin_ctz(static_cast<unsigned>(mask));
    p += 16;
  }
#endif
  for (; p != end; ++p)
    if (*p == '"' || (*p | 0x20) == '{' || (*p | 0x20) == '}')
      return p;
  return end;
}

/// The first quote or backslash at or behind `p`; `end` if there is none.
const char* find_quote_or_backslash(const char* p, const char* end) {
#if defined(__SSE2__)
  const auto quote = _mm_set1_epi8('"');
  const auto backslash = _mm_set1_epi8('\\');
  while (end - p >= 16) {
    const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const auto hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    if (const auto mask = _mm_movemask_epi8(hits))
      return p + __builtin_ctz(static_cast<unsigned>(mask));
    p += 16;
  }
#endif
  while (p != end && *p != '"' && *p != '\\')
    ++p;
  return p;
}

const char* skip_nested(const char* p, const char* end) {
  std::uint64_t depth = 0;
  bool escaped = false;
  for (p = find_structure(p, end); p != end; p = find_structure(p, end)) {
    if (*p == '"') {
      p = skip_string(p, end, escaped);
      if (p == nullptr)
        return nullptr;
      continue;
    }
    const bool opens = (*p | 0x20) == '{';
    ++p;
    if (opens)
      ++depth;
    else if (--depth == 0)
      return p;
  }
  return nullptr;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The four hex digits at `p`, or -1.
int hex4(const char* p, const char* end) {
  if (end - p < 4)
    return -1;
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(p[i]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// Takes the escape whose backslash is at `p`; gives what is behind it, or null.
const char* unescape_one(const char* p, const char* end, std::string& out) {
  if (++p == end)
    return nullptr;
  switch (*p) {
  case '"':
  case '\\':
  case '/':
    out += *p;
    return p + 1;
  case 'b':
    out += '\b';
    return p + 1;
  case 'f':
    out += '\f';
    return p + 1;
  case 'n':
    out += '\n';
    return p + 1;
  case 'r':
    out += '\r';
    return p + 1;
  case 't':
    out += '\t';
    return p + 1;
  case 'u':
    break;
  default:
    return nullptr;
  }
  ++p;
  const int first = hex4(p, end);
  if (first < 0)
    return nullptr;
  p += 4;
  auto code = static_cast<std::uint32_t>(first);
  if (code >= 0xD800 && code < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
    const int second = hex4(p + 2, end);
    if (second >= 0xDC00 && second < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<std::uint32_t>(second) - 0xDC00);
      p += 6;
    }
  }
  append_utf8(out, code);
  return p;
}

} // namespace

const char* skip_string(const char* p, const char* end, bool& escaped) {
  escaped = false;
  for (p = find_quote_or_backslash(p + 1, end); p != end; p = find_quote_or_backslash(p, end)) {
    if (*p == '"')
      return p + 1;
    escaped = true;
    if (end - p < 2)
      return nullptr;
    p += 2;
  }
  return nullptr;
}

const char* skip_value(const char* p, const char* end) {
  if (p == end)
    return nullptr;
  if (*p == '"') {
    bool escaped = false;
    return skip_string(p, end, escaped);
  }
  if (*p == '{' || *p == '[')
    return skip_nested(p, end);
  const char* begin = p;
  while (p != end && *p != ',' && *p != '}' && *p != ']' && !is_space(*p))
    ++p;
  return p == begin ? nullptr : p;
}

bool unescape(std::string_view inside, std::string& out) {
  const char* p = inside.data();
  const char* end = p + inside.size();
  while (p != end) {
    const auto* backslash
        = static_cast<const char*>(std::memchr(p, '\\', static_cast<std::size_t>(end - p)));
    if (backslash == nullptr) {
      out.append(p, end);
      return true;
    }
    out.append(p, backslash);
    p = unescape_one(backslash, end, out);
    if (p == nullptr)
      return false;
  }
  return true;
}

} // namespace baseplate::json_text
