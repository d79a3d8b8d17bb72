// Composes the mail that an event asks for. Pure.
// Spec:       RFC 5322 (message), RFC 2047 (encoded words), RFC 2045 (base64 body); the event is
// messages/campaigns.hpp's
//             mail_requested: its detail has data.to, data.subject, data.text and data.message_id
// Invariants: no header can be injected: a control character in any header's text is a fault, not
// something to repair;
//             every line is at most 998 bytes and ends in CRLF; the same event gives the same
//             Message-ID
// Threads:    no state
#pragma once

#include "messages/identity.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace baseplate::outbound {

struct mail_request {
  std::string to;
  std::string subject;
  /// Plain text, UTF-8.
  std::string text;
  std::string message_id;
};

/// Why there is no mail.
struct mail_fault {
  std::string reason;
};

/// Takes the request out of an event's envelope, or says what is missing. `padded` must have 64
/// readable bytes behind it (an event in a chunk has).
boost::system::result<mail_request, mail_fault> read_mail_request(std::string_view padded);

/// The whole message, headers and body, or why it cannot be sent. `now_ms` is its Date.
boost::system::result<std::string, mail_fault> compose_mail(const mail_request& mail,
                                                            std::string_view from, unix_ms now_ms);

/// True for local@domain of ASCII without blanks, brackets, commas, quotes or control characters,
/// at most 254 bytes.
bool is_mail_address(std::string_view text);

/// An unstructured header's text: as it is if it is printable ASCII, else in encoded words, folded.
/// @pre valid UTF-8, no controls
std::string encode_header_text(std::string_view text);

} // namespace baseplate::outbound
