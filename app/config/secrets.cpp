#include "app/config/squad_options.hpp"

namespace baseplate::app {

namespace json = boost::json;

namespace {

std::string_view text_of(const json::value& value) {
  auto string = value.if_string();
  return string ? std::string_view{string->data(), string->size()} : std::string_view{};
}

/// A reference has exactly the members env, or env and default, or file; all strings.
bool is_reference(const json::object& object) {
  for (auto& member : object)
    if (!member.value().is_string())
      return false;
  if (object.contains("env"))
    return object.size() == 1 || (object.size() == 2 && object.contains("default"));
  return object.size() == 1 && object.contains("file");
}

} // namespace

json::value resolve_secrets(const json::value& value, const std::string& pointer,
                            const config_checks& checks, fault_list& faults) {
  if (auto array = value.if_array()) {
    json::array out;
    std::size_t index = 0;
    for (auto& element : *array)
      out.push_back(resolve_secrets(element, child_pointer(pointer, std::to_string(index++)),
                                    checks, faults));
    return out;
  }
  auto object = value.if_object();
  if (!object)
    return value;
  auto map_of_names = pointer.ends_with("/headers");
  if (!map_of_names && is_reference(*object)) {
    auto kind = object->contains("env") ? "env" : "file";
    auto name = text_of(object->at(kind));
    std::optional<std::string> secret;
    if (checks.secret)
      secret = checks.secret(kind, name);
    if (!secret)
      if (auto fallback = object->if_contains("default"))
        secret = std::string{text_of(*fallback)};
    if (!secret) {
      faults.push_back({pointer, kind == std::string_view{"env"}
                                     ? "environment variable " + std::string{name} + " is not set"
                                     : "file " + std::string{name} + " cannot be read"});
      return json::string{};
    }
    return json::string{*secret};
  }
  json::object out;
  for (auto& member : *object)
    out.emplace(member.key(),
                resolve_secrets(member.value(),
                                child_pointer(pointer, {member.key().data(), member.key().size()}),
                                checks, faults));
  return out;
}

} // namespace baseplate::app
