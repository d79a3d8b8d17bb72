// An event pattern, compiled: the text checked and multiplied out, ready to be filed in a rule set
// or explained. Pure: no actor, no clock, no I/O. Spec:    docs/spec/event-pattern.md Threads:
// immutable; may be shared
#pragma once

#include "actors/bus/logic/rules/pattern_error.hpp"
#include "actors/bus/logic/rules/predicate.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

/// What is refused before it burns CPU or memory.
struct pattern_limits {
  /// Bytes of the text. The service's own limit is 4,096 characters (2,048 by default).
  std::size_t bytes_max = 64 * 1024;
  /// Objects and arrays within each other.
  std::size_t depth_max = 100;
  /// Branches that $or multiplies out to; the service's limit.
  std::size_t branches_max = 1'000;
  /// Fields of all branches together: bounds memory and the cost of adding.
  std::size_t branch_fields_max = 50'000;
};

/// A named field of the pattern and what its value may be.
struct field_condition {
  /// Names from the root, joined with dots.
  std::string path;
  /// JSON Pointer to where an event usually has it: "/detail/state".
  std::string pointer;
  /// ORed, at least one.
  std::vector<predicate> any_of;
};

/// All fields must hold, by values of the same array elements.
struct pattern_branch {
  /// Indices into compiled_pattern::fields, in order of path, no path twice; at least one.
  std::vector<std::uint32_t> fields;
};

/// The event must satisfy a branch. Without $or there is one branch.
struct compiled_pattern {
  /// In order of text; one that a later mention replaced may still be here.
  std::vector<field_condition> fields;
  /// 1 to pattern_limits::branches_max, no two equal.
  std::vector<pattern_branch> branches;
};

/// Compiles a pattern. Returns the first fault in order of text, syntax or meaning. Never throws
/// but for want of memory; linear in the text and in what $or multiplies out to.
boost::system::result<compiled_pattern, pattern_error> compile(std::string_view pattern,
                                                               const pattern_limits& limits = {});

} // namespace baseplate::rules
