// The payment provider's webhook signature: HMAC-SHA256 over "<unix seconds>.<raw body>".
// Header:     Psp-Signature: t=1700000000,v1=<64 hex>[,v1=<64 hex> ...]   several v1 while a secret
// is rotated Pure:       the time goes in. Constant time in the compared digests; the number of
// secrets and v1 is no secret. Invariants: a signature outside the tolerance never counts, old or
// from the future; unknown schemes (v0=..) are skipped.
#pragma once

#include "messages/identity.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace baseplate::payments {

/// Why a signature does not count; `none` when it does.
enum class signature_fault {
  none,
  /// No header, or an empty one.
  header_missing,
  /// No `t`, two of them, a `t` that is no number, no well-formed `v1`, or more than
  /// `signatures_max` of them.
  header_malformed,
  /// |now - t| is above the tolerance.
  outside_tolerance,
  /// No secret gives one of the signatures.
  no_match,
};

/// "header_missing" and so on, for answers and events.
std::string_view to_string(signature_fault fault);

/// `v1` entries looked at; more are a malformed header, so that a request costs a bounded number of
/// compares.
inline constexpr std::size_t signatures_max = 8;

/// Checks `header` against each secret. `tolerance_s` in seconds, both ways, inclusive.
signature_fault verify_signature(const std::vector<std::string>& secrets, std::string_view header,
                                 std::string_view body, unix_ms now, std::int64_t tolerance_s);

/// The header's text for a body signed at `unix_seconds`, with one v1 per secret.
std::string sign_webhook(const std::vector<std::string>& secrets, std::string_view body,
                         std::int64_t unix_seconds);

} // namespace baseplate::payments
