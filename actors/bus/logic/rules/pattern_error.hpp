// What is wrong with an event pattern: the service's sentence and, of our own, the exact place.
// Spec:    docs/spec/event-pattern.md, "Refused, never ignored"
// Threads: plain data
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace baseplate::rules {

/// What kind of mistake it is; stable, for programs.
enum class pattern_fault : std::uint8_t {
  /// Not JSON, or text behind the object.
  not_json = 1,
  /// JSON, but no object.
  not_an_object = 2,
  /// `{}` where fields must be.
  empty_object = 3,
  /// `[]` where values must be.
  empty_array = 4,
  /// A field whose value is a scalar.
  not_object_or_array = 5,
  /// A value of a leaf that is an array.
  invalid_value = 6,
  /// An operator that does not exist.
  unknown_operator = 7,
  /// An operator whose operand has the wrong type or form.
  invalid_operand = 8,
  /// `$or` that is no array of at least two objects, or names an operator as a field.
  invalid_or = 9,
  /// Over a limit: size, depth, branches, conditions, wildcards.
  too_complex = 10,
};

/// Spelling of the code in JSON, e.g. "unknown_operator".
const char* to_string(pattern_fault code);

struct pattern_error {
  pattern_fault code = pattern_fault::not_json;
  /// The reason in EventBridge's words where they are known, without the prefix.
  std::string reason;
  /// Bytes from the beginning of the text to the fault.
  std::size_t offset = 0;
  /// Of the fault, both from 1; columns count bytes.
  std::size_t line = 1;
  std::size_t column = 1;
  /// JSON Pointer to the member or element at fault; empty: the whole pattern.
  std::string pointer;

  /// EventBridge's error code of every such fault: "InvalidEventPatternException" (status 400).
  static constexpr const char* service_code = "InvalidEventPatternException";
  /// "Event pattern is not valid. Reason: ..." as the service says it.
  std::string service_message() const;
};

} // namespace baseplate::rules
