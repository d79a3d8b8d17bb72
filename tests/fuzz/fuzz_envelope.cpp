// Any texts in an envelope come back as they went in, and any bytes as an envelope are read or
// refused, never more. Input: id, source, detail type, detail and extensions, apart by line feeds;
// the whole of it is also read as an envelope and as a time.
#include "actors/group/logic/envelope_parser.hpp"
#include "messages/assert.hpp"
#include "messages/event.hpp"

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>

using namespace baseplate;

namespace {

bool is_object(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  return parser.parse(simdjson::padded_string{text}).get(root) == simdjson::SUCCESS
         && root.is_object();
}

chunk chunk_of(std::string bytes) {
  event_ref event;
  event.sequence = 7;
  event.bus = 1;
  event.length = static_cast<std::uint32_t>(bytes.size());
  return chunk{std::move(bytes), {event}, 7, 7};
}

void check_round_trip(const std::array<std::string_view, 5>& texts) {
  for (auto text : {texts[0], texts[1], texts[2]})
    if (!simdjson::validate_utf8(text))
      return;
  envelope_parts parts;
  parts.id = texts[0];
  parts.source = texts[1];
  parts.detail_type = texts[2];
  parts.time = "2026-01-31T12:00:00Z";
  parts.detail = is_object(texts[3]) ? texts[3] : std::string_view{"{}"};
  parts.extensions_json = is_object(texts[4]) ? texts[4] : std::string_view{};
  std::string bytes;
  append_envelope(bytes, parts);
  BASEPLATE_ASSERT(is_object(bytes));
  BASEPLATE_ASSERT(bytes.find(parts.detail) != std::string::npos);
  auto from = chunk_of(std::move(bytes));
  group::envelope_parser parser;
  auto& view = parser.parse(from, from.events().front());
  BASEPLATE_ASSERT(view.id == parts.id);
  BASEPLATE_ASSERT(view.source == parts.source);
  BASEPLATE_ASSERT(view.detail_type == parts.detail_type);
  BASEPLATE_ASSERT(view.time == parts.time);
  BASEPLATE_ASSERT(view.detail().is_object());
  BASEPLATE_ASSERT(view.sequence == 7);
}

void check_any_bytes(std::string_view bytes) {
  auto from = chunk_of(std::string{bytes});
  group::envelope_parser parser;
  try {
    auto& view = parser.parse(from, from.events().front());
    BASEPLATE_ASSERT(view.envelope == bytes);
    BASEPLATE_ASSERT(is_object(bytes) || !view.document().is_object());
  } catch (const std::runtime_error&) {
    // Refused: the caller crashes its incarnation, as with any damage.
  }
}

void check_time(std::string_view text) {
  auto time = from_rfc3339(text);
  if (time < 0)
    return;
  auto whole_seconds = time - time % 1000;
  BASEPLATE_ASSERT(from_rfc3339(to_rfc3339(time)) == whole_seconds);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  std::array<std::string_view, 5> texts;
  auto rest = input;
  for (auto& text : texts) {
    auto end = rest.find('\n');
    text = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    check_time(text);
  }
  check_round_trip(texts);
  check_any_bytes(input);
  return 0;
}
