// `baseplate schema [TYPE]`: the JSON Schema of a message, or the list of messages.
#pragma once

#include <string>

namespace baseplate::app {

/// Prints to stdout; returns the exit code: exit_usage when there is no such message.
/// `name` empty: the list. `sample`: a readable example in place of the schema.
int run_schema(const std::string& name, bool sample, bool json);

} // namespace baseplate::app
