// POST /v1/shop/orders: refuses a bad body at once, turns a good one into the command PLACE_ORDER
// and waits for the group's reply.
#include "actors/checkout/logic/checkout_logic.hpp"
#include "actors/checkout/logic/order_request.hpp"
#include "messages/json/encode.hpp"
#include "messages/shop_requests.hpp"

#include <algorithm>
#include <stdexcept>

namespace baseplate::checkout {

namespace {

constexpr std::size_t idempotency_key_bytes_max = 255;

route_decision refuse(int status, std::string_view code, std::string_view message,
                      std::string_view pointer) {
  route_decision decision;
  decision.response = error_response(status, code, message, pointer);
  return decision;
}

bool is_json(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ')
    type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type.empty() || type == "application/json";
}

bool is_key(std::string_view key) {
  return key.size() <= idempotency_key_bytes_max
         && std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

route_decision decide(const http_request& request, const std::string& request_id) {
  if (!is_json(request.header("content-type")))
    return refuse(415, "unsupported_media_type", "send Content-Type: application/json",
                  "/headers/content-type");
  auto key = request.header("idempotency-key");
  if (!is_key(key))
    return refuse(400, "invalid_idempotency_key", "must be 1 to 255 visible ASCII characters",
                  "/headers/idempotency-key");
  auto read = parse_order_request(request.body);
  if (!read.order)
    return refuse(400, read.fault.code, read.fault.message, read.fault.pointer);
  auto order_id = named_uuid(key.empty() ? "order-request-id:" + request_id
                                         : "order-key:" + std::string(key));
  place_order_command command{make_metadata(checkout_service, place_order_command::type),
                              {std::move(order_id), std::move(*read.order)}};
  route_decision decision;
  decision.publish.push_back(
      {named_uuid("place-order:" + request_id), std::string(checkout_service.service),
       std::string(place_order_command::detail_type), to_json_text(command)});
  return decision;
}

} // namespace

std::vector<http_route> checkout_routes(checkout_options options,
                                        std::function<std::string()> new_request_id) {
  check_options(options);
  if (!new_request_id)
    throw std::invalid_argument("checkout: a source of request ids is needed");
  http_route route;
  route.method = "POST";
  route.path = "/v1/shop/orders";
  route.bus = options.bus;
  route.body_bytes_max = options.order_bytes_max;
  route.summary = "Places an order; with an Idempotency-Key at most once.";
  route.decide
      = [new_request_id = std::move(new_request_id)](const http_request& request, unix_ms) {
          return decide(request, new_request_id());
        };
  return {std::move(route)};
}

} // namespace baseplate::checkout
