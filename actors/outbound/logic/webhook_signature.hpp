// Signs an outgoing request so that its receiver can tell it is ours and when it was made. Pure.
// Spec: Standard Webhooks 1.0: "v1," + base64(HMAC-SHA256(secret, id + "." + timestamp + "." +
// body)). Threads: no state
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace baseplate::outbound {

/// The value of webhook-signature. A secret that begins with "whsec_" is base64 behind it; any
/// other is taken as it is.
std::string sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body);

} // namespace baseplate::outbound
