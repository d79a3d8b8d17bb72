// The native way to publish: one object, an array, or JSON Lines of {source, detail-type, detail,
// ...}. Spec:       docs/spec/http-api.md, section POST /v1/events Invariants: one result per
// record, in order; a record with a fault does not hold up the others;
//             `detail` enters the envelope byte for byte
// Threads:    as the workspace
#pragma once

#include "actors/gateway/logic/ingest.hpp"

#include <string>
#include <string_view>

namespace baseplate::gateway {

/// Parses an `application/json` body: an object or an array of objects. `bus` is where records go
/// that name none. `body` may get more capacity, its text stays.
ingested_records parse_native_json(std::string& body, std::string_view bus,
                                   const ingest_context& context);

/// Parses an `application/x-ndjson` body: an object a line; empty lines are skipped.
/// Pointers begin with the number of the record, counted from 0.
ingested_records parse_native_lines(std::string& body, std::string_view bus,
                                    const ingest_context& context);

} // namespace baseplate::gateway
