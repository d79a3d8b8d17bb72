#include "actors/outbound/logic/webhook_signature.hpp"

#include "messages/json/base64.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace baseplate::outbound {

std::string sign_webhook(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body) {
  constexpr std::string_view prefix = "whsec_";
  std::string key(secret);
  if (secret.starts_with(prefix))
    if (std::string decoded; from_base64(secret.substr(prefix.size()), decoded))
      key = std::move(decoded);
  std::string signed_text(id);
  (signed_text += '.') += std::to_string(timestamp_s);
  (signed_text += '.') += body;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest,
       &size);
  return "v1," + to_base64({reinterpret_cast<const char*>(digest), size});
}

} // namespace baseplate::outbound
