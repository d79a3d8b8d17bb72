#include "messages/json/pointer.hpp"

#include <charconv>

namespace baseplate {

namespace {

/// Takes the first token off `rest`, unescaped. False: an invalid escape. @pre rest begins with "/"
bool take_token(std::string_view& rest, std::string& token) {
  rest.remove_prefix(1);
  const auto text = rest.substr(0, rest.find('/'));
  rest.remove_prefix(text.size());
  token.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') {
      token += text[i];
      continue;
    }
    if (++i == text.size() || (text[i] != '0' && text[i] != '1'))
      return false;
    token += text[i] == '0' ? '~' : '/';
  }
  return true;
}

const boost::json::value* child(const boost::json::value& parent, const std::string& token) {
  if (const auto* object = parent.if_object())
    return object->if_contains(token);
  const auto* list = parent.if_array();
  if (list == nullptr || token.empty() || (token.size() > 1 && token.front() == '0'))
    return nullptr;
  std::size_t index = 0;
  const auto* end = token.data() + token.size();
  const auto [read, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc{} || read != end || index >= list->size())
    return nullptr;
  return &(*list)[index];
}

} // namespace

void append_pointer_token(std::string& out, std::string_view token) {
  out += '/';
  for (const char c : token) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
}

std::string child_pointer(std::string_view pointer, std::string_view token) {
  std::string out{pointer};
  append_pointer_token(out, token);
  return out;
}

void prepend_pointer_token(std::string& pointer, std::string_view token) {
  std::string out;
  append_pointer_token(out, token);
  pointer.insert(0, out);
}

const boost::json::value* resolve_pointer(const boost::json::value& root,
                                          std::string_view pointer) {
  const auto* at = &root;
  std::string token;
  while (at != nullptr && !pointer.empty()) {
    if (pointer.front() != '/' || !take_token(pointer, token))
      return nullptr;
    at = child(*at, token);
  }
  return at;
}

bool is_json_pointer(std::string_view text) {
  std::string token;
  while (!text.empty())
    if (text.front() != '/' || !take_token(text, token))
      return false;
  return true;
}

} // namespace baseplate
