// One text per scalar such that two scalars match exactly iff their texts are equal. Pure.
// Spec:  docs/spec/event-pattern.md, "Equality"
// Rules: strings by their characters, but IP literals by address; numbers by value where binary64
// holds them exactly in
//        its shortest decimal, else by their text; true, false and null only themselves.
// Threads: no state
#pragma once

#include <string>
#include <string_view>

namespace baseplate::bus {

/// Appends the key of a JSON number's text to `out`: 5, 5.0 and 5e0 give the same. @pre `text` is a
/// JSON number.
void append_number_key(std::string& out, std::string_view text);

/// Appends the key of a string, given unescaped. Strings that are IP literals get the key of the
/// address.
void append_string_key(std::string& out, std::string_view text);

/// True if `text` is an IPv4 or IPv6 literal; then `out` gets its 4 or 16 bytes (IPv4-mapped IPv6
/// gives 4).
bool parse_ip_literal(std::string_view text, std::string& out);

inline constexpr std::string_view true_key = "t";
inline constexpr std::string_view false_key = "f";
inline constexpr std::string_view null_key = "0";

} // namespace baseplate::bus
