// Reads an envelope in place into the view that a step sees. Pure; one parser is reused, nothing is
// copied.
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "messages/chunk.hpp"

#include <string>

namespace baseplate::group {

class envelope_parser {
 public:
  /// Parses the event; the view is valid until the next call and as long as the chunk lives.
  /// Throws std::runtime_error when the bytes are no envelope: the journal never holds such an
  /// event, so this is damage.
  const event_view& parse(const chunk& from, const event_ref& event);

  /// The envelope's `extensions` member as JSON text, or empty: trace context goes on to what a
  /// step emits.
  const std::string& extensions() const { return extensions_; }

 private:
  simdjson::dom::parser parser_;
  event_view view_;
  std::string extensions_;
};

} // namespace baseplate::group
