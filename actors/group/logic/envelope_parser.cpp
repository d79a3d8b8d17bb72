#include "actors/group/logic/envelope_parser.hpp"

#include <stdexcept>

namespace baseplate::group {

namespace {

std::string_view text_of(simdjson::dom::element value) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS)
    return {};
  return text;
}

} // namespace

const event_view& envelope_parser::parse(const chunk& from, const event_ref& event) {
  static_assert(chunk::padding >= simdjson::SIMDJSON_PADDING);
  const auto bytes = from.envelope(event);
  simdjson::dom::object members;
  if (parser_.parse(bytes.data(), bytes.size(), false).get_object().get(members)
      != simdjson::SUCCESS)
    throw std::runtime_error("event " + std::to_string(event.sequence) + " is no JSON object");
  view_ = {};
  view_.sequence = event.sequence;
  view_.ingested_at_ms = event.ingested_at_ms;
  view_.envelope = bytes;
  extensions_.clear();
  bool has_detail = false;
  for (auto [key, value] : members) {
    if (key == "id")
      view_.id = text_of(value);
    else if (key == "source")
      view_.source = text_of(value);
    else if (key == "detail-type")
      view_.detail_type = text_of(value);
    else if (key == "time")
      view_.time = text_of(value);
    else if (key == "detail") {
      view_.detail = value;
      has_detail = true;
    } else if (key == "extensions")
      extensions_ = simdjson::minify(value);
  }
  if (!has_detail)
    throw std::runtime_error("event " + std::to_string(event.sequence) + " has no detail");
  return view_;
}

} // namespace baseplate::group
