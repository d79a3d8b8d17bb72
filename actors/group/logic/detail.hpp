// Reads single fields of an event's detail, and turns described events in the metadata/data form
// into emitted ones. Pure. Spec: docs/spec/shop.md
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "messages/json/encode.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>

namespace baseplate::group {

/// The text at a JSON Pointer; empty when it is absent or no text.
inline std::string_view text_at(simdjson::dom::element detail, std::string_view pointer) {
  std::string_view text;
  if (detail.at_pointer(pointer).get_string().get(text) != simdjson::SUCCESS)
    return {};
  return text;
}

/// An event with `metadata` and `detail_type`, to be published; its source is the service that
/// speaks.
template <described Event>
emitted_event make_emitted(const Event& event) {
  emitted_event out;
  out.source = event.metadata.service;
  out.detail_type = Event::detail_type;
  append_json(out.detail, event);
  return out;
}

} // namespace baseplate::group
