#include "actors/gateway/logic/response_head.hpp"

#include <ctime>

namespace baseplate::gateway {

namespace {

void append_clean(std::string& out, std::string_view text) {
  for (const auto c : text)
    if (c != '\r' && c != '\n' && c != '\0')
      out += c;
}

} // namespace

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
  case 100:
    return "Continue";
  case 200:
    return "OK";
  case 201:
    return "Created";
  case 202:
    return "Accepted";
  case 204:
    return "No Content";
  case 304:
    return "Not Modified";
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 402:
    return "Payment Required";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 406:
    return "Not Acceptable";
  case 408:
    return "Request Timeout";
  case 409:
    return "Conflict";
  case 410:
    return "Gone";
  case 411:
    return "Length Required";
  case 412:
    return "Precondition Failed";
  case 413:
    return "Content Too Large";
  case 414:
    return "URI Too Long";
  case 415:
    return "Unsupported Media Type";
  case 417:
    return "Expectation Failed";
  case 422:
    return "Unprocessable Content";
  case 429:
    return "Too Many Requests";
  case 431:
    return "Request Header Fields Too Large";
  case 500:
    return "Internal Server Error";
  case 501:
    return "Not Implemented";
  case 502:
    return "Bad Gateway";
  case 503:
    return "Service Unavailable";
  case 504:
    return "Gateway Timeout";
  case 505:
    return "HTTP Version Not Supported";
  case 507:
    return "Insufficient Storage";
  default:
    return "Status";
  }
}

std::string http_date(unix_ms time) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[]
      = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(time / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[40];
  const auto size = std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                  days[parts.tm_wday], parts.tm_mday, months[parts.tm_mon],
                                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return {text, static_cast<std::size_t>(size)};
}

void append_response_head(std::string& out, int status, std::string_view content_type,
                          std::size_t body_bytes, std::string_view date, connection_terms terms,
                          const header_list& headers) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\nDate: ";
  } else {
    out += "HTTP/1.1 ";
    out += std::to_string(status);
    out += ' ';
    out += reason_phrase(status);
    out += "\r\nDate: ";
  }
  out += date;
  if (!content_type.empty()) {
    out += "\r\nContent-Type: ";
    append_clean(out, content_type);
  }
  if (status != 204) {
    out += "\r\nContent-Length: ";
    out += std::to_string(body_bytes);
  }
  for (auto& [name, value] : headers) {
    out += "\r\n";
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
  }
  if (!terms.keep_alive)
    out += "\r\nConnection: close";
  else if (terms.http10)
    out += "\r\nConnection: keep-alive";
  out += "\r\n\r\n";
}

void append_stream_head(std::string& out, std::string_view date) {
  out += "HTTP/1.1 200 OK\r\nDate: ";
  out += date;
  out += "\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
         "X-Accel-Buffering: no\r\nConnection: close\r\n\r\n";
}

} // namespace baseplate::gateway
