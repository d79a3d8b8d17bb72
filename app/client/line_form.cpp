#include "app/client/line_form.hpp"

#include "messages/event.hpp"

#include <simdjson.h>

namespace baseplate::app {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

using line_result = boost::system::result<std::string, line_fault>;

/// A PutEvents Detail may be written over several lines; between tokens a space does as well, and
/// inside strings raw line feeds are no JSON.
std::string on_one_line(std::string_view json) {
  std::string out{json};
  for (auto& c : out)
    if (c == '\n' || c == '\r')
      c = ' ';
  return out;
}

/// Appends `"name":value` to an object under construction.
void add_raw(std::string& out, std::string_view name, std::string_view json) {
  out += out.empty() ? '{' : ',';
  append_json_string(out, name);
  out += ':';
  out += json;
}

void add_text(std::string& out, std::string_view name, std::string_view text) {
  std::string json;
  append_json_string(json, text);
  add_raw(out, name, json);
}

std::string_view text_member(const element& object, std::string_view name) {
  std::string_view text;
  if (object[name].get_string().get(text) != simdjson::SUCCESS)
    return {};
  return text;
}

/// GCC takes a text for an aggregate's first member too: said outright that it is the value.
line_result finished(std::string members) {
  members += '}';
  return {boost::system::in_place_value, std::move(members)};
}

bool has(const element& object, std::string_view name) {
  return object[name].error() == simdjson::SUCCESS;
}

} // namespace

struct line_reader::implementation {
  line_options options;
  std::function<std::string()> make_id;
  simdjson::dom::parser dom;
  simdjson::dom::parser detail_parser;
  simdjson::ondemand::parser ondemand;
  simdjson::padded_string line;

  line_result with_detail(std::string_view source, std::string_view detail_type,
                          std::string_view detail) {
    if (source.empty())
      return line_fault{"/meta_data/site_id", "is missing; give --source"};
    if (detail_type.empty())
      return line_fault{"/meta_data/event_type", "is missing; give --detail-type"};
    std::string out;
    add_text(out, "id", make_id());
    add_text(out, "source", source);
    add_text(out, "detail-type", detail_type);
    if (!options.bus.empty())
      add_text(out, "bus", options.bus);
    add_raw(out, "detail", detail);
    return finished(std::move(out));
  }

  line_result streaming(const element& root, std::string_view text) {
    auto meta_data = root["meta_data"].value();
    auto source = options.source.empty() ? text_member(meta_data, "site_id") : options.source;
    auto type
        = options.detail_type.empty() ? text_member(meta_data, "event_type") : options.detail_type;
    return with_detail(source, type, text);
  }

  /// Members as they are, byte for byte, but for the bus if one was asked for.
  line_result native(const element& root) {
    std::string out;
    if (!has(root, "id"))
      add_text(out, "id", make_id());
    if (!has(root, "source") && !options.source.empty())
      add_text(out, "source", options.source);
    if (!has(root, "detail-type") && !options.detail_type.empty())
      add_text(out, "detail-type", options.detail_type);
    if (!options.bus.empty())
      add_text(out, "bus", options.bus);
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (ondemand.iterate(line).get(document) != simdjson::SUCCESS
        || document.get_object().get(object) != simdjson::SUCCESS)
      return line_fault{"", "is no JSON object"};
    for (auto field : object) {
      std::string_view name;
      simdjson::ondemand::value value;
      std::string_view raw;
      if (field.unescaped_key().get(name) != simdjson::SUCCESS
          || field.value().get(value) != simdjson::SUCCESS)
        return line_fault{"", "is not valid JSON"};
      std::string key{name};
      if (simdjson::to_json_string(value).get(raw) != simdjson::SUCCESS)
        return line_fault{"", "is not valid JSON"};
      if (key != "bus" || options.bus.empty())
        add_raw(out, key, raw);
    }
    return finished(std::move(out));
  }

  line_result put_events_entry(const element& root) {
    std::string out;
    add_text(out, "id", make_id());
    auto source = has(root, "Source") ? text_member(root, "Source") : options.source;
    auto type = has(root, "DetailType") ? text_member(root, "DetailType") : options.detail_type;
    if (source.empty())
      return line_fault{"/Source", "must be a string that is not empty"};
    if (type.empty())
      return line_fault{"/DetailType", "must be a string that is not empty"};
    add_text(out, "source", source);
    add_text(out, "detail-type", type);
    if (!options.bus.empty())
      add_text(out, "bus", options.bus);
    const simdjson::dom::object members
        = root.get_object().value(); // a copy: the result is a temporary
    for (auto [name, value] : members) {
      std::string_view text;
      bool is_text = value.get_string().get(text) == simdjson::SUCCESS;
      if (name == "Source" || name == "DetailType")
        continue;
      if (name == "Detail") {
        element detail;
        if (!is_text
            || detail_parser.parse(text.data(), text.size()).get(detail) != simdjson::SUCCESS
            || !detail.is_object())
          return line_fault{"/Detail", "must be a string that holds a JSON object"};
        add_raw(out, "detail", on_one_line(text));
      } else if (name == "EventBusName") {
        if (!is_text)
          return line_fault{"/EventBusName", "must be a string"};
        if (options.bus.empty())
          add_text(out, "bus", text);
      } else if (name == "Resources") {
        add_raw(out, "resources", simdjson::minify(value));
      } else if (name == "Time") {
        double seconds = 0;
        if (is_text)
          add_text(out, "time", text);
        else if (value.get_double().get(seconds) == simdjson::SUCCESS && seconds >= 0
                 && seconds < 253'402'300'800.0)
          add_text(out, "time", to_rfc3339(static_cast<unix_ms>(seconds * 1000)));
        else
          return line_fault{"/Time", "must be seconds since 1970 or an RFC 3339 time"};
      } else if (name == "TraceHeader") {
        std::string extensions;
        add_text(extensions, "xray_trace_header", text);
        add_raw(out, "extensions", extensions + '}');
      } else {
        return line_fault{"/" + std::string{name}, "is no member of a PutEvents entry"};
      }
    }
    if (!has(root, "Detail"))
      return line_fault{"/Detail", "is missing"};
    return finished(std::move(out));
  }
};

line_reader::line_reader(line_options options, std::function<std::string()> make_id)
    : implementation_(std::make_unique<implementation>()) {
  implementation_->options = std::move(options);
  implementation_->make_id = std::move(make_id);
}

line_reader::~line_reader() = default;
line_reader::line_reader(line_reader&&) noexcept = default;

line_result line_reader::read(std::string_view text) {
  auto& self = *implementation_;
  if (text.find('\n') != std::string_view::npos)
    return line_fault{"", "is more than one line"};
  self.line = simdjson::padded_string{text};
  element root;
  if (auto error = self.dom.parse(self.line).get(root))
    return line_fault{"", std::string{"is not JSON: "} + simdjson::error_message(error)};
  if (!root.is_object())
    return line_fault{"", "is no JSON object"};
  if (has(root, "detail") || has(root, "detail-type"))
    return self.native(root);
  if (has(root, "Detail") || has(root, "DetailType"))
    return self.put_events_entry(root);
  if (root["meta_data"].is_object() && has(root, "data"))
    return self.streaming(root, text);
  if (!self.options.source.empty() && !self.options.detail_type.empty())
    return self.with_detail(self.options.source, self.options.detail_type, text);
  return line_fault{
      "", "is no form that put knows (an event with source, detail-type and detail; a PutEvents "
          "entry; {meta_data, data}); give --source and --detail-type to send it as the detail"};
}

} // namespace baseplate::app
