#include "actors/bus/logic/rules/event_structure.hpp"

#include "actors/bus/logic/rules/number.hpp"

#include <algorithm>
#include <cstring>

namespace baseplate::rules {

namespace {

bool valid_escapes(std::string_view inside) {
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\')
      continue;
    if (++i == inside.size())
      return false;
    if (inside[i] != 'u') {
      if (std::string_view("\"\\/bfnrt").find(inside[i]) == std::string_view::npos)
        return false;
      continue;
    }
    for (int k = 0; k < 4; ++k) {
      if (++i == inside.size())
        return false;
      const char c = inside[i];
      const bool hex = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
      if (!hex)
        return false;
    }
  }
  return true;
}

bool valid_scalar(std::string_view text, bool has_backslash) {
  switch (text.front()) {
  case '"':
    if (text.size() < 2 || text.back() != '"')
      return false;
    return !has_backslash || valid_escapes(text.substr(1, text.size() - 2));
  case 't':
    return text == "true";
  case 'f':
    return text == "false";
  case 'n':
    return text == "null";
  default:
    return is_json_number(text);
  }
}

} // namespace

bool event_scan::structure::find(std::string_view event) {
  if (event.size() > capacity || !parser) {
    const auto wanted = std::max<std::size_t>(event.size() + event.size() / 2, 4096);
    constexpr std::size_t unused_depth = 1;
    parser.reset();
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            wanted, unused_depth, parser)
        != simdjson::SUCCESS) {
      parser.reset();
      capacity = 0;
      return false;
    }
    capacity = wanted;
  }
  return parser->stage1(reinterpret_cast<const std::uint8_t*>(event.data()), event.size(),
                        simdjson::stage1_mode::regular)
         == simdjson::SUCCESS;
}

bool event_scan::structure::validate(std::string_view event, bool has_backslash, bool& too_deep) {
  const char* const text = event.data();
  const auto* p = begin();
  const auto* const last = end();
  if (p == last || text[*p] != '{')
    return false;
  levels.clear();
  enum class state : std::uint8_t { value, first_value, first_name, name, after } s = state::value;
  for (; p != last; ++p) {
    const char c = text[*p];
    switch (s) {
    case state::first_name:
    case state::name:
      if (c == '"') {
        if (!valid_scalar(scalar_text(text, event.size(), p, last), has_backslash))
          return false;
        if (++p == last || text[*p] != ':')
          return false;
        s = state::value;
        continue;
      }
      if (c != '}' || s == state::name)
        return false;
      levels.pop_back();
      s = state::after;
      break;
    case state::value:
    case state::first_value:
      if (c == '{' || c == '[') {
        if (levels.size() == event_depth_max) {
          too_deep = true;
          return false;
        }
        levels.push_back(c == '{');
        s = c == '{' ? state::first_name : state::first_value;
        continue;
      }
      if (c == ']' && s == state::first_value) {
        levels.pop_back();
      } else {
        if (c == '}' || c == ']' || c == ',' || c == ':'
            || !valid_scalar(scalar_text(text, event.size(), p, last), has_backslash))
          return false;
      }
      s = state::after;
      break;
    case state::after:
      if (levels.empty())
        return false;
      if (c == ',') {
        s = levels.back() ? state::name : state::value;
        continue;
      }
      if (c != (levels.back() ? '}' : ']'))
        return false;
      levels.pop_back();
      break;
    }
  }
  return levels.empty() && s == state::after;
}

} // namespace baseplate::rules
