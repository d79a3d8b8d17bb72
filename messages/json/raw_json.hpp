// JSON of any shape inside a described message, kept as text.
#pragma once

#include <string>

namespace baseplate {

/// Text of one JSON value. Encoding writes it as it is, so whoever sets it vouches that it is JSON.
struct raw_json {
  std::string text = "null";
};

} // namespace baseplate
