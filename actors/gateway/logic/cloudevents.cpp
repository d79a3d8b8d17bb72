#include "actors/gateway/logic/cloudevents.hpp"

#include "actors/gateway/logic/event_record.hpp"
#include "actors/gateway/logic/json_span.hpp"

namespace baseplate::gateway {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

/// The extension that says how data that is no JSON object was wrapped. Ours: what a client sends
/// by this name is dropped.
constexpr std::string_view wrapped_name = "baseplatedata";

/// Names are lower-case letters and digits; the standard says 20 at most should be used, we take
/// more.
constexpr std::size_t name_bytes_max = 64;

bool is_attribute_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > name_bytes_max)
    return false;
  for (const auto c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
      return false;
  return true;
}

bool is_base64(std::string_view text) noexcept {
  if (text.size() % 4 != 0)
    return false;
  auto size = text.size();
  while (size > 0 && text.size() - size < 2 && text[size - 1] == '=')
    --size;
  for (std::size_t i = 0; i < size; ++i) {
    const auto c = text[i];
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+'
          || c == '/'))
      return false;
  }
  return true;
}

/// Collects the attributes and the data of one CloudEvent, then makes an event of them.
class event_collector {
 public:
  event_collector(std::string_view bus, std::string_view pointer, const ingest_context& context)
      : pointer_(pointer), context_(context) {
    record_.bus = bus;
  }

  /// An attribute given as text. `name` is for the pointer, too.
  std::optional<record_result> text(std::string_view name, std::string_view value) {
    if (!is_attribute_name(name))
      return refuse("InvalidAttribute",
                    "Attribute names are lower-case letters and digits, 1 to 64 of them.",
                    child_pointer(pointer_, name));
    if (value.size() > attribute_bytes_max)
      return refuse("InvalidAttribute",
                    "Must not be longer than " + std::to_string(attribute_bytes_max) + " bytes.",
                    child_pointer(pointer_, name));
    if (name == "specversion") {
      if (value != "1.0")
        return refuse("UnsupportedVersion", "Only specversion \"1.0\" is supported.",
                      child_pointer(pointer_, name));
      has_version_ = true;
      return std::nullopt;
    }
    if (value.empty() && (name == "id" || name == "source" || name == "type" || name == "subject"))
      return refuse("InvalidAttribute", "Must not be empty.", child_pointer(pointer_, name));
    if (name == "id") {
      record_.id = value;
    } else if (name == "source") {
      record_.source = value;
    } else if (name == "type") {
      record_.detail_type = value;
    } else if (name == "time") {
      record_.time_ms = from_rfc3339(value);
      if (record_.time_ms < 0)
        return refuse("InvalidAttribute", "Must be an RFC 3339 time from 1970 on.",
                      child_pointer(pointer_, name));
    } else if (name == "subject") {
      resources_ = '[';
      append_json_string(resources_, value);
      resources_ += ']';
    } else if (name == "datacontenttype") {
      content_type_ = media_type(value);
      if (content_type_ != "application/json")
        append_member(members_, name, value);
    } else if (name != wrapped_name) {
      append_member(members_, name, value);
    }
    return std::nullopt;
  }

  /// An extension that is a number or a boolean.
  void scalar(std::string_view name, std::string_view raw) {
    append_raw_member(members_, name, raw);
  }

  bool data_is_json() const { return content_type_.empty() || is_json_media_type(content_type_); }

  /// JSON data: an object is the detail; another value is wrapped as {"data":value}.
  void json_data(std::string_view raw, bool is_object) {
    if (is_object)
      detail_ = raw;
    else
      wrap("value", "{\"data\":", raw, "}");
  }

  /// Text in place of JSON.
  void text_data(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    wrap("text", "{\"data\":", quoted, "}");
  }

  /// Bytes as base64 text.
  void base64_data(std::string_view text) { wrap("base64", "{\"data_base64\":\"", text, "\"}"); }

  record_result finish(event_batch& batch) {
    if (!has_version_)
      return missing("specversion");
    if (record_.id.empty())
      return missing("id");
    if (record_.source.empty())
      return missing("source");
    if (record_.detail_type.empty())
      return missing("type");
    if (detail_.empty())
      wrap("none", "{", "", "}");
    record_.resources_json = resources_;
    record_.detail = detail_;
    record_.extension_members = members_;
    return append_event(record_, pointer_, context_, batch);
  }

 private:
  record_result missing(std::string_view name) const {
    return refuse("MissingAttribute", "A CloudEvent needs this attribute.",
                  child_pointer(pointer_, name));
  }

  void wrap(std::string_view kind, std::string_view before, std::string_view data,
            std::string_view after) {
    wrapped_ = before;
    wrapped_ += data;
    wrapped_ += after;
    detail_ = wrapped_;
    append_member(members_, wrapped_name, kind);
  }

  std::string_view pointer_;
  const ingest_context& context_;
  event_record record_;
  bool has_version_ = false;
  std::string content_type_;
  std::string resources_;
  std::string members_;
  std::string wrapped_;
  std::string_view detail_;
};

record_result read_structured(const element& value, std::string_view raw, std::string_view pointer,
                              std::string_view bus, const ingest_context& context,
                              event_batch& batch) {
  simdjson::dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS)
    return refuse("InvalidEvent", "A CloudEvent must be a JSON object.", std::string{pointer});
  event_collector event(bus, pointer, context);
  std::optional<record_result> fault;
  std::optional<element> data;
  std::string_view raw_data;
  std::optional<element> base64;
  auto member = object.begin();
  for_each_member_value(raw, [&](std::string_view raw_value) {
    if (fault || member == object.end())
      return;
    const auto name = member.key();
    const auto item = member.value();
    ++member;
    const auto type = item.type();
    if (name == "data") {
      data = item;
      raw_data = raw_value;
    } else if (type == element_type::NULL_VALUE) {
      return; // an attribute that is null is not set
    } else if (name == "data_base64") {
      base64 = item;
    } else if (type == element_type::STRING) {
      fault = event.text(name, item.get_string().value_unsafe());
    } else if (!is_attribute_name(name)) {
      fault = event.text(name, "");
    } else if (type == element_type::OBJECT || type == element_type::ARRAY
               || type == element_type::DOUBLE) {
      fault = refuse("InvalidAttribute", "An attribute is a string, a boolean or an integer.",
                     child_pointer(pointer, name));
    } else if (name == "id" || name == "source" || name == "type" || name == "specversion"
               || name == "time" || name == "subject" || name == "datacontenttype"
               || name == "dataschema") {
      fault = refuse("InvalidAttribute", "Must be a string.", child_pointer(pointer, name));
    } else if (name != wrapped_name) {
      event.scalar(name, raw_value);
    }
  });
  if (fault)
    return *fault;
  if (base64) {
    std::string_view text;
    if (data && data->type() != element_type::NULL_VALUE)
      return refuse("InvalidEvent", "\"data\" and \"data_base64\" exclude each other.",
                    child_pointer(pointer, "data_base64"));
    if (base64->get_string().get(text) != simdjson::SUCCESS || !is_base64(text))
      return refuse("InvalidEvent", "Must be a base64 string.",
                    child_pointer(pointer, "data_base64"));
    event.base64_data(text);
  } else if (data) {
    std::string_view text;
    if (!event.data_is_json() && data->get_string().get(text) == simdjson::SUCCESS)
      event.text_data(text);
    else
      event.json_data(raw_data, data->type() == element_type::OBJECT);
  }
  return event.finish(batch);
}

} // namespace

ingested_records parse_cloudevent(std::string& body, std::string_view bus,
                                  const ingest_context& context) {
  ingested_records out;
  out.single = true;
  out.batch.ingested_at_ms = context.now_ms;
  reserve_padding(body);
  element root;
  if (auto error = context.workspace.document.parse(body.data(), body.size(), false).get(root)) {
    out.fault = request_fault{400, "InvalidJson", describe_json_error(error), ""};
    return out;
  }
  out.records.push_back(read_structured(root, trim_json(body), "", bus, context, out.batch));
  return out;
}

ingested_records parse_cloudevents_batch(std::string& body, std::string_view bus,
                                         const ingest_context& context) {
  ingested_records out;
  out.batch.ingested_at_ms = context.now_ms;
  reserve_padding(body);
  element root;
  if (auto error = context.workspace.document.parse(body.data(), body.size(), false).get(root)) {
    out.fault = request_fault{400, "InvalidJson", describe_json_error(error), ""};
    return out;
  }
  simdjson::dom::array list;
  if (root.get_array().get(list) != simdjson::SUCCESS) {
    out.fault = request_fault{400, "InvalidEvent", "A batch must be a JSON array.", ""};
    return out;
  }
  if (list.size() > context.settings.records_max) {
    out.fault = request_fault{413, "TooManyRecords",
                              "A request takes at most "
                                  + std::to_string(context.settings.records_max) + " records.",
                              ""};
    return out;
  }
  auto item = list.begin();
  for_each_element(trim_json(body), [&](std::string_view raw) {
    if (item == list.end())
      return;
    const auto pointer = "/" + std::to_string(out.records.size());
    out.records.push_back(read_structured(*item, raw, pointer, bus, context, out.batch));
    ++item;
  });
  return out;
}

ingested_records parse_binary_cloudevent(const ce_headers& headers, std::string_view content_type,
                                         std::string& body, std::string_view bus,
                                         const ingest_context& context) {
  ingested_records out;
  out.single = true;
  out.batch.ingested_at_ms = context.now_ms;
  std::vector<std::string> values; // the record refers to them until it is finished
  values.reserve(headers.size());
  event_collector event(bus, "", context);
  const auto fail = [&out](record_result fault) -> ingested_records {
    out.records.push_back(std::move(fault));
    return std::move(out);
  };
  for (auto& [name, value] : headers) {
    if (name == "datacontenttype")
      return fail(refuse("InvalidAttribute",
                         "In binary mode the data's type is the Content-Type header.",
                         "/datacontenttype"));
    auto decoded = decode_header_value(value);
    if (!decoded)
      return fail(refuse("InvalidAttribute", "The header is not valid percent-encoded UTF-8.",
                         child_pointer("", name)));
    values.push_back(std::move(*decoded));
    if (auto fault = event.text(name, values.back()))
      return fail(std::move(*fault));
  }
  if (!simdjson::validate_utf8(content_type.data(), content_type.size()))
    return fail(refuse("InvalidAttribute", "The Content-Type header is not valid UTF-8.",
                       "/datacontenttype"));
  if (!content_type.empty())
    if (auto fault = event.text("datacontenttype", content_type))
      return fail(std::move(*fault));
  const auto type = media_type(content_type);
  std::string encoded;
  if (body.empty()) {
    // no data
  } else if (event.data_is_json()) {
    reserve_padding(body);
    element root;
    if (auto error = context.workspace.document.parse(body.data(), body.size(), false).get(root)) {
      out.fault = request_fault{400, "InvalidJson", describe_json_error(error), ""};
      return out;
    }
    event.json_data(trim_json(body), root.type() == element_type::OBJECT);
  } else if (type.substr(0, 5) == "text/" && simdjson::validate_utf8(body)) {
    event.text_data(body);
  } else {
    append_base64(encoded, body);
    event.base64_data(encoded);
  }
  out.records.push_back(event.finish(out.batch));
  return out;
}

} // namespace baseplate::gateway
