// What JSON adds to a described member: its spelling, its limits, what a reader should know of it.
// A struct whose JSON is not simply its C++ names declares them beneath itself:
//
//   constexpr auto member_rules(const order_item*) {
//     return std::array{member_rule{.member = "sku", .length_min = 1, .length_max = 64}};
//   }
//
// and an enum whose JSON is not its enumerators' names:
//
//   constexpr std::string_view json_name(payment_type x);
//
// Both are found by ADL. Codec, schema, sample and the inspector's text all obey them.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace baseplate {

/// How a std::string stands in JSON.
enum class text_encoding : std::uint8_t {
  /// As it is; must be UTF-8.
  plain,
  /// Any bytes, as base64 (RFC 4648 section 4, padded).
  base64,
};

/// Everything but `member` may be left out.
struct member_rule {
  /// The C++ name that this is about. A name that the struct does not have is a compile error.
  std::string_view member;
  /// Spelling in JSON; empty: the same.
  std::string_view json = {};
  /// One sentence for the schema.
  std::string_view description = {};
  /// Least and greatest value of a number, inclusive.
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
  /// Of a text in characters (code points), of a list in elements.
  std::uint32_t length_min = 0;
  std::uint32_t length_max = std::numeric_limits<std::uint32_t>::max();
  /// JSON Schema's `format` of a text ("email", "uri", "date-time"): said to readers, not checked.
  std::string_view format = {};
  /// A text that a reader of the schema can picture; also what samples hold.
  std::string_view example = {};
  text_encoding encoding = text_encoding::plain;
  /// May be absent; then it keeps what the C++ default is. std::optional members may be absent
  /// anyhow.
  bool defaulted = false;
  /// Personal or secret: the inspector's text shows its length at most.
  bool secret = false;
};

} // namespace baseplate
