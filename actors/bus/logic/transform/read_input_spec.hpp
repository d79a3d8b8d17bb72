// The members of a target that shape its input, from JSON as PutTargets and the configuration have
// them: Input, InputPath, InputTransformer {InputPathsMap, InputTemplate}.
// Threads: no state
#pragma once

#include "actors/bus/logic/transform/target_input.hpp"

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

namespace baseplate::transform {

/// What is of the wrong type, and where in the target: a JSON Pointer.
struct spec_error {
  std::string text;
  std::string pointer;
};

/// Reads the members; others are ignored, null counts as absent. Whether they make sense together
/// is for target_input::compile().
boost::system::result<input_spec, spec_error> read_input_spec(const boost::json::object& target);

} // namespace baseplate::transform
