// CloudEvents 1.0 over HTTP: binary, structured and batched messages become envelopes.
// Spec:       docs/spec/http-api.md, section CloudEvents (the mapping); cloudevents/spec 1.0
// (http-protocol-binding, json-format) Invariants: id, source, type and JSON data are kept as they
// came; what has no place in an envelope is in `extensions`,
//             so that the CloudEvent can be told again
// Threads:    as the workspace
#pragma once

#include "actors/gateway/logic/ingest.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::gateway {

enum class content_mode : std::uint8_t { none, binary, structured, batched };

/// How the message is a CloudEvent: by the Content-Type's prefix, else by `ce-specversion`.
content_mode cloudevents_mode(std::string_view content_type, bool has_specversion_header) noexcept;

/// Parses `application/cloudevents+json`.
ingested_records parse_cloudevent(std::string& body, std::string_view bus,
                                  const ingest_context& context);

/// Parses `application/cloudevents-batch+json`.
ingested_records parse_cloudevents_batch(std::string& body, std::string_view bus,
                                         const ingest_context& context);

/// Headers of a binary message: lower-case names with "ce-" cut off, values as they came.
using ce_headers = std::vector<std::pair<std::string_view, std::string_view>>;

/// Parses a binary message: attributes from `headers`, data from `body`, its type from
/// `content_type`.
ingested_records parse_binary_cloudevent(const ce_headers& headers, std::string_view content_type,
                                         std::string& body, std::string_view bus,
                                         const ingest_context& context);

/// The media type without parameters and white space, lower case.
std::string media_type(std::string_view content_type);

/// True for application/json, text/json and every +json.
bool is_json_media_type(std::string_view media_type) noexcept;

/// Decodes a CloudEvents header value: quoted-string, then percent-encoding, then UTF-8 is checked.
/// Absent: not valid.
std::optional<std::string> decode_header_value(std::string_view value);

/// Appends standard base64 of `bytes`.
void append_base64(std::string& out, std::string_view bytes);

} // namespace baseplate::gateway
