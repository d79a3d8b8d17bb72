// Server-sent events: how a tail and a browser stream are written. Pure. Spec: WHATWG HTML,
// section 9.2. Invariants: an event is one `id:` and one `data:` line, whatever white space its
// envelope holds.
#pragma once

#include "messages/identity.hpp"

#include <string>
#include <string_view>

namespace baseplate::gateway {

/// Appends an event of a tail: the envelope's JSON with the members "bus" and "sequence" spliced in
/// at its end.
/// @pre `envelope` is a JSON object's text. `bus_json` is the bus' name as a JSON string.
void append_tail_event(std::string& out, std::string_view envelope, std::string_view bus_json,
                       sequence_number sequence);

/// Appends an event with any data; line feeds in it become separate data lines, as the format asks.
void append_sse_event(std::string& out, std::string_view data, sequence_number sequence);

/// Appends a named event with JSON data and without an id, so that Last-Event-ID stays that of an
/// event.
void append_sse_marker(std::string& out, std::string_view name, std::string_view json);

/// A comment that keeps proxies from closing the connection.
inline constexpr std::string_view sse_heartbeat = ": heartbeat\n\n";

} // namespace baseplate::gateway
