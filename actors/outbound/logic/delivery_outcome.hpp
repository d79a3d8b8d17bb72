// What an answer of a target means for the event: done, again later, never. Pure. Threads: no state
#pragma once

#include "messages/identity.hpp"
#include "messages/outbound.hpp"

#include <string_view>

namespace baseplate::outbound {

/// 2xx delivered; 408, 425, 429 and 5xx retry; everything else, redirects included, rejected. 0 (no
/// answer) is retry.
attempt_outcome http_outcome(long status);

/// Of the last SMTP reply: 2xx delivered, 5xx rejected, everything else retry.
attempt_outcome smtp_outcome(long status);

/// Retry-After (RFC 9110 section 10.2.3): seconds or an HTTP date, as ms from `now_ms` on. 0:
/// malformed, absent or past. Never more than retry_after_max_ms.
std::int64_t parse_retry_after(std::string_view value, unix_ms now_ms);

inline constexpr std::int64_t retry_after_max_ms = 24 * 3600 * 1000;

} // namespace baseplate::outbound
