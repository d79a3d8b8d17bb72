#include "actors/gateway/logic/native_events.hpp"

#include "actors/gateway/logic/event_record.hpp"
#include "actors/gateway/logic/json_span.hpp"

namespace baseplate::gateway {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// Reads one member that must be text of limited length; a fault otherwise.
std::optional<record_result> read_text(const element& value, std::string_view pointer,
                                       std::string_view name, std::string_view& out) {
  if (value.get_string().get(out) != simdjson::SUCCESS)
    return refuse("InvalidArgument", "Must be a string.", child_pointer(pointer, name));
  if (out.empty())
    return refuse("InvalidArgument", "Must not be empty.", child_pointer(pointer, name));
  if (out.size() > attribute_bytes_max)
    return refuse("InvalidArgument",
                  "Must not be longer than " + std::to_string(attribute_bytes_max) + " bytes.",
                  child_pointer(pointer, name));
  return std::nullopt;
}

std::optional<record_result> check_resources(const element& value, std::string_view pointer) {
  simdjson::dom::array list;
  if (value.get_array().get(list) != simdjson::SUCCESS)
    return refuse("InvalidArgument", "Must be an array of strings.",
                  child_pointer(pointer, "resources"));
  std::size_t i = 0;
  for (auto item : list) {
    std::string_view text;
    if (item.get_string().get(text) != simdjson::SUCCESS)
      return refuse("InvalidArgument", "Must be a string.",
                    child_pointer(child_pointer(pointer, "resources"), std::to_string(i)));
    ++i;
  }
  return std::nullopt;
}

/// What an envelope has beside the members that a publisher sets; so that what `tail` printed can
/// be put again.
bool is_ignored(std::string_view name) noexcept {
  return name == "version" || name == "account" || name == "region" || name == "sequence"
         || name == "replay-name";
}

class record_reader {
 public:
  record_reader(std::string_view bus, const ingest_context& context)
      : default_bus_(bus), context_(context) {}

  /// `raw` is the text of `value`.
  record_result read(const element& value, std::string_view raw, std::string_view pointer,
                     event_batch& batch) {
    simdjson::dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
      return refuse("InvalidEvent", "An event must be a JSON object.", std::string{pointer});
    record_ = {};
    record_.bus = default_bus_;
    members_.clear();
    std::optional<record_result> fault;
    auto member = object.begin();
    for_each_member_value(raw, [&](std::string_view raw_value) {
      if (fault || member == object.end())
        return;
      fault = read_member(member.key(), member.value(), raw_value, pointer);
      ++member;
    });
    if (fault)
      return *fault;
    if (record_.source.empty())
      return refuse("MissingMember", "An event needs \"source\".",
                    child_pointer(pointer, "source"));
    if (record_.detail_type.empty())
      return refuse("MissingMember", "An event needs \"detail-type\".",
                    child_pointer(pointer, "detail-type"));
    if (record_.detail.empty())
      return refuse("MissingMember", "An event needs \"detail\".",
                    child_pointer(pointer, "detail"));
    record_.extension_members = members_;
    return append_event(record_, pointer, context_, batch);
  }

 private:
  std::optional<record_result> read_member(std::string_view name, const element& value,
                                           std::string_view raw, std::string_view pointer) {
    if (name == "source")
      return read_text(value, pointer, name, record_.source);
    if (name == "detail-type")
      return read_text(value, pointer, name, record_.detail_type);
    if (name == "bus")
      return read_text(value, pointer, name, record_.bus);
    if (name == "detail") {
      if (value.type() != element_type::OBJECT)
        return refuse("InvalidArgument", "Must be a JSON object.", child_pointer(pointer, name));
      record_.detail = raw;
      return std::nullopt;
    }
    if (is_ignored(name) || value.type() == element_type::NULL_VALUE)
      return std::nullopt;
    if (name == "id")
      return read_text(value, pointer, name, record_.id);
    if (name == "time") {
      std::string_view text;
      if (auto fault = read_text(value, pointer, name, text))
        return fault;
      record_.time_ms = from_rfc3339(text);
      if (record_.time_ms < 0)
        return refuse("InvalidArgument", "Must be an RFC 3339 time from 1970 on.",
                      child_pointer(pointer, name));
      return std::nullopt;
    }
    if (name == "resources") {
      record_.resources_json = raw;
      return check_resources(value, pointer);
    }
    if (name == "extensions") {
      if (value.type() != element_type::OBJECT)
        return refuse("InvalidArgument", "Must be a JSON object.", child_pointer(pointer, name));
      auto inner = raw.substr(1, raw.size() - 2);
      members_ = trim_json(inner);
      return std::nullopt;
    }
    return refuse("UnknownMember",
                  "An event has source, detail-type, detail, and optionally time, resources, bus, "
                  "id and extensions.",
                  child_pointer(pointer, name));
  }

  std::string_view default_bus_;
  const ingest_context& context_;
  event_record record_;
  std::string members_;
};

request_fault too_many_records(const ingest_context& context) {
  return {413, "TooManyRecords",
          "A request takes at most " + std::to_string(context.settings.records_max) + " records.",
          ""};
}

} // namespace

ingested_records parse_native_json(std::string& body, std::string_view bus,
                                   const ingest_context& context) {
  ingested_records out;
  out.batch.ingested_at_ms = context.now_ms;
  reserve_padding(body);
  element root;
  if (auto error = context.workspace.document.parse(body.data(), body.size(), false).get(root)) {
    out.fault = request_fault{400, "InvalidJson", describe_json_error(error), ""};
    return out;
  }
  const auto raw = trim_json(body);
  record_reader reader(bus, context);
  if (root.type() == element_type::OBJECT) {
    out.single = true;
    out.records.push_back(reader.read(root, raw, "", out.batch));
    return out;
  }
  simdjson::dom::array list;
  if (root.get_array().get(list) != simdjson::SUCCESS) {
    out.fault
        = request_fault{400, "InvalidEvent",
                        "The body must be an event (a JSON object) or an array of events.", ""};
    return out;
  }
  if (list.size() > context.settings.records_max) {
    out.fault = too_many_records(context);
    return out;
  }
  out.records.reserve(list.size());
  out.batch.bytes.reserve(body.size() + list.size() * 160);
  auto item = list.begin();
  for_each_element(raw, [&](std::string_view raw_item) {
    if (item == list.end())
      return;
    const auto pointer = "/" + std::to_string(out.records.size());
    out.records.push_back(reader.read(*item, raw_item, pointer, out.batch));
    ++item;
  });
  return out;
}

ingested_records parse_native_lines(std::string& body, std::string_view bus,
                                    const ingest_context& context) {
  ingested_records out;
  out.batch.ingested_at_ms = context.now_ms;
  reserve_padding(body);
  out.batch.bytes.reserve(body.size() + body.size() / 4);
  record_reader reader(bus, context);
  const std::string_view text = body;
  std::size_t begin = 0;
  while (begin < text.size()) {
    auto end = text.find('\n', begin);
    if (end == std::string_view::npos)
      end = text.size();
    const auto line = trim_json(text.substr(begin, end - begin));
    begin = end + 1;
    if (line.empty())
      continue;
    if (out.records.size() >= context.settings.records_max) {
      out = {};
      out.fault = too_many_records(context);
      return out;
    }
    const auto pointer = "/" + std::to_string(out.records.size());
    element root;
    // The line is followed by the rest of the body or by its padding.
    if (auto error = context.workspace.document.parse(line.data(), line.size(), false).get(root))
      out.records.push_back(refuse("InvalidJson", describe_json_error(error), pointer));
    else
      out.records.push_back(reader.read(root, line, pointer, out.batch));
  }
  if (out.records.empty())
    out.fault = request_fault{400, "InvalidEvent", "The body holds no event.", ""};
  return out;
}

} // namespace baseplate::gateway
