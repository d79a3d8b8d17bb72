#include "actors/gateway/logic/put_events_request.hpp"

#include "actors/gateway/logic/json_span.hpp"

#include <cmath>

namespace baseplate::gateway {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t bus_name_bytes_max = 1600;
constexpr std::size_t detail_type_bytes_max = 128;
constexpr std::size_t trace_header_bytes_max = 500;
constexpr std::string_view bus_pattern
    = "(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+";

/// The members of an entry as they came; views into the parser's memory.
struct raw_entry {
  std::string_view source;
  std::string_view detail_type;
  std::string_view detail;
  std::optional<std::string_view> bus;
  std::optional<std::string_view> trace;
  std::optional<simdjson::dom::array> resources;
  bool has_source = false, has_detail_type = false, has_detail = false;
  bool has_time = false;
  bool time_in_range = true;
  unix_ms time_ms = 0;
};

const char* type_name(element_type type) {
  switch (type) {
  case element_type::ARRAY:
    return "a list";
  case element_type::OBJECT:
    return "a structure";
  case element_type::STRING:
    return "a string";
  case element_type::BOOL:
    return "a boolean";
  case element_type::NULL_VALUE:
    return "null";
  default:
    return "a number";
  }
}

aws_error serialization_error(std::string message) {
  return {400, "SerializationException", std::move(message)};
}

std::string member_path(std::size_t index, std::string_view member) {
  return "Entries[" + std::to_string(index) + "]." + std::string{member};
}

/// Epoch seconds as SDKs send them, or RFC 3339 text, also without a zone or a time of day.
std::optional<unix_ms> parse_time(const element& value, bool& in_range) {
  constexpr double seconds_end = 253'402'300'800.0; // year 10000
  double seconds = 0;
  if (value.type() == element_type::STRING) {
    std::string text{value.get_string().value_unsafe()};
    auto time = from_rfc3339(text);
    if (time < 0 && text.size() == 10)
      time = from_rfc3339(text + "T00:00:00Z");
    if (time < 0 && text.size() > 10) {
      if (text[10] == ' ')
        text[10] = 'T';
      time = from_rfc3339(text);
      if (time < 0)
        time = from_rfc3339(text + 'Z');
    }
    if (time < 0)
      return std::nullopt;
    return time;
  }
  if (value.get_double().get(seconds) != simdjson::SUCCESS)
    return std::nullopt;
  in_range = seconds >= 0 && seconds < seconds_end;
  return in_range ? static_cast<unix_ms>(std::floor(seconds * 1000.0)) : 0;
}

/// Reads the members of one entry; an error when one has the wrong type.
std::optional<aws_error> read_entry(const element& value, std::size_t index, raw_entry& out) {
  simdjson::dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS)
    return serialization_error("Entries[" + std::to_string(index)
                               + "]: expected a structure, found " + type_name(value.type()) + ".");
  std::optional<aws_error> error;
  const auto text = [&](std::string_view name, const element& member, std::string_view& target) {
    if (member.get_string().get(target) == simdjson::SUCCESS)
      return true;
    error = serialization_error(member_path(index, name) + ": expected a string, found "
                                + type_name(member.type()) + ".");
    return false;
  };
  for (auto [name, member] : object) {
    if (member.type() == element_type::NULL_VALUE)
      continue;
    std::string_view view;
    if (name == "Source") {
      out.has_source = text(name, member, out.source);
    } else if (name == "DetailType") {
      out.has_detail_type = text(name, member, out.detail_type);
    } else if (name == "Detail") {
      out.has_detail = text(name, member, out.detail);
    } else if (name == "EventBusName") {
      if (text(name, member, view))
        out.bus = view;
    } else if (name == "TraceHeader") {
      if (text(name, member, view))
        out.trace = view;
    } else if (name == "Time") {
      const auto time = parse_time(member, out.time_in_range);
      if (!time)
        return serialization_error(member_path(index, name)
                                   + ": expected a timestamp (epoch seconds or RFC 3339), found "
                                   + type_name(member.type()) + ".");
      out.has_time = true;
      out.time_ms = *time;
    } else if (name == "Resources") {
      simdjson::dom::array list;
      if (member.get_array().get(list) != simdjson::SUCCESS)
        return serialization_error(member_path(index, name) + ": expected a list, found "
                                   + type_name(member.type()) + ".");
      for (auto item : list)
        if (item.type() != element_type::STRING && item.type() != element_type::NULL_VALUE)
          return serialization_error(member_path(index, name) + ": expected a list of strings.");
      out.resources = list;
    } // unknown members are ignored, as the protocol asks
    if (error)
      return error;
  }
  return std::nullopt;
}

/// EventBridge's size of an entry, in bytes.
std::size_t entry_size(const raw_entry& entry) {
  auto size = entry.source.size() + entry.detail_type.size() + entry.detail.size()
              + (entry.has_time ? 14u : 0u);
  if (entry.resources)
    for (auto item : *entry.resources) {
      std::string_view text;
      if (item.get_string().get(text) == simdjson::SUCCESS)
        size += text.size();
    }
  return size;
}

void check_constraints(const raw_entry& entry, std::size_t index, validation_errors& errors) {
  const auto path = [index](const char* member) {
    return "entries." + std::to_string(index + 1) + ".member." + member;
  };
  if (entry.bus) {
    if (entry.bus->empty())
      errors.add(*entry.bus, path("eventBusName"),
                 "Member must have length greater than or equal to 1");
    else if (entry.bus->size() > bus_name_bytes_max)
      errors.add(*entry.bus, path("eventBusName"),
                 "Member must have length less than or equal to 1600");
    if (bus_name_of(*entry.bus).empty())
      errors.add(*entry.bus, path("eventBusName"),
                 "Member must satisfy regular expression pattern: " + std::string{bus_pattern});
  }
  if (entry.trace) {
    if (entry.trace->empty())
      errors.add(*entry.trace, path("traceHeader"),
                 "Member must have length greater than or equal to 1");
    else if (entry.trace->size() > trace_header_bytes_max)
      errors.add(*entry.trace, path("traceHeader"),
                 "Member must have length less than or equal to 500");
  }
}

entry_fault check_entry(const raw_entry& entry, ingest_workspace& workspace) {
  if (entry.source.empty())
    return entry_fault::source_missing;
  if (entry.source.substr(0, 4) == "aws.")
    return entry_fault::source_reserved;
  if (entry.detail_type.empty())
    return entry_fault::detail_type_missing;
  if (entry.detail_type.size() > detail_type_bytes_max)
    return entry_fault::detail_type_too_long;
  if (entry.detail.empty())
    return entry_fault::detail_missing;
  if (!entry.time_in_range)
    return entry_fault::time_out_of_range;
  // Parsed where it lies in the first parser's memory, which has the padding at its end.
  element root;
  if (workspace.detail.parse(entry.detail.data(), entry.detail.size(), false).get(root)
      || root.type() != element_type::OBJECT)
    return entry_fault::detail_malformed;
  return entry_fault::none;
}

/// What Java prints of an entry; the service's message for too many of them holds it.
void append_entry_text(std::string& out, const raw_entry& entry) {
  const auto field = [&out](const char* name, bool present, std::string_view value) {
    out += name;
    out += '=';
    out += present ? value : std::string_view{"null"};
  };
  out += "PutEventsRequestEntry(";
  field("time", entry.has_time, to_rfc3339(entry.time_ms));
  field(", source", entry.has_source, entry.source);
  out += ", resources=";
  if (entry.resources) {
    out += '[';
    bool first = true;
    for (auto item : *entry.resources) {
      if (!first)
        out += ", ";
      first = false;
      std::string_view text;
      out += item.get_string().get(text) == simdjson::SUCCESS ? text : std::string_view{"null"};
    }
    out += ']';
  } else {
    out += "null";
  }
  field(", detailType", entry.has_detail_type, entry.detail_type);
  field(", detail", entry.has_detail, entry.detail);
  field(", eventBusName", entry.bus.has_value(), entry.bus.value_or(""));
  field(", traceHeader", entry.trace.has_value(), entry.trace.value_or(""));
  out += ", kmsKeyIdentifier=null, internalMetadata=null)";
}

void append_to_batch(const raw_entry& entry, put_events_entry& result, bus_id bus,
                     const ingest_context& context, event_batch& batch) {
  auto& workspace = context.workspace;
  envelope_parts parts;
  parts.id = {result.id.data(), result.id.size()};
  parts.detail_type = entry.detail_type;
  parts.source = entry.source;
  parts.account = context.settings.account;
  parts.region = context.settings.region;
  std::string time;
  if (entry.has_time) {
    time = to_rfc3339(entry.time_ms);
    parts.time = time;
  } else {
    parts.time = context.now_text;
  }
  parts.detail = trim_json(entry.detail);
  if (entry.resources) {
    auto& list = workspace.resources;
    list = '[';
    for (auto item : *entry.resources) {
      std::string_view text;
      if (item.get_string().get(text) != simdjson::SUCCESS)
        continue; // null members count as absent
      if (list.size() > 1)
        list += ',';
      append_json_string(list, text);
    }
    list += ']';
    parts.resources_json = list;
  }
  auto& members = workspace.extensions;
  members.clear();
  if (!context.traceparent.empty())
    append_member(members, "traceparent", context.traceparent);
  if (!context.traceparent.empty() && !context.tracestate.empty())
    append_member(members, "tracestate", context.tracestate);
  if (entry.trace)
    append_member(members, "xray_trace_header", *entry.trace);
  if (!members.empty()) {
    members.insert(members.begin(), '{');
    members += '}';
    parts.extensions_json = members;
  }
  const auto before = batch.bytes.size();
  append_envelope(batch.bytes, parts);
  batch.events.push_back({bus, static_cast<std::uint32_t>(batch.bytes.size() - before)});
}

struct fault_text {
  const char* code;
  const char* message;
};

fault_text text_of(entry_fault fault) {
  switch (fault) {
  case entry_fault::source_missing:
    return {"InvalidArgument",
            "Parameter Source is not valid. Reason: Source is a required argument."};
  case entry_fault::source_reserved:
    return {"NotAuthorizedForSourceException", "Not authorized for the source."};
  case entry_fault::detail_type_missing:
    return {"InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument."};
  case entry_fault::detail_type_too_long:
    return {"InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType must not "
                               "be longer than 128 characters."};
  case entry_fault::detail_missing:
    return {"InvalidArgument",
            "Parameter Detail is not valid. Reason: Detail is a required argument."};
  case entry_fault::detail_malformed:
    return {"MalformedDetail", "Detail is malformed."};
  case entry_fault::time_out_of_range:
    return {"InvalidArgument",
            "Parameter Time is not valid. Reason: Time must be between 1970 and 9999."};
  case entry_fault::none:
    break;
  }
  return {"", ""};
}

/// Parses the body down to the entries; an error refuses the request.
std::optional<aws_error> read_entries(std::string& body, const ingest_context& context,
                                      std::vector<raw_entry>& entries) {
  if (body.empty())
    body = "{}"; // the protocol's empty input
  reserve_padding(body);
  element root;
  if (auto error = context.workspace.document.parse(body.data(), body.size(), false).get(root))
    return serialization_error(describe_json_error(error));
  simdjson::dom::object object;
  if (root.get_object().get(object) != simdjson::SUCCESS)
    return serialization_error(std::string{"The body must be a structure, found "}
                               + type_name(root.type()) + ".");
  simdjson::dom::array list;
  bool present = false;
  for (auto [name, member] : object) {
    if (name != "Entries" || member.type() == element_type::NULL_VALUE)
      continue;
    if (member.get_array().get(list) != simdjson::SUCCESS)
      return serialization_error(std::string{"Entries: expected a list, found "}
                                 + type_name(member.type()) + ".");
    present = true;
  }
  validation_errors errors;
  if (!present) {
    errors.add_null("entries", "Member must not be null");
    return errors.take();
  }
  for (auto value : list) {
    entries.emplace_back();
    if (auto error = read_entry(value, entries.size() - 1, entries.back()))
      return error;
    // One more than allowed is enough to know, but the message shows all; its size is limited.
    if (entries.size() > context.settings.entries_max + 1000)
      break;
  }
  if (entries.empty()) {
    errors.add("[]", "entries", "Member must have length greater than or equal to 1");
  } else if (entries.size() > context.settings.entries_max) {
    std::string shown = "[";
    for (auto& entry : entries) {
      if (shown.size() > 1)
        shown += ", ";
      append_entry_text(shown, entry);
      if (shown.size() > 64 * 1024)
        break;
    }
    shown += ']';
    errors.add(shown, "entries",
               "Member must have length less than or equal to "
                   + std::to_string(context.settings.entries_max));
  }
  if (errors.empty())
    for (std::size_t i = 0; i < entries.size(); ++i)
      check_constraints(entries[i], i, errors);
  if (!errors.empty())
    return errors.take();
  std::size_t size = 0;
  for (auto& entry : entries)
    size += entry_size(entry);
  if (size > context.settings.entries_bytes_max)
    return aws_error{400, "ValidationException",
                     "Total size of the entries in the request is over the limit."};
  return std::nullopt;
}

} // namespace

std::string_view bus_name_of(std::string_view name_or_arn) noexcept {
  constexpr std::string_view marker = ":event-bus/";
  if (name_or_arn.substr(0, 7) == "arn:aws") {
    const auto at = name_or_arn.find(marker);
    if (at == std::string_view::npos)
      return {};
    name_or_arn.remove_prefix(at + marker.size());
  }
  for (const auto c : name_or_arn)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/'
          || c == '.' || c == '-' || c == '_'))
      return {};
  return name_or_arn;
}

put_events_request parse_put_events(std::string& body, const ingest_context& context) {
  put_events_request out;
  std::vector<raw_entry> entries;
  entries.reserve(context.settings.entries_max);
  out.error = read_entries(body, context, entries);
  if (out.error)
    return out;
  out.entries.resize(entries.size());
  out.batch.ingested_at_ms = context.now_ms;
  out.batch.events.reserve(entries.size());
  out.batch.bytes.reserve(body.size() + entries.size() * 160);
  std::string_view last_name = "default";
  auto last_bus = context.bus_by_name(last_name);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto& result = out.entries[i];
    result.fault = check_entry(entries[i], context.workspace);
    if (result.fault != entry_fault::none)
      continue;
    auto& id = context.workspace.scratch;
    id.clear();
    context.ids.append(id);
    id.copy(result.id.data(), result.id.size());
    const auto name = entries[i].bus ? bus_name_of(*entries[i].bus) : std::string_view{"default"};
    if (name != last_name) {
      last_name = name;
      last_bus = context.bus_by_name(name);
    }
    if (last_bus)
      append_to_batch(entries[i], result, *last_bus, context, out.batch);
    else
      result.bus_unknown = true;
  }
  return out;
}

void append_put_events_response(std::string& out, const std::vector<put_events_entry>& entries) {
  std::size_t failed = 0;
  for (auto& entry : entries)
    failed += entry.fault != entry_fault::none;
  out += "{\"FailedEntryCount\":";
  out += std::to_string(failed);
  out += ",\"Entries\":[";
  bool first = true;
  for (auto& entry : entries) {
    if (!first)
      out += ',';
    first = false;
    if (entry.fault == entry_fault::none) {
      out += "{\"EventId\":\"";
      out.append(entry.id.data(), entry.id.size());
      out += "\"}";
    } else {
      const auto text = text_of(entry.fault);
      out += "{\"ErrorCode\":\"";
      out += text.code;
      out += "\",\"ErrorMessage\":\"";
      out += text.message;
      out += "\"}";
    }
  }
  out += "]}";
}

} // namespace baseplate::gateway
