#include "actors/bus/logic/transform/target_input.hpp"

#include <algorithm>

namespace baseplate::transform {

namespace {

void append_without_quotes(std::string_view json, std::string& out) {
  bool in_string = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '\\' && in_string && at + 1 < json.size()) {
      out.append(json, at++, 2);
      continue;
    }
    if (json[at] == '"')
      in_string = !in_string;
    else
      out += json[at];
  }
}

std::string_view inside_of(std::string_view json_string) {
  return json_string.substr(1, json_string.size() - 2);
}

bool is_string(std::string_view json) {
  return json.size() >= 2 && json.front() == '"' && json.back() == '"';
}

/// The envelope without its detail, as the service renders it.
std::string event_without_detail(std::string_view event, const rule_facts& facts) {
  auto begin = skip_space(event.data(), event.data() + event.size());
  std::string out = "{";
  std::string name;
  each_member({begin, static_cast<std::size_t>(event.data() + event.size() - begin)},
              [&](std::string_view key, std::string_view value) {
                name.clear();
                append_unescaped(key, name);
                if (name == "detail")
                  return;
                if (out.size() > 1)
                  out += ',';
                append_json_string(name == "detail-type" ? "detailType" : name, out);
                out += ':';
                if (name == "time" && !facts.ingestion_time.empty())
                  append_json_string(facts.ingestion_time, out);
                else
                  append_minified(value, out);
              });
  out += '}';
  return out;
}

} // namespace

boost::system::result<std::string, output_error>
target_input::apply(std::string_view event, const rule_facts& facts) const {
  switch (shape_) {
  case shape::whole:
    return std::string(event);
  case shape::constant:
    return constant_;
  case shape::path: {
    std::string out;
    if (!paths_[0].append_value(event, out))
      out = "null";
    if (out.size() > output_bytes_max)
      return output_error{output_error::kind::too_large, "the input is larger than 1 MiB", 0, 0};
    return out;
  }
  case shape::filled:
    break;
  }
  return fill(event, facts);
}

boost::system::result<std::string, output_error> target_input::fill(std::string_view event,
                                                                    const rule_facts& facts) const {
  std::string out;
  std::vector<std::size_t> begins;
  begins.reserve(parts_.size());
  // What a variable stands for is looked up once, however often it is used. Keyed by what the part
  // is filled from: paths behind the reserved variables.
  constexpr auto reserved = static_cast<std::size_t>(source::whole_event) + 1;
  std::vector<std::optional<std::string>> values(reserved + paths_.size());
  for (auto& x : parts_) {
    begins.push_back(out.size());
    if (x.from == source::literal) {
      out.append(template_.text, x.where.span.begin, x.where.span.end - x.where.span.begin);
    } else {
      auto& value
          = values[x.from == source::path ? reserved + x.path : static_cast<std::size_t>(x.from)];
      if (!value)
        value = value_of(x, event, facts);
      place(x, *value, out);
    }
    if (out.size() > output_bytes_max)
      return output_error{output_error::kind::too_large, "the input is larger than 1 MiB",
                          begins.back(), x.where.span.begin};
  }
  if (auto error = check(out, begins))
    return *error;
  return out;
}

/// As JSON; empty: the path leads nowhere.
std::string target_input::value_of(const part& x, std::string_view event,
                                   const rule_facts& facts) const {
  std::string out;
  switch (x.from) {
  case source::literal:
    break;
  case source::path:
    paths_[x.path].append_value(event, out);
    break;
  case source::rule_arn:
    append_json_string(facts.rule_arn, out);
    break;
  case source::rule_name:
    append_json_string(facts.rule_name, out);
    break;
  case source::ingestion_time:
    append_json_string(facts.ingestion_time, out);
    break;
  case source::event_without_detail:
    return event_without_detail(event, facts);
  case source::whole_event:
    append_minified(event, out);
    break;
  }
  return out;
}

void target_input::place(const part& x, std::string_view value, std::string& out) const {
  bool strict = mode_ == transform_mode::strict;
  if (x.where.in_string) {
    place_in_string(value, out);
  } else if (value.empty()) {
    if (strict)
      out += "null";
    else if (template_.form == template_form::json)
      out += "\"\"";
  } else if (!strict && template_.form == template_form::text && is_string(value)) {
    append_unescaped(inside_of(value), out);
  } else {
    out += value;
  }
}

void target_input::place_in_string(std::string_view value, std::string& out) const {
  bool text = is_string(value);
  if (mode_ == transform_mode::strict) {
    // What stands between the quotes in the event is escaped already.
    if (text)
      out += inside_of(value);
    else
      append_escaped(value, out);
  } else if (text) {
    append_unescaped(inside_of(value), out);
  } else if (template_.form == template_form::text) {
    append_without_quotes(value, out);
  } else {
    out += value;
  }
}

std::optional<output_error> target_input::check(const std::string& out,
                                                const std::vector<std::size_t>& begins) const {
  if (mode_ == transform_mode::strict)
    return std::nullopt;
  auto fault = check_json(out);
  if (fault && template_.form == template_form::text)
    fault = check_json_strings(out);
  if (!fault)
    return std::nullopt;
  // The part whose output the fault is in; it begins at or before it.
  auto behind = std::upper_bound(begins.begin(), begins.end(), fault->offset);
  auto& at_fault = parts_[static_cast<std::size_t>(behind - begins.begin()) - 1];
  auto text = "the result is not valid JSON: " + fault->text;
  if (!at_fault.where.name.empty())
    text += ", in what <" + at_fault.where.name + "> stands for";
  return output_error{output_error::kind::not_json, std::move(text), fault->offset,
                      at_fault.where.span.begin};
}

} // namespace baseplate::transform
