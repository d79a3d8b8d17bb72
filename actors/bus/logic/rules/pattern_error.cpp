#include "actors/bus/logic/rules/pattern_error.hpp"

namespace baseplate::rules {

const char* to_string(pattern_fault code) {
  switch (code) {
  case pattern_fault::not_json:
    return "not_json";
  case pattern_fault::not_an_object:
    return "not_an_object";
  case pattern_fault::empty_object:
    return "empty_object";
  case pattern_fault::empty_array:
    return "empty_array";
  case pattern_fault::not_object_or_array:
    return "not_object_or_array";
  case pattern_fault::invalid_value:
    return "invalid_value";
  case pattern_fault::unknown_operator:
    return "unknown_operator";
  case pattern_fault::invalid_operand:
    return "invalid_operand";
  case pattern_fault::invalid_or:
    return "invalid_or";
  case pattern_fault::too_complex:
    return "too_complex";
  }
  return "unknown";
}

std::string pattern_error::service_message() const {
  return "Event pattern is not valid. Reason: " + reason;
}

} // namespace baseplate::rules
