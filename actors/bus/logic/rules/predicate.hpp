// What a pattern asks of one value: the operators, compiled. A field's list is several of them,
// ORed. Spec:    docs/spec/event-pattern.md, "Operators" Threads: immutable once compiled
#pragma once

#include "actors/bus/logic/rules/ip_address.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

enum class predicate_kind : std::uint8_t {
  /// true, false, null, or a number that is not comparable: `text` as written.
  literal,
  /// The string `text`.
  string,
  /// The number `low`.
  number,
  /// A string that is an address in `address`/`bits`; an IP literal has all bits.
  address,
  prefix,
  suffix,
  equals_fold,
  prefix_fold,
  suffix_fold,
  /// A string that is `operands->pieces` with anything between them.
  wildcard,
  /// A number in [low, high]; either may be infinite. Open bounds are moved to the next binary64.
  range,
  exists,
  absent,
  /// A value that is none of ... (present, of any type):
  not_strings,
  not_numbers,
  not_prefixes,
  not_suffixes,
  not_folds,
  not_wildcards,
};

/// Operands of the predicates that have lists.
struct predicate_lists {
  /// Strings; of wildcards the literal pieces around and between the stars.
  std::vector<std::string> texts;
  std::vector<double> numbers;
  /// not_wildcards: the pieces of each.
  std::vector<std::vector<std::string>> wildcards;

  bool operator==(const predicate_lists&) const = default;
};

struct predicate {
  predicate_kind kind = predicate_kind::literal;
  /// address: bits of the network.
  std::uint8_t bits = 0;
  /// string, prefix, ...: the operand. number, literal: as written. address, wildcard, range: as
  /// written, for people only.
  std::string text;
  double low = 0;
  double high = 0;
  ip_address address;
  std::shared_ptr<const predicate_lists> lists;

  /// True for anything-but in all its forms.
  bool negative() const { return kind >= predicate_kind::not_strings; }

  /// Appends bytes that are equal iff two predicates accept the same values for the same reason.
  void append_key(std::string& out) const;

  /// The predicate as it would stand in a pattern: `{"prefix":"a"}`, `"x"`, `5`.
  std::string to_json() const;

  /// What it asks for, for people: `a string that begins with "a"`.
  std::string describe() const;
};

enum class scalar_type : std::uint8_t { string, number, true_value, false_value, null_value };

/// One value of an event. `text` is unescaped (strings) or as written (all others).
struct scalar {
  std::string_view text;
  scalar_type type = scalar_type::string;
};

/// True if the value satisfies the predicate. `absent` is satisfied by no value, `exists` by all.
/// Linear in the value's length but for wildcards (value × pieces at worst); never exponential.
bool accepts(const predicate& wanted, const scalar& value);

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

} // namespace baseplate::rules
