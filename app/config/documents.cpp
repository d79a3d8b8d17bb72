#include "app/config/documents.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace baseplate::app {

namespace json = boost::json;

namespace {

constexpr std::size_t file_bytes_max = 4 * 1024 * 1024;

json::value read_document(const config_file& file, std::vector<config_error>& errors) {
  if (file.text.size() > file_bytes_max) {
    errors.push_back({file.path, {}, "is larger than 4 MiB"});
    return json::object{};
  }
  auto parsed = parse_json_text(file.text);
  for (auto& fault : parsed.faults)
    errors.push_back({file.path, std::move(fault.pointer), std::move(fault.reason)});
  if (parsed.value.is_null() && !parsed.faults.empty())
    return json::object{};
  if (!parsed.value.is_object()) {
    errors.push_back(
        {file.path, {}, "must be an object, is " + std::string{kind_name(parsed.value)}});
    return json::object{};
  }
  return std::move(parsed.value);
}

void apply_overlay(merged_document& document, const json::value& part, const config_file& overlay,
                   std::string pointer, std::vector<config_error>& errors) {
  if (!part.is_object()) {
    errors.push_back(
        {overlay.path, pointer, "must be an object, is " + std::string{kind_name(part)}});
    return;
  }
  document.overlay_part = part;
  document.overlay_path = overlay.path;
  document.overlay_pointer = std::move(pointer);
  merge_patch(document.value, part);
}

void merge_overlay(merged_documents& result, const config_file& file) {
  auto overlay = read_document(file, result.errors);
  fault_list faults;
  object_reader reader{overlay, {}, faults};
  std::string description;
  reader.text("description", description, 0);
  if (auto node = reader.take("node"))
    apply_overlay(result.node, *node, file, "/node", result.errors);
  for (auto& [name, part] : reader.members("squads")) {
    auto pointer = child_pointer("/squads", name);
    auto squad = std::find_if(result.squads.begin(), result.squads.end(),
                              [&, &wanted = name](auto& x) { return x.first == wanted; });
    if (squad == result.squads.end())
      result.errors.push_back({file.path, pointer, "there is no squads/" + name + ".json"});
    else if (part->is_null())
      result.squads.erase(squad);
    else
      apply_overlay(squad->second, *part, file, pointer, result.errors);
  }
  reader.finish();
  for (auto& fault : faults)
    result.errors.push_back({file.path, std::move(fault.pointer), std::move(fault.reason)});
}

bool sounds_secret(std::string_view key) {
  std::string lower;
  for (char c : key)
    lower += c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  static constexpr std::array<std::string_view, 6> words{"secret", "password",      "passwd",
                                                         "token",  "authorization", "api_key"};
  return std::any_of(words.begin(), words.end(),
                     [&](auto word) { return lower.find(word) != std::string::npos; });
}

/// "scheme://user:password@host" without what stands before the @.
std::string without_userinfo(std::string_view text) {
  auto scheme = text.find("://");
  if (scheme == std::string_view::npos)
    return std::string{text};
  auto begin = scheme + 3;
  auto authority = text.substr(begin, text.find_first_of("/?#", begin) - begin);
  auto at = authority.rfind('@');
  if (at == std::string_view::npos)
    return std::string{text};
  return std::string{text.substr(0, begin)} + "***" + std::string{text.substr(begin + at)};
}

/// `secret`: a member above sounded like one; then texts vanish, but for where a reference points.
json::value redacted(const json::value& value, bool secret) {
  if (auto string = value.if_string())
    return json::value_from(secret ? std::string{"***"}
                                   : without_userinfo({string->data(), string->size()}));
  if (auto array = value.if_array()) {
    json::array out;
    for (auto& element : *array)
      out.push_back(redacted(element, secret));
    return out;
  }
  if (auto object = value.if_object()) {
    json::object out;
    bool reference = object->contains("env") || object->contains("file");
    for (auto& member : *object) {
      std::string_view key{member.key().data(), member.key().size()};
      bool hide = secret || sounds_secret(key);
      if (reference && (key == "env" || key == "file"))
        hide = false;
      out.emplace(member.key(), redacted(member.value(), hide));
    }
    return out;
  }
  return value;
}

} // namespace

config_error merged_document::locate(const text_fault& fault) const {
  if (!overlay_path.empty() && !fault.pointer.empty()) {
    json::error_code ec;
    if (overlay_part.find_pointer(fault.pointer, ec) && !ec)
      return {overlay_path, overlay_pointer + fault.pointer, fault.reason};
  }
  if (path.empty() && !overlay_path.empty())
    return {overlay_path, overlay_pointer + fault.pointer, fault.reason};
  return {path, fault.pointer, fault.reason};
}

merged_documents merge_documents(const config_sources& sources) {
  merged_documents result;
  result.node.value = json::object{};
  if (sources.node) {
    result.node.path = sources.node->path;
    result.node.value = read_document(*sources.node, result.errors);
  }
  for (auto& [name, file] : sources.squads) {
    merged_document document;
    document.path = file.path;
    document.value = read_document(file, result.errors);
    result.squads.emplace_back(name, std::move(document));
  }
  if (sources.overlay)
    merge_overlay(result, *sources.overlay);
  return result;
}

json::value redacted(const json::value& value) {
  return redacted(value, false);
}

} // namespace baseplate::app
