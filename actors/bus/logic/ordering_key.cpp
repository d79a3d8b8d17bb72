#include "actors/bus/logic/ordering_key.hpp"

#include <functional>

namespace baseplate::bus {

std::string ordering_key_reader::read(const chunk& events, const event_ref& event) {
  if (pointer_.empty())
    return {};
  const auto text = events.envelope(event);
  simdjson::dom::element root;
  // The chunk has the padding that simdjson reads ahead into.
  static_assert(chunk::padding >= simdjson::SIMDJSON_PADDING);
  if (parser_.parse(text.data(), text.size(), false).get(root) != simdjson::SUCCESS)
    return {};
  simdjson::dom::element value;
  if (root.at_pointer(pointer_).get(value) != simdjson::SUCCESS)
    return {};
  auto key = simdjson::minify(value);
  if (key.size() > key_bytes_max)
    key = '#' + std::to_string(std::hash<std::string>{}(key));
  return key;
}

} // namespace baseplate::bus
