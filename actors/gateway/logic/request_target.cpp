#include "actors/gateway/logic/request_target.hpp"

#include <simdjson.h>

namespace baseplate::gateway {

namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

std::optional<request_target> parse_target(std::string_view text) noexcept {
  if (text == "*")
    return request_target{text, {}};
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.substr(0, scheme.size()) == scheme) {
      const auto rest = text.substr(scheme.size());
      const auto slash = rest.find_first_of("/?#");
      if (slash == 0 || rest.empty())
        return std::nullopt; // no authority
      if (slash == std::string_view::npos)
        return request_target{"/", {}};
      text = rest.substr(slash);
      if (text.front() == '?')
        return request_target{"/", text.substr(1)};
      break;
    }
  if (text.empty() || text.front() != '/' || text.find('#') != std::string_view::npos)
    return std::nullopt;
  const auto question = text.find('?');
  if (question == std::string_view::npos)
    return request_target{text, {}};
  return request_target{text.substr(0, question), text.substr(question + 1)};
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size())
        return std::nullopt;
      const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0)
        return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (c == '\0')
      return std::nullopt;
    out += c;
  }
  // What is decoded ends up in messages and JSON.
  if (!simdjson::validate_utf8(out))
    return std::nullopt;
  return out;
}

std::optional<query_values> parse_query(std::string_view query) {
  query_values out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty())
      continue;
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>{""}
                                                  : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value)
      return std::nullopt;
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

const std::string* find(const query_values& values, std::string_view name) noexcept {
  for (auto& [key, value] : values)
    if (key == name)
      return &value;
  return nullptr;
}

} // namespace baseplate::gateway
