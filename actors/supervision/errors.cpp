#include "actors/supervision/errors.hpp"

#include <caf/message.hpp>

#include <utility>

namespace baseplate::supervision {

std::string to_string(supervision_error x) {
  switch (x) {
  case supervision_error::intensity_exceeded:
    return "intensity_exceeded";
  case supervision_error::start_failed:
    return "start_failed";
  case supervision_error::start_timed_out:
    return "start_timed_out";
  case supervision_error::parking_full:
    return "parking_full";
  case supervision_error::child_ended:
    return "child_ended";
  case supervision_error::child_stuck:
    return "child_stuck";
  }
  return "unknown";
}

caf::error make_error(supervision_error code) {
  return {static_cast<std::uint8_t>(code), supervision_error_category};
}

caf::error make_error(supervision_error code, std::string context) {
  return {static_cast<std::uint8_t>(code), supervision_error_category,
          caf::make_message(std::move(context))};
}

std::string render_supervision_error(std::uint8_t code, caf::atom_value,
                                     const caf::message& context) {
  auto result = to_string(static_cast<supervision_error>(code));
  if (context.size() == 1 && context.match_element<std::string>(0))
    result += ": " + context.get_as<std::string>(0);
  return result;
}

} // namespace baseplate::supervision
