#include "actors/bus/logic/transform/input_template.hpp"

namespace baseplate::transform {

namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
         || c == '-' || c == '.';
}

/// Behind the > of the placeholder that begins at `at`, or 0: none does.
std::size_t placeholder_end(std::string_view text, std::size_t at) {
  auto end = at + 1;
  while (end < text.size() && is_name_character(text[end]))
    ++end;
  return end < text.size() && text[end] == '>' && end > at + 1 ? end + 1 : 0;
}

/// The template with something of the same length in place of each placeholder, so that what the
/// checker says about it holds for the template, offsets included. `value` (two characters) stands
/// for a placeholder outside strings: "" where any value may be, 0 where no string may be.
std::string skeleton_of(const input_template& x, std::string_view value) {
  auto skeleton = x.text;
  for (auto& part : x.parts) {
    if (part.name.empty())
      continue;
    auto size = part.span.end - part.span.begin;
    std::string stand_in(size, part.in_string ? 'x' : ' ');
    if (!part.in_string)
      stand_in.replace(0, value.size(), value);
    skeleton.replace(part.span.begin, size, stand_in);
  }
  return skeleton;
}

void find_faults(input_template& x) {
  std::vector<text_span> keys;
  x.value_fault = check_json(skeleton_of(x, "\"\""), &keys);
  x.fault = x.value_fault;
  if (x.form == template_form::text && x.value_fault)
    x.fault = check_json_strings(skeleton_of(x, "0 "));
  for (std::size_t i = 0; i < x.parts.size() && !x.placeholder_in_key; ++i)
    for (auto& key : keys)
      if (!x.parts[i].name.empty() && key.begin <= x.parts[i].span.begin
          && x.parts[i].span.begin < key.end)
        x.placeholder_in_key = i;
}

} // namespace

input_template read_template(std::string_view text) {
  input_template x;
  x.text = text;
  auto first = text.find_first_not_of(" \t\r\n");
  bool json = first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  x.form = json ? template_form::json : template_form::text;
  bool in_string = false;
  std::size_t literal = 0;
  auto end_literal = [&](std::size_t at) {
    if (at > literal)
      x.parts.push_back({{literal, at}, {}, false});
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\' && in_string && at + 1 < text.size()) {
      at += 2;
      continue;
    }
    if (text[at] == '"')
      in_string = !in_string;
    if (text[at] == '<')
      if (auto end = placeholder_end(text, at)) {
        end_literal(at);
        x.parts.push_back({{at, end}, std::string(text.substr(at + 1, end - at - 2)), in_string});
        literal = at = end;
        continue;
      }
    ++at;
  }
  end_literal(text.size());
  find_faults(x);
  return x;
}

} // namespace baseplate::transform
