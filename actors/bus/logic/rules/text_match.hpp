// The string operators: wildcards and comparison without regard to letter case.
// Spec:    docs/spec/event-pattern.md, "Wildcards", "Letter case"
// Threads: no state
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

/// How a wildcard's text is at fault.
enum class wildcard_fault : std::uint8_t { none, consecutive_stars, invalid_escape, too_complex };

struct wildcard_text {
  /// The literal texts before, between and behind the stars; one piece: no star. Inner ones not
  /// empty.
  std::vector<std::string> pieces;
  wildcard_fault fault = wildcard_fault::none;
  /// Position of the fault as the service counts it: bytes, from 1.
  std::size_t position = 0;
};

/// Reads `*`, `\*` and `\\`.
wildcard_text parse_wildcard(std::string_view text);

/// Leftmost search of each piece in turn: no backtracking.
bool wildcard_matches(const std::vector<std::string>& pieces, std::string_view value);

/// Each character of the pattern is met by its lower or its upper case.
bool fold_equals(std::string_view pattern, std::string_view value);
bool fold_prefix(std::string_view pattern, std::string_view value);
bool fold_suffix(std::string_view pattern, std::string_view value);

/// True if only A-Z and a-z have case in `text`: then comparing lowered bytes is the same.
bool is_ascii(std::string_view text);

} // namespace baseplate::rules
