// Reads an envelope's own fields in place into the view that a step sees; the rest is parsed when a
// step asks for it. Pure; one parser is reused, and nothing is copied but a field with escapes.
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "messages/chunk.hpp"

#include <array>
#include <string>

namespace baseplate::group {

class envelope_parser {
 public:
  /// Reads the event; the view is valid until the next call and as long as the chunk lives.
  /// Throws std::runtime_error when the bytes are no envelope: the journal never holds such an
  /// event, so this is damage. Damage behind the fields is found by `detail()`.
  const event_view& parse(const chunk& from, const event_ref& event);

 private:
  simdjson::dom::parser parser_;
  event_view view_;
  /// Fields that had escapes.
  std::array<std::string, 4> unescaped_;
};

} // namespace baseplate::group
