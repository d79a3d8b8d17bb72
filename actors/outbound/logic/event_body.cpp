#include "actors/outbound/logic/event_body.hpp"

#include <simdjson.h>

namespace baseplate::outbound {

namespace {

constexpr std::size_t padding = 64;
static_assert(padding >= simdjson::SIMDJSON_PADDING);

simdjson::ondemand::parser& shared_parser() {
  thread_local simdjson::ondemand::parser parser;
  return parser;
}

} // namespace

std::optional<std::string_view> detail_of(std::string_view padded) {
  simdjson::ondemand::document event;
  simdjson::ondemand::object detail;
  std::string_view text;
  if (shared_parser().iterate(padded.data(), padded.size(), padded.size() + padding).get(event)
          != simdjson::SUCCESS
      || event["detail"].get_object().get(detail) != simdjson::SUCCESS
      || detail.raw_json().get(text) != simdjson::SUCCESS)
    return std::nullopt;
  while (!text.empty() && text.back() != '}')
    text.remove_suffix(1); // what follows the object on the same line is no part of it
  return text;
}

std::string_view id_of(std::string_view padded) {
  simdjson::ondemand::document event;
  std::string_view id;
  if (shared_parser().iterate(padded.data(), padded.size(), padded.size() + padding).get(event)
          != simdjson::SUCCESS
      || event["id"].get_string().get(id) != simdjson::SUCCESS)
    return {};
  return id;
}

} // namespace baseplate::outbound
