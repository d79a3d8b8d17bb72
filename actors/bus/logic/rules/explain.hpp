// Says why an event does not match a pattern: which fields failed, what was expected, what was
// there. Spec:    docs/spec/event-pattern.md, "Why" Invariants: agrees with the matcher; a named
// field is really at fault: the others match without the
//             named ones
// Cost:    reads the event once per explainer; not for the hot path
// Threads: one at a time per object
#pragma once

#include "actors/bus/logic/rules/compiled_pattern.hpp"
#include "actors/bus/logic/rules/event_scan.hpp"
#include "actors/bus/logic/rules/matcher.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::rules {

/// Why a field failed.
enum class failure : std::uint8_t {
  /// The event has no value there.
  missing,
  /// It has values, none of which is accepted.
  different,
  /// It has a value where none may be.
  unwanted,
  /// It is satisfied, but only by another element of an array than the other fields.
  other_element,
};

/// Spelling in JSON: "missing", ...
const char* to_string(failure x);

struct field_failure {
  failure why = failure::missing;
  /// Names joined with dots.
  std::string path;
  /// JSON Pointer into the event: of the first value there, or where a value is missing.
  std::string pointer;
  /// What the pattern accepts, as JSON: the list of the pattern.
  std::string expected;
  /// The values there, as JSON; at most values_shown_max.
  std::vector<std::string> actual;
  /// Values there, also those not in `actual`.
  std::size_t actual_count = 0;
  /// A sentence: `detail.state is "stopped", but must be "running".`
  std::string sentence;
};

struct explanation {
  bool matched = false;
  /// Of the branch that comes nearest: fields, and how many of them hold.
  std::size_t fields = 0;
  std::size_t satisfied = 0;
  /// Of that branch, in order of path; the first only unless all were asked for. Empty if it
  /// matched.
  std::vector<field_failure> failures;

  /// For near misses: the share of satisfied fields, 1 if matched.
  double share() const {
    return matched       ? 1
           : fields == 0 ? 0
                         : static_cast<double>(satisfied) / static_cast<double>(fields);
  }

  /// {"matched":false,"fields":3,"satisfied":2,"failures":[{"why":..,"path":..,"pointer":..,"expected":..,
  /// "actual":[..],"sentence":..}]}
  std::string to_json() const;
  /// One line: "Matched." or the sentences.
  std::string sentence() const;
};

/// Values of a field that are shown at most, and bytes of one.
inline constexpr std::size_t values_shown_max = 8;
inline constexpr std::size_t value_shown_bytes_max = 200;

class explainer {
 public:
  /// Reads and checks the event. No padding is needed; the text may go afterwards.
  static boost::system::result<explainer, event_status> of(std::string_view event);

  explainer(explainer&&) noexcept;
  explainer& operator=(explainer&&) noexcept;
  ~explainer();

  /// Explains one pattern; `all`: every field that failed, not only the first.
  explanation explain(const compiled_pattern& pattern, bool all);

  struct near_miss {
    rule_id id = 0;
    explanation why;
  };

  /// Explains many, near misses first: by share of satisfied fields, then by fewer failures, then
  /// by id. Those that matched come first of all. At most `count_max` of them.
  std::vector<near_miss>
  explain_all(std::span<const std::pair<rule_id, const compiled_pattern*>> rules,
              std::size_t count_max, bool all);

 private:
  struct event_leaves;
  struct verdict;

  explainer();

  bool matches(const compiled_pattern& pattern, std::span<const std::uint32_t> fields);
  verdict judge(const compiled_pattern& pattern, const pattern_branch& branch);
  void find_elements_at_fault(const compiled_pattern& pattern, verdict& x);
  field_failure describe(const field_condition& field, failure why) const;

  std::unique_ptr<event_leaves> leaves_;
  matcher matcher_;
};

} // namespace baseplate::rules
