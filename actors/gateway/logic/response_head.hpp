// Status lines and headers as bytes, so that an answer is one buffer and one write. Pure. Spec: RFC
// 9110, RFC 9112.
#pragma once

#include "messages/identity.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace baseplate::gateway {

/// "Not Found" for 404.
std::string_view reason_phrase(int status) noexcept;

/// "Sun, 06 Nov 1994 08:49:37 GMT" of a Unix time.
std::string http_date(unix_ms time);

/// How the connection goes on after an answer.
struct connection_terms {
  /// False: this is the last answer.
  bool keep_alive = true;
  /// The client speaks HTTP/1.0 and has to be told that the connection stays.
  bool http10 = false;
};

/// Headers beside those that every answer has.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// Appends the status line and headers with the blank line. `content_type` empty: none.
/// Content-Length is `body_bytes`, except for 204, which has none. Values must not hold CR or LF:
/// those are dropped.
void append_response_head(std::string& out, int status, std::string_view content_type,
                          std::size_t body_bytes, std::string_view date, connection_terms terms,
                          const header_list& headers = {});

/// Appends the head of a stream of server-sent events, which ends with the connection.
void append_stream_head(std::string& out, std::string_view date);

} // namespace baseplate::gateway
