// Any body given to the four ways of publishing: one result per record, and every envelope that
// would go into the log is valid JSON with all its members. Input: a byte that chooses the way,
// then the body.
#include "actors/gateway/logic/cloudevents.hpp"
#include "actors/gateway/logic/native_events.hpp"
#include "actors/gateway/logic/put_events_request.hpp"
#include "messages/assert.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::gateway;

namespace {

void check_batch(const event_batch& batch, std::size_t accepted) {
  BASEPLATE_ASSERT(batch.events.size() == accepted);
  std::size_t offset = 0;
  simdjson::dom::parser parser;
  for (auto& slice : batch.events) {
    BASEPLATE_ASSERT(slice.bus != 0);
    auto envelope = std::string_view{batch.bytes}.substr(offset, slice.length);
    BASEPLATE_ASSERT(envelope.size() == slice.length);
    offset += slice.length;
    simdjson::dom::element root;
    BASEPLATE_ASSERT(parser.parse(simdjson::padded_string{envelope}).get(root)
                     == simdjson::SUCCESS);
    for (auto name : {"version", "id", "detail-type", "source", "account", "time", "region"}) {
      std::string_view text;
      BASEPLATE_ASSERT(root[name].get_string().get(text) == simdjson::SUCCESS && !text.empty());
    }
    BASEPLATE_ASSERT(root["resources"].is_array());
    BASEPLATE_ASSERT(root["detail"].error() == simdjson::SUCCESS);
  }
  BASEPLATE_ASSERT(offset == batch.bytes.size());
}

void check(const ingested_records& ingested) {
  if (ingested.fault) {
    BASEPLATE_ASSERT(ingested.fault->status >= 400 && !ingested.fault->code.empty());
    return;
  }
  std::size_t accepted = 0;
  for (auto& record : ingested.records)
    accepted += record.accepted() ? 1 : 0;
  check_batch(ingested.batch, accepted);
  simdjson::dom::parser parser;
  BASEPLATE_ASSERT(parser.parse(render_records(ingested, 1)).error() == simdjson::SUCCESS);
}

void check(const put_events_request& request) {
  if (request.error)
    return;
  std::size_t accepted = 0;
  for (auto& entry : request.entries)
    accepted += entry.fault == entry_fault::none && !entry.bus_unknown ? 1 : 0;
  check_batch(request.batch, accepted);
  std::string response;
  append_put_events_response(response, request.entries);
  simdjson::dom::parser parser;
  BASEPLATE_ASSERT(parser.parse(response).error() == simdjson::SUCCESS);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ingest_settings settings;
  static ingest_workspace workspace{settings.json_depth_max};
  static const bus_lookup buses = [](std::string_view name) -> std::optional<bus_id> {
    return name == "default" || name == "orders" ? std::optional<bus_id>{1} : std::nullopt;
  };
  if (size == 0)
    return 0;
  std::uint64_t random = 0;
  uuid_source ids{[&] { return ++random; }};
  ingest_context context{settings, workspace, ids, buses, 1'790'000'000'000, "2026-09-21T14:13:20Z",
                         {},       {}};
  std::string body{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 6) {
  case 0:
    check(parse_put_events(body, context));
    break;
  case 1:
    check(parse_native_json(body, "default", context));
    break;
  case 2:
    check(parse_native_lines(body, "default", context));
    break;
  case 3:
    check(parse_cloudevent(body, "default", context));
    break;
  case 4:
    check(parse_cloudevents_batch(body, "default", context));
    break;
  default: {
    auto split = body.find('\n');
    auto value = body.substr(0, split);
    auto rest = split == std::string::npos ? std::string{} : body.substr(split + 1);
    check(parse_binary_cloudevent({{"specversion", "1.0"},
                                   {"id", value},
                                   {"source", "/s"},
                                   {"type", "t"},
                                   {"subject", value}},
                                  data[0] & 8 ? "application/json" : "text/plain", rest, "default",
                                  context));
  }
  }
  return 0;
}
