// What the fuzz targets of publishing share: a context, and the property that every published
// envelope is one JSON object.
#pragma once

#include "messages/assert.hpp"
#include "tests/gateway/ingest_fixture.hpp"

#include <simdjson.h>

namespace baseplate::gateway {

/// Every slice of the batch is a JSON object on its own, and together they are the batch's bytes.
inline std::vector<std::string> checked_envelopes(const event_batch& batch) {
  std::vector<std::string> out;
  simdjson::dom::parser parser;
  std::size_t at = 0;
  for (auto& slice : batch.events) {
    BASEPLATE_ASSERT(at + slice.length <= batch.bytes.size());
    out.push_back(batch.bytes.substr(at, slice.length));
    simdjson::dom::element element;
    BASEPLATE_ASSERT(!parser.parse(out.back()).get(element));
    BASEPLATE_ASSERT(element.is_object());
    BASEPLATE_ASSERT(element["detail"].is_object());
    at += slice.length;
  }
  BASEPLATE_ASSERT(at == batch.bytes.size());
  return out;
}

inline void check_json(const std::string& text) {
  simdjson::dom::parser parser;
  BASEPLATE_ASSERT(!parser.parse(text).error());
}

/// What holds for every parsed native or CloudEvents request.
inline void check_records(const ingested_records& got) {
  if (got.fault) {
    BASEPLATE_ASSERT(got.batch.events.empty());
    BASEPLATE_ASSERT(got.fault->status >= 400 && !got.fault->code.empty());
    return;
  }
  std::size_t accepted = 0;
  for (auto& record : got.records)
    accepted += record.accepted();
  BASEPLATE_ASSERT(accepted == got.batch.events.size());
  check_json(render_records(got, 1));
  checked_envelopes(got.batch);
}

} // namespace baseplate::gateway
