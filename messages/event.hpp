// The event envelope: EventBridge's fields, whose JSON is what the log, HTTP and subscribers carry.
// Spec: EventBridge event structure; CloudEvents 1.0 attributes that have no place there go to
// `extensions`.
#pragma once

#include "messages/identity.hpp"
#include "messages/json/member_rule.hpp"

#include <boost/describe.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate {

/// The parts of an envelope, as views. Strings are unescaped text, UTF-8; `detail`,
/// `resources_json` and `extensions_json` are JSON text already checked to be valid.
struct envelope_parts {
  std::string_view id;
  std::string_view detail_type;
  std::string_view source;
  std::string_view account = "000000000000";
  /// RFC 3339, UTC, whole seconds: "2026-01-31T12:00:00Z".
  std::string_view time;
  std::string_view region = "local";
  /// A JSON array of strings.
  std::string_view resources_json = "[]";
  /// A JSON object: the bytes that came in.
  std::string_view detail;
  /// A JSON object with trace context (`traceparent`, `tracestate`, `xray_trace_header`) and
  /// CloudEvents attributes without a counterpart (`subject`, `dataschema`, extensions). Empty: the
  /// member is left out.
  std::string_view extensions_json;
};

/// Appends the envelope's JSON to `out`:
/// {"version":"0","id":..,"detail-type":..,"source":..,"account":..,"time":..,"region":..,"resources":..,"detail":..[,"extensions":..]}
/// One pass, no other allocation than `out` growing.
void append_envelope(std::string& out, const envelope_parts& parts);

/// Appends `text` as a JSON string with quotes, escaping what RFC 8259 demands.
void append_json_string(std::string& out, std::string_view text);

/// "2026-01-31T12:00:00Z" of a Unix time; whole seconds, rounded down. Years 1970 to 9999.
std::string to_rfc3339(unix_ms time);

/// Inverse of the above, lenient as RFC 3339 is: fraction, offset, lower case. -1 when the text is
/// no time.
unix_ms from_rfc3339(std::string_view text) noexcept;

/// A UUID's text from 128 bits, version 4 and variant bits set:
/// "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".
void append_uuid(std::string& out, std::uint64_t high, std::uint64_t low);

/// A UUID that depends on nothing but its name (SHA-256 based, version 8): the same name, the same
/// id. Emitted events and orders take theirs from it, so that a repeated step yields the same ids.
std::string named_uuid(std::string_view name);

/// One event of a batch; its envelope follows the one before it in `event_batch::bytes`.
struct event_slice {
  bus_id bus = 0;
  /// Bytes of the envelope.
  std::uint32_t length = 0;
};
BOOST_DESCRIBE_STRUCT(event_slice, (), (bus, length))

/// Events on their way into the log: envelopes back to back and where each ends.
struct event_batch {
  std::string bytes;
  std::vector<event_slice> events;
  /// When the node received them; the same for a whole request.
  unix_ms ingested_at_ms = 0;
  /// The same moment on the steady clock, in ns, for measuring; 0: not measured. Not kept.
  std::int64_t received_ns = 0;
};
BOOST_DESCRIBE_STRUCT(event_batch, (), (bytes, events, ingested_at_ms, received_ns))

constexpr auto member_rules(const event_batch*) {
  return std::array{
      member_rule{.member = "bytes", .description = "Envelopes, back to back.", .secret = true}};
}

} // namespace baseplate
