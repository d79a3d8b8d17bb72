// GET /v1/shop/orders/{id}/events: which events of an order a browser gets, and what it may see of
// them. The order's id is the right to watch it: it is made from 122 bits that only the buyer was
// told.
#include "actors/group/logic/detail.hpp"
#include "actors/notifications/logic/notifications_logic.hpp"
#include "messages/shop_requests.hpp"

#include <algorithm>

namespace baseplate::notifications {

namespace {

/// All that a browser sees of an event.
struct browser_event {
  std::string type;
  std::string status;
  std::string orderId;
  std::string time;
};
BOOST_DESCRIBE_STRUCT(browser_event, (), (type, status, orderId, time))

constexpr std::size_t order_id_bytes_max = 128;

std::string pattern_of(const std::vector<std::string>& path_values) {
  if (path_values.size() != 1)
    return {};
  auto& id = path_values.front();
  auto good = std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  });
  if (id.empty() || id.size() > order_id_bytes_max || !good)
    return {};
  return R"({"source":["service-checkout","service-payments","service-notifications"],)"
         R"("detail-type":["order_placed","order_complete","order_cancelled","payment",)"
         R"("order_status_changed"],"detail":{"data":{"order_id":[")"
         + id + R"("]}}})";
}

std::string render(std::string_view envelope) {
  simdjson::dom::parser parser;
  simdjson::dom::element event;
  if (parser.parse(envelope.data(), envelope.size()).get(event) != simdjson::SUCCESS)
    return {};
  auto text = [&](std::string_view pointer) { return std::string(group::text_at(event, pointer)); };
  browser_event seen{text("/detail/metadata/type"), text("/detail/metadata/status"),
                     text("/detail/data/order_id"), text("/time")};
  if (text("/detail-type") == order_status_changed::detail_type) {
    seen.status = text("/detail/data/status");
    seen.time = text("/detail/data/time");
  }
  if (seen.type.empty() || seen.orderId.empty())
    return {};
  return to_json_text(seen);
}

} // namespace

std::vector<http_stream_route> notifications_streams(notifications_options options) {
  check_options(options);
  http_stream_route route;
  route.path = "/v1/shop/orders/{id}/events";
  route.bus = options.bus;
  route.summary = "What happened to an order, then what happens (SSE).";
  route.pattern = pattern_of;
  route.render = render;
  return {std::move(route)};
}

} // namespace baseplate::notifications
