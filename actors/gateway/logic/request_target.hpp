// The request target: path and query, percent-decoding. Pure. Spec: RFC 3986, RFC 9112 section 3.2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::gateway {

/// A target taken apart; views into the text it was made of.
struct request_target {
  /// Begins with "/", or is "*" (OPTIONS).
  std::string_view path;
  std::string_view query;
};

/// Takes origin-form, absolute-form and "*". Absent: none of them.
std::optional<request_target> parse_target(std::string_view text) noexcept;

/// Undoes percent-encoding once. Absent: a `%` without two hex digits behind it, NUL, or not UTF-8.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

/// A query as names and decoded values in order. Absent: an encoding is not valid.
using query_values = std::vector<std::pair<std::string, std::string>>;
std::optional<query_values> parse_query(std::string_view query);

/// The first value of that name; null: none.
const std::string* find(const query_values& values, std::string_view name) noexcept;

} // namespace baseplate::gateway
