#include "actors/bus/logic/transform/json_text.hpp"

#include "actors/bus/logic/transform/json_characters.hpp"

#include <cstdint>

namespace baseplate::transform {

namespace {

void append_utf8(std::uint32_t point, std::string& out) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

/// The four hexadecimal digits at `at`, or -1.
int unit_at(std::string_view text, std::size_t at) {
  if (text.size() < at + 4)
    return -1;
  int unit = 0;
  for (char c : text.substr(at, 4)) {
    int digit = hex_value(c);
    if (digit < 0)
      return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/// Takes what stands behind "\u" at `at`; how many bytes it took, 0: it is no escape.
std::size_t take_unit(std::string_view inside, std::size_t at, std::string& out) {
  constexpr std::uint32_t replacement = 0xFFFD;
  int unit = unit_at(inside, at);
  if (unit < 0)
    return 0;
  auto point = static_cast<std::uint32_t>(unit);
  if (point < 0xD800 || point > 0xDFFF) {
    append_utf8(point, out);
    return 4;
  }
  if (point < 0xDC00 && inside.substr(at + 4).starts_with("\\u")) {
    int low = unit_at(inside, at + 6);
    if (low >= 0xDC00 && low <= 0xDFFF) {
      append_utf8(0x10000 + ((point - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00),
                  out);
      return 10;
    }
  }
  append_utf8(replacement, out);
  return 4;
}

} // namespace

std::string_view find_member(std::string_view object, std::string_view name) {
  std::string_view found;
  std::string unescaped;
  each_member(object, [&](std::string_view inside, std::string_view value) {
    if (inside.find('\\') != std::string_view::npos) {
      unescaped.clear();
      append_unescaped(inside, unescaped);
      inside = unescaped;
    }
    if (inside == name)
      found = value;
  });
  return found;
}

void append_minified(std::string_view value, std::string& out) {
  const char* p = value.data();
  const char* end = p + value.size();
  while (p != end) {
    const char* begin = p;
    if (*p == '"') {
      bool escaped = false;
      p = json_text::skip_string(p, end, escaped);
      if (p == nullptr)
        p = end;
    } else {
      while (p != end && *p != '"' && !json_text::is_space(*p))
        ++p;
    }
    out.append(begin, p);
    p = skip_space(p, end);
  }
}

void append_unescaped(std::string_view inside, std::string& out) {
  for (std::size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] != '\\' || at + 1 == inside.size()) {
      out += inside[at];
      continue;
    }
    ++at;
    switch (inside[at]) {
    case 'b':
      out += '\b';
      break;
    case 'f':
      out += '\f';
      break;
    case 'n':
      out += '\n';
      break;
    case 'r':
      out += '\r';
      break;
    case 't':
      out += '\t';
      break;
    case 'u':
      if (auto taken = take_unit(inside, at + 1, out))
        at += taken;
      else
        out += "\\u";
      break;
    default:
      out += inside[at];
    }
  }
}

void append_escaped(std::string_view raw, std::string& out) {
  constexpr char digits[] = "0123456789abcdef";
  for (char c : raw) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20) {
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
}

void append_json_string(std::string_view raw, std::string& out) {
  out += '"';
  append_escaped(raw, out);
  out += '"';
}

} // namespace baseplate::transform
