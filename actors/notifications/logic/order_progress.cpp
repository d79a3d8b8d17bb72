#include "actors/notifications/logic/order_progress.hpp"

namespace baseplate::notifications {

namespace {

int place_of(order_progress progress) {
  // COMPLETE and CANCELLED share a place: neither follows the other.
  if (progress == order_progress::cancelled)
    return static_cast<int>(order_progress::complete);
  return static_cast<int>(progress);
}

} // namespace

std::optional<order_progress> progress_of(std::string_view type, bool succeeded) {
  if (type == "AUTHORISATION")
    return succeeded ? order_progress::payment_authorised : order_progress::payment_refused;
  if (!succeeded)
    return std::nullopt;
  if (type == "ORDER_PLACED")
    return order_progress::placed;
  if (type == "ORDER_COMPLETE")
    return order_progress::complete;
  if (type == "ORDER_CANCELLED")
    return order_progress::cancelled;
  if (type == "REFUND")
    return order_progress::refunded;
  if (type == "CHARGEBACK")
    return order_progress::charged_back;
  return std::nullopt;
}

bool moves_on(order_progress now, order_progress next) {
  return place_of(next) > place_of(now);
}

} // namespace baseplate::notifications
