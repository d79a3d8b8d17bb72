#include "messages/json/decode_error.hpp"

#include <stdexcept>

namespace baseplate {

const char* to_string(decode_errc x) noexcept {
  switch (x) {
  case decode_errc::not_json:
    return "not_json";
  case decode_errc::wrong_type:
    return "wrong_type";
  case decode_errc::missing_member:
    return "missing_member";
  case decode_errc::unknown_member:
    return "unknown_member";
  case decode_errc::duplicate_member:
    return "duplicate_member";
  case decode_errc::out_of_range:
    return "out_of_range";
  case decode_errc::bad_length:
    return "bad_length";
  case decode_errc::unknown_name:
    return "unknown_name";
  case decode_errc::bad_encoding:
    return "bad_encoding";
  }
  return "unknown";
}

void throw_exception_from_error(const decode_error& error, const boost::source_location&) {
  throw std::invalid_argument(error.pointer + ": " + error.message);
}

} // namespace baseplate
