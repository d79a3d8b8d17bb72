#include "actors/gateway/logic/event_record.hpp"

namespace baseplate::gateway {

record_result refuse(std::string_view code, std::string message, std::string pointer) {
  record_result out;
  out.code = code;
  out.message = std::move(message);
  out.pointer = std::move(pointer);
  return out;
}

record_result append_event(const event_record& record, std::string_view pointer,
                           const ingest_context& context, event_batch& batch) {
  const auto bus = context.bus_by_name(record.bus);
  if (!bus)
    return refuse("UnknownBus",
                  "There is no bus of this name; buses are declared in the configuration.",
                  child_pointer(pointer, "bus"));
  record_result out;
  if (record.id.empty())
    context.ids.append(out.id);
  else
    out.id = record.id;
  envelope_parts parts;
  parts.id = out.id;
  parts.detail_type = record.detail_type;
  parts.source = record.source;
  parts.account = context.settings.account;
  parts.region = context.settings.region;
  std::string time;
  if (record.time_ms >= 0) {
    time = to_rfc3339(record.time_ms);
    parts.time = time;
  } else {
    parts.time = context.now_text;
  }
  if (!record.resources_json.empty())
    parts.resources_json = record.resources_json;
  parts.detail = record.detail;
  auto& extensions = context.workspace.extensions;
  extensions = '{';
  extensions += record.extension_members;
  const auto names = [&record](std::string_view name) {
    std::string quoted = "\"" + std::string{name} + "\":";
    return record.extension_members.find(quoted) != std::string_view::npos;
  };
  std::string trace;
  if (!context.traceparent.empty() && !names("traceparent")) {
    append_member(trace, "traceparent", context.traceparent);
    if (!context.tracestate.empty() && !names("tracestate"))
      append_member(trace, "tracestate", context.tracestate);
    if (extensions.size() > 1)
      extensions += ',';
    extensions += trace;
  }
  extensions += '}';
  if (extensions.size() > 2)
    parts.extensions_json = extensions;
  const auto before = batch.bytes.size();
  append_envelope(batch.bytes, parts);
  const auto length = batch.bytes.size() - before;
  if (length > context.settings.event_bytes_max) {
    batch.bytes.resize(before);
    return refuse("EventTooLarge",
                  "The event's envelope has " + std::to_string(length) + " bytes; at most "
                      + std::to_string(context.settings.event_bytes_max) + " are taken.",
                  std::string{pointer});
  }
  batch.events.push_back({*bus, static_cast<std::uint32_t>(length)});
  return out;
}

} // namespace baseplate::gateway
