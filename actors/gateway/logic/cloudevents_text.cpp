// The text forms that CloudEvents need: media types, header values, base64.
#include "actors/gateway/logic/cloudevents.hpp"

namespace baseplate::gateway {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_no_case(std::string_view text, std::string_view prefix) noexcept {
  if (text.size() < prefix.size())
    return false;
  for (std::size_t i = 0; i < prefix.size(); ++i)
    if (lower(text[i]) != prefix[i])
      return false;
  return true;
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace

content_mode cloudevents_mode(std::string_view content_type, bool has_specversion_header) noexcept {
  if (starts_with_no_case(content_type, "application/cloudevents-batch"))
    return content_mode::batched;
  if (starts_with_no_case(content_type, "application/cloudevents"))
    return content_mode::structured;
  return has_specversion_header ? content_mode::binary : content_mode::none;
}

std::string media_type(std::string_view content_type) {
  std::string out;
  for (const auto c : content_type.substr(0, content_type.find(';')))
    if (c != ' ' && c != '\t')
      out += lower(c);
  return out;
}

bool is_json_media_type(std::string_view media_type) noexcept {
  const auto ends_with = [media_type](std::string_view tail) {
    return media_type.size() >= tail.size()
           && media_type.substr(media_type.size() - tail.size()) == tail;
  };
  return ends_with("/json") || ends_with("+json");
}

std::optional<std::string> decode_header_value(std::string_view value) {
  std::string plain;
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '\\' && ++i == value.size())
        return std::nullopt;
      plain += value[i];
    }
  } else {
    plain = value;
  }
  std::string out;
  out.reserve(plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] != '%') {
      out += plain[i];
      continue;
    }
    if (i + 2 >= plain.size())
      return std::nullopt;
    const auto high = hex_digit(plain[i + 1]), low = hex_digit(plain[i + 2]);
    if (high < 0 || low < 0)
      return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!simdjson::validate_utf8(out))
    return std::nullopt;
  return out;
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t i = 0;
  for (; i + 2 < bytes.size(); i += 3) {
    const auto word = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    out += alphabet[word >> 18];
    out += alphabet[word >> 12 & 63];
    out += alphabet[word >> 6 & 63];
    out += alphabet[word & 63];
  }
  if (i + 1 == bytes.size()) {
    out += alphabet[byte(i) >> 2];
    out += alphabet[(byte(i) & 3) << 4];
    out += "==";
  } else if (i + 2 == bytes.size()) {
    out += alphabet[byte(i) >> 2];
    out += alphabet[(byte(i) & 3) << 4 | byte(i + 1) >> 4];
    out += alphabet[(byte(i + 1) & 15) << 2];
    out += '=';
  }
}

} // namespace baseplate::gateway
