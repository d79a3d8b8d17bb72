// POST /v1/webhooks/psp: the raw body is published with what we think of its signature, then
// answered. What it says is read later, in the step: a body that cannot be read is kept all the
// same.
#include "actors/payments/logic/payments_logic.hpp"
#include "actors/payments/logic/webhook_signature.hpp"
#include "messages/json/base64.hpp"
#include "messages/json/encode.hpp"
#include "messages/json/utf8.hpp"
#include "messages/shop_requests.hpp"

namespace baseplate::payments {

namespace {

constexpr std::size_t signature_bytes_max = 2048;

/// Header values are shown in an event: only what is printable ASCII, and not without end.
std::string shown(std::string_view header) {
  std::string out;
  for (auto c : header.substr(0, signature_bytes_max))
    out += c >= 0x20 && c < 0x7F ? c : '?';
  return out;
}

route_decision decide(const payments_options& options, const http_request& request, unix_ms now) {
  auto signature = request.header("psp-signature");
  auto fault = verify_signature(options.webhook_secrets, signature, request.body, now,
                                options.signature_tolerance_s);
  auto verified = fault == signature_fault::none;
  auto status = verified ? event_status::succeeded : event_status::failed;
  psp_webhook_received received{make_metadata(payments_service, psp_webhook_received::type, status),
                                {}};
  auto utf8 = is_utf8(request.body);
  received.data.body = utf8 ? request.body : to_base64(request.body);
  received.data.encoding = utf8 ? "utf-8" : "base64";
  received.data.signature = shown(signature);
  received.data.verified = verified;
  if (!verified)
    received.data.reason = to_string(fault);
  received.data.received_at_ms = now;
  // Two copies of a webhook in the same millisecond share this id; they say the same.
  std::string name = "psp-webhook:" + std::to_string(now) + ":";
  name += signature;
  name += ':';
  name += request.body;
  route_decision decision;
  decision.publish.push_back({named_uuid(name), std::string(payments_service.service),
                              std::string(psp_webhook_received::detail_type),
                              to_json_text(received)});
  if (verified)
    decision.response = http_response{202, {}, "application/json", R"({"status":"received"})"};
  else
    decision.response = error_response(401, to_string(fault), "the signature does not count",
                                       "/headers/psp-signature");
  return decision;
}

} // namespace

std::vector<http_route> payments_routes(payments_options options) {
  check_options(options);
  http_route route;
  route.method = "POST";
  route.path = "/v1/webhooks/psp";
  route.bus = options.bus;
  route.body_bytes_max = options.webhook_bytes_max;
  route.summary = "Takes a signed notice of the payment provider.";
  route.decide = [options = std::move(options)](const http_request& request, unix_ms now) {
    return decide(options, request, now);
  };
  return {std::move(route)};
}

} // namespace baseplate::payments
