// Compiles the text of an event pattern into fields and the exact values each may have. Pure: no
// actor, no clock, no I/O. Spec:     docs/spec/event-pattern.md (EventBridge event patterns; exact
// values of any field) Not here: operators ({"prefix": ..}) and $or are refused by name and place,
// never ignored Threads:  no state
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::bus {

/// What is wrong with a pattern.
enum class pattern_fault : std::uint8_t {
  /// Not JSON, or text behind the object.
  not_json = 1,
  /// JSON, but no object.
  not_an_object = 2,
  /// `{}` somewhere.
  empty_object = 3,
  /// `[]` as a field's value.
  empty_array = 4,
  /// A field whose value is a scalar.
  not_object_or_array = 5,
  /// An array inside a leaf array.
  invalid_value = 6,
  /// An operator that this version does not have.
  unsupported_operator = 7,
  /// An operator that no version has.
  unknown_operator = 8,
  /// More than pattern_bytes_max bytes or pattern_depth_max levels.
  too_large = 9,
};

/// Bytes of a pattern's text at most.
inline constexpr std::size_t pattern_bytes_max = 64 * 1024;
/// Objects within objects at most.
inline constexpr std::size_t pattern_depth_max = 100;

struct pattern_error {
  pattern_fault code = pattern_fault::not_json;
  /// For people; EventBridge's own words where they are known, without its prefix.
  std::string text;
  /// JSON Pointer to the fault; empty: the pattern as a whole.
  std::string pointer;
};

/// A field that must be present with one of some values.
struct field_condition {
  /// Names from the root, joined with dots.
  std::string path;
  /// Keys (value_key.hpp), sorted, no two equal, at least one.
  std::vector<std::string> values;
};

/// All fields must hold. Sorted by path, no two equal, at least one.
struct event_pattern {
  std::vector<field_condition> fields;
};

template <class T>
using pattern_result = boost::system::result<T, pattern_error>;

/// Returns the pattern, or the first fault and where it is. Never throws but for want of memory.
/// A path that is named twice counts as written last.
pattern_result<event_pattern> parse_event_pattern(std::string_view text);

/// The sentence of EventBridge's InvalidEventPatternException: "Event pattern is not valid. Reason:
/// ...".
std::string to_string(const pattern_error& error);

} // namespace baseplate::bus
