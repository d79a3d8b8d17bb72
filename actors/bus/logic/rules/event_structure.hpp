// simdjson's structural index, and a check of JSON's whole grammar by it. Private to event_scan.
// Threads: one at a time per object
#pragma once

#include "actors/bus/logic/rules/event_scan.hpp"

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace baseplate::rules {

struct event_scan::structure {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  std::size_t capacity = 0;
  /// Validation: bit per level, set in objects.
  std::vector<bool> levels;

  /// Positions of brackets, colons, commas and beginnings of scalars; false: no UTF-8, a control
  /// character or an open string. The positions end with one that lies behind the text.
  bool find(std::string_view event);

  const std::uint32_t* begin() const { return parser->structural_indexes.get(); }

  const std::uint32_t* end() const { return begin() + parser->n_structural_indexes; }

  /// True if the text is one JSON value, an object. Sets `too_deep` when that is what is wrong.
  bool validate(std::string_view event, bool has_backslash, bool& too_deep);
};

inline bool is_json_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/// The text of the scalar that begins at *at: to the last character before the next structural one
/// that is no space.
inline std::string_view scalar_text(const char* text, std::size_t size, const std::uint32_t* at,
                                    const std::uint32_t* end) {
  const auto* const begin = text + *at;
  const auto* stop = text + (at + 1 < end ? at[1] : size);
  while (stop > begin && is_json_space(stop[-1]))
    --stop;
  return {begin, static_cast<std::size_t>(stop - begin)};
}

} // namespace baseplate::rules
