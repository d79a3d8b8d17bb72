#include "actors/gateway/logic/ingest.hpp"

#include "messages/assert.hpp"

#include <algorithm>

namespace baseplate::gateway {

namespace {

/// Parsers that grew above this are made anew after the request (a parser keeps about 13 bytes per
/// byte of input).
constexpr std::size_t kept_bytes_max = 128 * 1024;

void renew(simdjson::dom::parser& parser, std::size_t depth) {
  parser = simdjson::dom::parser{};
  // Capacity 0 keeps the depth limit and allocates with the first document.
  const auto error = parser.allocate(0, depth);
  BASEPLATE_ASSERT(!error);
}

bool is_lower_hex(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) noexcept {
  return text.find_first_not_of('0') == std::string_view::npos;
}

} // namespace

ingest_workspace::ingest_workspace(std::size_t json_depth_max) : json_depth_max_(json_depth_max) {
  renew(document, json_depth_max_);
  renew(detail, json_depth_max_);
}

void ingest_workspace::trim() {
  if (document.capacity() > kept_bytes_max)
    renew(document, json_depth_max_);
  if (detail.capacity() > kept_bytes_max)
    renew(detail, json_depth_max_);
  for (auto* text : {&resources, &extensions, &scratch})
    if (text->capacity() > kept_bytes_max)
      *text = std::string{};
}

void reserve_padding(std::string& text) {
  if (text.capacity() - text.size() < simdjson::SIMDJSON_PADDING)
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
}

std::string describe_json_error(simdjson::error_code error) {
  switch (error) {
  case simdjson::EMPTY:
    return "The body is empty.";
  case simdjson::DEPTH_ERROR:
    return "The JSON is nested too deeply.";
  case simdjson::UTF8_ERROR:
    return "The text is not valid UTF-8.";
  case simdjson::NUMBER_ERROR:
    return "A number is not valid, or outside what 64 bits hold.";
  case simdjson::STRING_ERROR:
  case simdjson::UNESCAPED_CHARS:
  case simdjson::UNCLOSED_STRING:
    return "A string is not valid JSON: an escape is wrong, or a control character is not escaped.";
  case simdjson::CAPACITY:
  case simdjson::MEMALLOC:
    return "The JSON is too large.";
  default:
    return "The text is not valid JSON.";
  }
}

std::string render_records(const ingested_records& ingested, sequence_number first) {
  std::size_t accepted = 0;
  std::string results;
  for (auto& record : ingested.records) {
    results += results.empty() ? "{" : ",{";
    if (record.accepted()) {
      results += "\"id\":";
      append_json_string(results, record.id);
      results += ",\"sequence\":";
      results += std::to_string(first + accepted);
      ++accepted;
    } else {
      results += "\"error\":{\"code\":";
      append_json_string(results, record.code);
      results += ",\"message\":";
      append_json_string(results, record.message);
      results += ",\"pointer\":";
      append_json_string(results, record.pointer);
      results += '}';
    }
    results += '}';
  }
  std::string out = "{\"accepted\":" + std::to_string(accepted);
  out += ",\"failed\":" + std::to_string(ingested.records.size() - accepted);
  out += ",\"results\":[";
  out += results;
  out += "]}";
  return out;
}

bool is_traceparent(std::string_view text) noexcept {
  if (text.size() != 55 || text.substr(0, 3) != "00-" || text[35] != '-' || text[52] != '-')
    return false;
  const auto trace = text.substr(3, 32), span = text.substr(36, 16), flags = text.substr(53, 2);
  return is_lower_hex(trace) && is_lower_hex(span) && is_lower_hex(flags) && !is_zero(trace)
         && !is_zero(span);
}

void append_member(std::string& members, std::string_view name, std::string_view text) {
  if (!members.empty())
    members += ',';
  append_json_string(members, name);
  members += ':';
  append_json_string(members, text);
}

void append_raw_member(std::string& members, std::string_view name, std::string_view json) {
  if (!members.empty())
    members += ',';
  append_json_string(members, name);
  members += ':';
  members += json;
}

} // namespace baseplate::gateway
