#include "actors/outbound/logic/delivery_outcome.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace baseplate::outbound {

attempt_outcome http_outcome(long status) {
  if (status >= 200 && status < 300)
    return attempt_outcome::delivered;
  if (status < 100 || status == 408 || status == 425 || status == 429 || status >= 500)
    return attempt_outcome::retry;
  return attempt_outcome::rejected;
}

attempt_outcome smtp_outcome(long status) {
  if (status >= 200 && status < 300)
    return attempt_outcome::delivered;
  return status >= 500 && status < 600 ? attempt_outcome::rejected : attempt_outcome::retry;
}

std::int64_t parse_retry_after(std::string_view value, unix_ms now_ms) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
    value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t' || value.back() == '\r'))
    value.remove_suffix(1);
  if (value.empty() || value.size() > 64)
    return 0;
  if (value.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (read.ec != std::errc{} || seconds > retry_after_max_ms / 1000)
      return retry_after_max_ms;
    return seconds * 1000;
  }
  if (value.find(':') == std::string_view::npos) // a date without a time is none of RFC 9110's
    return 0;
  const auto at_s = curl_getdate(std::string(value).c_str(), nullptr);
  if (at_s < 0)
    return 0;
  return std::clamp<std::int64_t>(std::int64_t{at_s} * 1000 - now_ms, 0, retry_after_max_ms);
}

} // namespace baseplate::outbound
