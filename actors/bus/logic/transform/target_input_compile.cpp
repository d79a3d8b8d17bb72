// The compile-time half of target_input: what is refused, with the service's sentences.
#include "actors/bus/logic/transform/target_input.hpp"
#include "messages/json/pointer.hpp"
#include "messages/json/utf8.hpp"

#include <algorithm>

namespace baseplate::transform {

namespace {

constexpr std::string_view template_pointer = "/InputTransformer/InputTemplate";
constexpr std::size_t variable_bytes_max = 256;

std::string for_target(std::string_view what, std::string_view target, std::string_view rest) {
  std::string out{what};
  out += " for target ";
  out += target;
  out += rest;
  return out;
}

/// The service's sentence for what breaks the model of its API.
std::string constraint(std::string_view value, std::string_view member, std::string_view rule) {
  std::string out = "1 validation error detected: Value ";
  out += value;
  out += value.empty() ? "at '" : " at '";
  out += "targets.1.member.";
  out += member;
  out += "' failed to satisfy constraint: ";
  out += rule;
  return out;
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && name.size() <= variable_bytes_max
         && std::all_of(name.begin(), name.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '_' || c == '-';
            });
}

std::string pointer_to(std::string_view name) {
  std::string out = "/InputTransformer/InputPathsMap";
  append_pointer_token(out, name);
  return out;
}

} // namespace

boost::system::result<target_input, input_error>
target_input::compile(const input_spec& spec, std::string_view target_id, transform_mode mode) {
  target_input x;
  x.mode_ = mode;
  bool transformer = spec.input_template || spec.input_paths_map;
  if (spec.input.has_value() + spec.input_path.has_value() + transformer > 1)
    return input_error{
        input_fault::more_than_one,
        for_target("Only one of Input, InputPath, or InputTransformer must be provided", target_id,
                   "."),
        "", 0};
  if (spec.input) {
    if (spec.input->size() > input_bytes_max)
      return input_error{input_fault::too_large,
                         constraint("", "input",
                                    "Member must have length less than or equal to "
                                        + std::to_string(input_bytes_max)),
                         "/Input", input_bytes_max};
    auto message = for_target("JSON syntax error in input", target_id, ".");
    if (!is_utf8(*spec.input))
      return input_error{input_fault::not_utf8, message, "/Input", 0};
    if (auto fault = check_json(*spec.input))
      return input_error{input_fault::constant_not_json, message, "/Input", fault->offset};
    x.shape_ = shape::constant;
    x.constant_ = *spec.input;
  } else if (spec.input_path) {
    auto path = event_path::parse(*spec.input_path);
    if (!path)
      return input_error{input_fault::bad_path,
                         for_target("InputPath", target_id,
                                    " is not a valid JSON path: " + path.error().text + "."),
                         "/InputPath", path.error().offset};
    x.shape_ = shape::path;
    x.paths_.push_back(std::move(*path));
  } else if (transformer) {
    x.shape_ = shape::filled;
    if (auto error = x.compile_template(spec, target_id))
      return *error;
  }
  return x;
}

std::optional<input_error> target_input::compile_template(const input_spec& spec,
                                                          std::string_view target_id) {
  constexpr std::string_view member = "inputTransformer.inputTemplate";
  if (!spec.input_template)
    return input_error{input_fault::no_template,
                       constraint("null", member, "Member must not be null"),
                       std::string(template_pointer), 0};
  auto& text = *spec.input_template;
  if (text.empty())
    return input_error{
        input_fault::no_template,
        constraint("''", member, "Member must have length greater than or equal to 1"),
        std::string(template_pointer), 0};
  if (text.size() > template_bytes_max)
    return input_error{input_fault::too_large,
                       constraint("", member,
                                  "Member must have length less than or equal to "
                                      + std::to_string(template_bytes_max)),
                       std::string(template_pointer), template_bytes_max};
  if (!is_utf8(text))
    return input_error{input_fault::not_utf8,
                       for_target("InputTemplate", target_id, " is not valid UTF-8."),
                       std::string(template_pointer), 0};
  std::vector<std::string> names;
  if (auto error = compile_paths(spec, target_id, names))
    return error;
  template_ = read_template(text);
  if (auto error = resolve(names, target_id))
    return error;
  return judge(target_id);
}

std::optional<input_error> target_input::compile_paths(const input_spec& spec,
                                                       std::string_view target_id,
                                                       std::vector<std::string>& names) {
  if (!spec.input_paths_map)
    return std::nullopt;
  constexpr std::string_view map = "/InputTransformer/InputPathsMap";
  constexpr std::string_view member = "inputTransformer.inputPathsMap";
  if (spec.input_paths_map->size() > variables_max)
    return input_error{input_fault::too_large,
                       constraint("", member,
                                  "Member must have length less than or equal to "
                                      + std::to_string(variables_max)),
                       std::string(map), 0};
  for (auto& [name, text] : *spec.input_paths_map) {
    if (!is_variable_name(name))
      return input_error{
          input_fault::bad_variable,
          constraint(
              "'{" + name + "=" + text + "}'", member,
              "Map keys must satisfy constraint: [Member must have length less than or equal "
              "to 256, Member must have length greater than or equal to 1, Member must "
              "satisfy regular expression pattern: [A-Za-z0-9\\_\\-]+]"),
          pointer_to(name), 0};
    auto path = event_path::parse(text);
    if (!path)
      return input_error{
          input_fault::bad_path,
          for_target("InputPathsMap", target_id,
                     " has no valid JSON path for " + name + ": " + path.error().text + "."),
          pointer_to(name), path.error().offset};
    names.push_back(name);
    paths_.push_back(std::move(*path));
  }
  return std::nullopt;
}

std::optional<input_error> target_input::resolve(const std::vector<std::string>& names,
                                                 std::string_view target_id) {
  static constexpr std::pair<std::string_view, source> reserved[]
      = {{"aws.events.rule-arn", source::rule_arn},
         {"aws.events.rule-name", source::rule_name},
         {"aws.events.event.ingestion-time", source::ingestion_time},
         {"aws.events.event", source::event_without_detail},
         {"aws.events.event.json", source::whole_event}};
  for (auto& where : template_.parts) {
    part x{where, source::literal, 0};
    if (!where.name.empty()) {
      auto own = std::find(names.begin(), names.end(), where.name);
      auto known = std::find_if(std::begin(reserved), std::end(reserved),
                                [&](auto& r) { return r.first == where.name; });
      if (own != names.end()) {
        x.from = source::path;
        x.path = static_cast<std::size_t>(own - names.begin());
      } else if (known != std::end(reserved)) {
        x.from = known->second;
      } else {
        return input_error{input_fault::undefined_placeholder,
                           for_target("InputTemplate", target_id,
                                      " contains invalid placeholder " + where.name + "."),
                           std::string(template_pointer), where.span.begin};
      }
    }
    parts_.push_back(std::move(x));
  }
  return std::nullopt;
}

/// What the template as a whole can and cannot give: refused in strict mode, else a warning.
std::optional<input_error> target_input::judge(std::string_view target_id) {
  bool strict = mode_ == transform_mode::strict;
  std::vector<std::pair<std::string, std::size_t>> found;
  if (auto in_key = template_.placeholder_in_key) {
    auto& at = template_.parts[*in_key];
    found.emplace_back("placeholder " + at.name + " stands in an object's key", at.span.begin);
  }
  auto& fault = strict ? template_.value_fault : template_.fault;
  if (fault)
    found.emplace_back("no event can make valid JSON of it: " + fault->text, fault->offset);
  for (auto& x : parts_)
    if (x.where.in_string
        && (x.from == source::whole_event || x.from == source::event_without_detail))
      found.emplace_back("placeholder " + x.where.name
                             + " stands inside a string, but may be a whole value only",
                         x.where.span.begin);
  if (strict && !found.empty())
    return input_error{input_fault::not_strict,
                       for_target("InputTemplate", target_id,
                                  " is refused in strict mode: " + found[0].first + "."),
                       std::string(template_pointer), found[0].second};
  for (auto& [text, offset] : found)
    warnings_.push_back({text, std::string(template_pointer), offset});
  return std::nullopt;
}

} // namespace baseplate::transform
