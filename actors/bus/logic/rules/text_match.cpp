#include "actors/bus/logic/rules/text_match.hpp"

#include "actors/bus/logic/rules/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace baseplate::rules {

namespace {

/// The service refuses wildcards by a formula that is not public. This fits what is recorded: so
/// many pieces behind a star may begin with the same byte.
constexpr std::size_t same_beginnings_max = 4;

bool too_complex(const std::vector<std::string>& pieces) {
  std::array<std::size_t, 256> begin_with{};
  for (std::size_t i = 1; i < pieces.size(); ++i)
    if (!pieces[i].empty()
        && ++begin_with[static_cast<unsigned char>(pieces[i][0])] > same_beginnings_max)
      return true;
  return false;
}

/// Bytes at the beginning of `value` that one of the cases of `code` takes; 0: none.
std::size_t take(std::uint32_t code, std::string_view value) {
  const auto cases = cases_of(code);
  if (value.starts_with(cases.lower))
    return cases.lower.size();
  if (value.starts_with(cases.upper))
    return cases.upper.size();
  return 0;
}

/// How much of `value` the pattern takes from its beginning; npos: does not match.
std::size_t fold_take(std::string_view pattern, std::string_view value) {
  std::size_t at = 0;
  while (!pattern.empty()) {
    if (at >= value.size())
      return std::string_view::npos;
    const char p = pattern.front();
    if (static_cast<unsigned char>(p) < 0x80) {
      if (ascii_lower(p) != ascii_lower(value[at]))
        return std::string_view::npos;
      pattern.remove_prefix(1);
      ++at;
      continue;
    }
    const auto decoded = decode_utf8(pattern);
    const auto taken = take(decoded.code, value.substr(at));
    if (taken == 0)
      return std::string_view::npos;
    pattern.remove_prefix(decoded.length);
    at += taken;
  }
  return at;
}

} // namespace

wildcard_text parse_wildcard(std::string_view text) {
  wildcard_text result;
  result.pieces.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (i + 1 >= text.size() || (text[i + 1] != '*' && text[i + 1] != '\\')) {
        result.fault = wildcard_fault::invalid_escape;
        result.position = i + 1;
        return result;
      }
      result.pieces.back() += text[++i];
    } else if (text[i] == '*') {
      if (i + 1 < text.size() && text[i + 1] == '*') {
        result.fault = wildcard_fault::consecutive_stars;
        result.position = i + 1;
        return result;
      }
      result.pieces.emplace_back();
    } else {
      result.pieces.back() += text[i];
    }
  }
  if (too_complex(result.pieces))
    result.fault = wildcard_fault::too_complex;
  return result;
}

bool wildcard_matches(const std::vector<std::string>& pieces, std::string_view value) {
  if (pieces.size() == 1)
    return value == pieces.front();
  if (value.size() < pieces.front().size() + pieces.back().size()
      || !value.starts_with(pieces.front()) || !value.ends_with(pieces.back()))
    return false;
  value.remove_prefix(pieces.front().size());
  value.remove_suffix(pieces.back().size());
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const auto& piece = pieces[i];
    const auto* found
        = static_cast<const char*>(memmem(value.data(), value.size(), piece.data(), piece.size()));
    if (found == nullptr)
      return false;
    value.remove_prefix(static_cast<std::size_t>(found - value.data()) + piece.size());
  }
  return true;
}

bool fold_equals(std::string_view pattern, std::string_view value) {
  return fold_take(pattern, value) == value.size();
}

bool fold_prefix(std::string_view pattern, std::string_view value) {
  return fold_take(pattern, value) != std::string_view::npos;
}

bool fold_suffix(std::string_view pattern, std::string_view value) {
  while (!pattern.empty()) {
    auto begin = pattern.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(pattern[begin]) & 0xC0) == 0x80)
      --begin;
    const auto code = decode_utf8(pattern.substr(begin)).code;
    const auto cases = cases_of(code);
    if (value.ends_with(cases.lower))
      value.remove_suffix(cases.lower.size());
    else if (value.ends_with(cases.upper))
      value.remove_suffix(cases.upper.size());
    else
      return false;
    pattern.remove_suffix(pattern.size() - begin);
  }
  return true;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace baseplate::rules
