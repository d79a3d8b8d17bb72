// One line of a rule-test file. Spec: docs/spec/rule-tests.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace baseplate::app::rule_tests {

enum class case_kind : std::uint8_t {
  /// A pattern and an event: matches, does not, or is refused.
  pattern,
  /// A pattern alone: valid or refused.
  validity,
  /// What a target gets for an event.
  transformer,
  /// A schedule expression: valid or refused, and when it fires.
  schedule,
};

std::string_view to_string(case_kind kind);

/// A case as it stands in the file. Values are its JSON text, so that numbers keep their spelling.
struct test_case {
  std::string id;
  /// nullopt: of a kind that is not known here.
  std::optional<case_kind> kind;
  /// The line, a JSON object in valid UTF-8.
  std::string line;

  /// The JSON text of a member; empty: absent or null.
  std::string_view raw(std::string_view name) const;
  /// A member that is a string; nullopt: it is absent, null, or something else.
  std::optional<std::string> text(std::string_view name) const;
  /// `name` as JSON text, or, if there is a `name` + "_text", what that string holds, whether JSON
  /// or not; nullopt: neither.
  std::optional<std::string> document(std::string_view name) const;
};

/// Reads a line. The error is a sentence; `fallback_id` names a case without an id.
struct read_result {
  test_case value;
  /// Empty: it was read.
  std::string error;
};

read_result read_case(std::string_view line, std::string_view fallback_id);

} // namespace baseplate::app::rule_tests
