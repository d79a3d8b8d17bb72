// What was wrong with JSON that should have been a message, and where.
#pragma once

#include <boost/assert/source_location.hpp>

#include <cstdint>
#include <string>

namespace baseplate {

enum class decode_errc : std::uint8_t {
  /// The text is not JSON, or nested too deep.
  not_json = 1,
  /// Another JSON type than the member has.
  wrong_type = 2,
  /// A member that must be there is not.
  missing_member = 3,
  /// Strict: a member that the type does not have.
  unknown_member = 4,
  /// Strict: the same member twice.
  duplicate_member = 5,
  /// A number outside what the type or its rule allows.
  out_of_range = 6,
  /// A text or list shorter or longer than its rule allows.
  bad_length = 7,
  /// Not one of the names that the enum has.
  unknown_name = 8,
  /// Not base64, or not UTF-8.
  bad_encoding = 9,
};

/// The enumerator's name.
const char* to_string(decode_errc x) noexcept;

struct decode_error {
  decode_errc code = decode_errc::not_json;
  /// For people: what is expected, and what came.
  std::string message;
  /// JSON Pointer to the fault; of a missing member, the pointer it would have. "" is the whole.
  std::string pointer;
};

/// What result<T, decode_error>::value() throws when there is none: std::invalid_argument.
[[noreturn]] void throw_exception_from_error(const decode_error& error,
                                             const boost::source_location& where);

} // namespace baseplate
