// Numbers of events and patterns: their binary64, and whether they may be compared at all.
// Spec:    docs/spec/event-pattern.md, "Numbers"
// Threads: no state
#pragma once

#include <string_view>

namespace baseplate::rules {

/// The nearest binary64 of a JSON number's text; what is too large becomes an infinity, and -0 is
/// 0. For other text the result is any number. Fast for up to 15 digits.
double read_double(std::string_view text);

/// True iff the decimal `text` is the shortest one of its binary64 `value` = read_double(text).
/// Only such numbers are compared by value; others (long account numbers, 1e400) are equal only to
/// the same text.
bool comparable(std::string_view text, double value);

/// True if `text` is a number of JSON's grammar.
bool is_json_number(std::string_view text);

} // namespace baseplate::rules
