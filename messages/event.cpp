#include "messages/event.hpp"

#include "messages/assert.hpp"

#include <openssl/evp.h>

#include <array>

namespace baseplate {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

/// 0: copied as it is; 'u': \u00XX; else the letter behind the backslash.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> out{};
  for (int i = 0; i < 0x20; ++i)
    out[static_cast<std::size_t>(i)] = 'u';
  out['\b'] = 'b';
  out['\t'] = 't';
  out['\n'] = 'n';
  out['\f'] = 'f';
  out['\r'] = 'r';
  out['"'] = '"';
  out['\\'] = '\\';
  return out;
}();

void append_hex(std::string& out, std::uint64_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    out += hex_digits[(value >> shift) & 0xF];
}

/// `version` replaces bits 12 to 15 of the third group, the variant becomes 10.
void append_uuid_text(std::string& out, std::uint64_t high, std::uint64_t low,
                      std::uint64_t version) {
  high = (high & ~std::uint64_t{0xF000}) | version << 12;
  low = (low & 0x3FFF'FFFF'FFFF'FFFF) | 0x8000'0000'0000'0000;
  append_hex(out, high >> 32, 8);
  out += '-';
  append_hex(out, high >> 16, 4);
  out += '-';
  append_hex(out, high, 4);
  out += '-';
  append_hex(out, low >> 48, 4);
  out += '-';
  append_hex(out, low, 12);
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char escape = escapes[byte];
    if (escape == 0) [[likely]]
      continue;
    out.append(text, begin, i - begin);
    begin = i + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') {
      out += "00";
      append_hex(out, byte, 2);
    }
  }
  out.append(text, begin, text.size() - begin);
  out += '"';
}

void append_envelope(std::string& out, const envelope_parts& parts) {
  // Names and punctuation are some 130 bytes; most texts need no escapes.
  out.reserve(out.size() + 160 + parts.id.size() + parts.detail_type.size() + parts.source.size()
              + parts.account.size() + parts.time.size() + parts.region.size()
              + parts.resources_json.size() + parts.detail.size() + parts.extensions_json.size());
  out += R"({"version":"0","id":)";
  append_json_string(out, parts.id);
  out += R"(,"detail-type":)";
  append_json_string(out, parts.detail_type);
  out += R"(,"source":)";
  append_json_string(out, parts.source);
  out += R"(,"account":)";
  append_json_string(out, parts.account);
  out += R"(,"time":)";
  append_json_string(out, parts.time);
  out += R"(,"region":)";
  append_json_string(out, parts.region);
  out += R"(,"resources":)";
  out += parts.resources_json;
  out += R"(,"detail":)";
  out += parts.detail;
  if (!parts.extensions_json.empty()) {
    out += R"(,"extensions":)";
    out += parts.extensions_json;
  }
  out += '}';
}

void append_uuid(std::string& out, std::uint64_t high, std::uint64_t low) {
  append_uuid_text(out, high, low, 4);
}

std::string named_uuid(std::string_view name) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int ok = EVP_Digest(name.data(), name.size(), digest.data(), &size, EVP_sha256(), nullptr);
  // Fails only when the process has no memory or no SHA-256: an id made up instead would not be
  // stable.
  BASEPLATE_ASSERT(ok == 1 && size >= 16);
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8 | digest[i];
    low = low << 8 | digest[i + 8];
  }
  std::string out;
  out.reserve(36);
  append_uuid_text(out, high, low, 8);
  return out;
}

} // namespace baseplate
