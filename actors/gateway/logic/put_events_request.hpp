// PutEvents of the EventBridge API: a JSON 1.1 body becomes a batch for the log and a result per
// entry. Spec:       docs/spec/http-api.md, section PutEvents (checks, their order, codes and texts
// as recorded from the service) Invariants: one result per entry, in order; an entry without a
// fault is in the batch, unless its bus is unknown;
//             a request that fails as a whole publishes nothing; `Detail` enters the envelope byte
//             for byte
// Cost:       one DOM parse of the body and one of each Detail; no allocation per entry beside the
// batch's growth Threads:    as the workspace
#pragma once

#include "actors/gateway/logic/aws_error.hpp"
#include "actors/gateway/logic/ingest.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace baseplate::gateway {

/// Why an entry was refused; each has its ErrorCode and ErrorMessage.
enum class entry_fault : std::uint8_t {
  none = 0,
  source_missing,
  source_reserved,
  detail_type_missing,
  detail_type_too_long,
  detail_missing,
  detail_malformed,
  time_out_of_range,
};

struct put_events_entry {
  entry_fault fault = entry_fault::none;
  /// The bus does not exist: answered as a success, as the service does, but published nowhere.
  bool bus_unknown = false;
  /// EventId of an entry without fault.
  std::array<char, 36> id{};
};

struct put_events_request {
  /// The request as a whole is refused; nothing else counts then.
  std::optional<aws_error> error;
  std::vector<put_events_entry> entries;
  event_batch batch;
};

/// Parses and checks a PutEvents body. `body` may get more capacity, its text stays.
put_events_request parse_put_events(std::string& body, const ingest_context& context);

/// Appends {"FailedEntryCount":N,"Entries":[{"EventId":..}|{"ErrorCode":..,"ErrorMessage":..}]}.
void append_put_events_response(std::string& out, const std::vector<put_events_entry>& entries);

/// The name in an EventBusName: itself, or what follows `event-bus/` in an ARN. Empty: neither.
std::string_view bus_name_of(std::string_view name_or_arn) noexcept;

} // namespace baseplate::gateway
