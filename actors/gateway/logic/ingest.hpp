// What all ways of publishing share: settings, look-ups and reused memory that parsing needs, and
// the result per record. Pure: time, bus names and randomness come in through `ingest_context`.
// Threads: one at a time; every I/O thread has its own workspace.
#pragma once

#include "actors/gateway/logic/uuid_source.hpp"
#include "messages/event.hpp"

#include <simdjson.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::gateway {

/// The id of a bus by its name; absent: there is none.
using bus_lookup = std::function<std::optional<bus_id>(std::string_view)>;

/// Limits of what a request may publish, and what is stamped into envelopes.
struct ingest_settings {
  /// PutEvents: entries of a request, 1 to 10 in the cloud service.
  std::uint32_t entries_max = 10;
  /// PutEvents: sum of the entries' sizes in bytes (EventBridge's formula).
  std::uint32_t entries_bytes_max = 1024 * 1024;
  /// Native and CloudEvents batches: records of a request.
  std::uint32_t records_max = 10'000;
  /// Native and CloudEvents: bytes of one event's envelope.
  std::uint32_t event_bytes_max = 1024 * 1024;
  /// Nesting of JSON, of the request and of a PutEvents Detail each.
  std::uint32_t json_depth_max = 512;
  /// The envelope's account and region.
  std::string account = "000000000000";
  std::string region = "local";
};

/// Parsers and scratch memory, kept from request to request.
struct ingest_workspace {
  explicit ingest_workspace(std::size_t json_depth_max);

  /// Gives back what a large request made it keep. Cheap when there is nothing to give back.
  void trim();

  simdjson::dom::parser document;
  simdjson::dom::parser detail;
  std::string resources;
  std::string extensions;
  std::string scratch;

 private:
  std::size_t json_depth_max_;
};

/// What a parse needs to know beside the request. Everything is borrowed for the call.
struct ingest_context {
  const ingest_settings& settings;
  ingest_workspace& workspace;
  uuid_source& ids;
  const bus_lookup& bus_by_name;
  /// Receive time of the request, and the same as an envelope says it.
  unix_ms now_ms = 0;
  std::string_view now_text;
  /// W3C trace context of the request's headers; empty: none, or not valid.
  std::string_view traceparent;
  std::string_view tracestate;
};

/// How one record of a native or CloudEvents request fared.
struct record_result {
  /// The event's id; empty when the record was refused.
  std::string id;
  /// Empty when accepted.
  std::string code;
  std::string message;
  /// Into the request's body.
  std::string pointer;

  bool accepted() const { return code.empty(); }
};

/// Why a request as a whole was refused.
struct request_fault {
  int status = 400;
  std::string code;
  std::string message;
  std::string pointer;
};

/// A parsed native or CloudEvents request: what to publish, and the result of each record in order.
/// The n-th accepted record is the n-th event of the batch.
struct ingested_records {
  std::optional<request_fault> fault;
  std::vector<record_result> records;
  event_batch batch;
  /// The client sent one record, not a list: its refusal is the request's refusal.
  bool single = false;
};

/// Makes `text` safe to parse in place: simdjson reads up to SIMDJSON_PADDING bytes behind the end.
void reserve_padding(std::string& text);

/// simdjson's error in words for a client.
std::string describe_json_error(simdjson::error_code error);

/// The response body: {"accepted":N,"failed":M,"results":[{"id":..,"sequence":..}|{"error":{..}}]}.
/// `first` is the sequence of the batch's first event.
std::string render_records(const ingested_records& ingested, sequence_number first);

/// True for `00-<32 hex>-<16 hex>-<2 hex>`, not all zero (W3C Trace Context, version 00).
bool is_traceparent(std::string_view text) noexcept;

/// Appends `"name":"text"` to the members of an object under construction (without its braces).
void append_member(std::string& members, std::string_view name, std::string_view text);

/// The same with a raw JSON value.
void append_raw_member(std::string& members, std::string_view name, std::string_view json);

} // namespace baseplate::gateway
