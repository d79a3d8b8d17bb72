#include "actors/outbound/logic/mail_message.hpp"

#include "messages/json/base64.hpp"

#include <simdjson.h>

#include <algorithm>
#include <ctime>

namespace baseplate::outbound {

namespace {

constexpr std::size_t line_bytes_max = 998;
/// Bytes of text per encoded word: with "Subject: ", "=?UTF-8?B?" and "?=" a line stays below 76.
constexpr std::size_t word_bytes_max = 39;
constexpr std::size_t text_bytes_max = 1024 * 1024;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// "Tue, 14 Nov 2023 22:13:20 +0000"
std::string mail_date(unix_ms now_ms) {
  static constexpr const char* days[]{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[]{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = now_ms / 1000;
  std::tm t{};
  gmtime_r(&seconds, &t);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[t.tm_wday],
                t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
  return text;
}

/// With angle brackets; empty: it is none.
std::string checked_message_id(std::string_view text) {
  if (text.starts_with('<') && text.ends_with('>') && text.size() > 2)
    text = text.substr(1, text.size() - 2);
  const bool fine
      = !text.empty() && text.size() <= 250 && std::all_of(text.begin(), text.end(), [](char c) {
          return c > 0x20 && c < 0x7F && c != '<' && c != '>' && c != '(' && c != ')' && c != ','
                 && c != '"' && c != '\\' && c != '[' && c != ']';
        });
  return fine ? '<' + std::string(text) + '>' : std::string{};
}

/// The text with CRLF line ends; `longest` gets the bytes of its longest line.
std::string with_crlf(std::string_view text, std::size_t& longest) {
  std::string result;
  result.reserve(text.size() + text.size() / 32);
  std::size_t line = 0;
  longest = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
      continue;
    if (text[i] == '\n' || text[i] == '\r') {
      result += "\r\n";
      line = 0;
    } else {
      result += text[i];
      longest = std::max(longest, ++line);
    }
  }
  if (line > 0)
    result += "\r\n";
  return result;
}

void append_base64_lines(std::string& out, std::string_view bytes) {
  constexpr std::size_t per_line = 57; // 76 characters
  for (std::size_t i = 0; i < bytes.size(); i += per_line)
    (out += to_base64(bytes.substr(i, per_line))) += "\r\n";
}

} // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > 254 || at == std::string_view::npos || at == 0 || at > 64
      || at + 1 == text.size() || text.find('@', at + 1) != std::string_view::npos)
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7F
           && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
  });
}

std::string encode_header_text(std::string_view text) {
  // A text that looks like an encoded word must be encoded itself, or readers decode it.
  if (is_ascii(text) && text.size() <= 900 && text.find("=?") == std::string_view::npos)
    return std::string(text);
  std::string result;
  while (!text.empty()) {
    auto n = std::min(text.size(), word_bytes_max);
    while (n < text.size() && n > 1 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80)
      --n; // never inside a character
    if (!result.empty())
      result += "\r\n ";
    result += "=?UTF-8?B?" + to_base64(text.substr(0, n)) + "?=";
    text.remove_prefix(n);
  }
  return result;
}

boost::system::result<mail_request, mail_fault> read_mail_request(std::string_view padded) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(padded.data(), padded.size(), false).get(root) != simdjson::SUCCESS)
    return mail_fault{"the event is no JSON"};
  simdjson::dom::object data;
  if (root["detail"]["data"].get(data) != simdjson::SUCCESS)
    return mail_fault{"the event has no detail.data"};
  mail_request result;
  const std::pair<const char*, std::string*> members[]{{"to", &result.to},
                                                       {"subject", &result.subject},
                                                       {"text", &result.text},
                                                       {"message_id", &result.message_id}};
  for (const auto& [name, to] : members) {
    std::string_view text;
    if (data[name].get(text) != simdjson::SUCCESS)
      return mail_fault{std::string("the event has no text detail.data.") + name};
    *to = text;
  }
  return result;
}

boost::system::result<std::string, mail_fault> compose_mail(const mail_request& mail,
                                                            std::string_view from, unix_ms now_ms) {
  if (!is_mail_address(from))
    return mail_fault{"from is no mail address"};
  if (!is_mail_address(mail.to))
    return mail_fault{"to is no mail address"};
  if (has_control(mail.subject))
    return mail_fault{"subject has a control character"};
  if (mail.subject.size() > 2000)
    return mail_fault{"subject has more than 2000 bytes"};
  if (mail.text.size() > text_bytes_max)
    return mail_fault{"text has more than " + std::to_string(text_bytes_max) + " bytes"};
  if (!simdjson::validate_utf8(mail.subject.data(), mail.subject.size())
      || !simdjson::validate_utf8(mail.text.data(), mail.text.size()))
    return mail_fault{"subject or text is not UTF-8"};
  const auto message_id = checked_message_id(mail.message_id);
  if (message_id.empty())
    return mail_fault{"message_id is no message id"};

  std::size_t longest = 0;
  const auto text = with_crlf(mail.text, longest);
  const bool plain
      = is_ascii(text) && longest <= line_bytes_max && text.find('\0') == std::string::npos;
  std::string out;
  out.reserve(text.size() * 3 / 2 + 512);
  (out += "Date: ") += mail_date(now_ms);
  (out += "\r\nFrom: <") += from;
  (out += ">\r\nTo: <") += mail.to;
  (out += ">\r\nSubject: ") += encode_header_text(mail.subject);
  (out += "\r\nMessage-ID: ") += message_id;
  out += "\r\nAuto-Submitted: auto-generated"
         "\r\nMIME-Version: 1.0"
         "\r\nContent-Type: text/plain; charset=utf-8"
         "\r\nContent-Transfer-Encoding: ";
  out += plain ? "7bit\r\n\r\n" : "base64\r\n\r\n";
  if (plain)
    out += text;
  else
    append_base64_lines(out, text);
  return {boost::system::in_place_value, std::move(out)};
}

} // namespace baseplate::outbound
