// How far an order has come, as the world outside may know it.
//
//   none → PLACED → PAYMENT_REFUSED → PAYMENT_AUTHORISED → COMPLETE | CANCELLED → REFUNDED →
//   CHARGED_BACK
//
// Invariant: it only moves to the right, so that late and repeated events tell nothing twice and
// take nothing back; of
//            COMPLETE and CANCELLED the first stays.
// Pure.
#pragma once

#include "messages/describe.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace baseplate::notifications {

enum class order_progress : std::uint8_t {
  none,
  placed,
  payment_refused,
  payment_authorised,
  complete,
  cancelled,
  refunded,
  charged_back,
};
BOOST_DESCRIBE_ENUM(order_progress, none, placed, payment_refused, payment_authorised, complete,
                    cancelled, refunded, charged_back)

constexpr std::string_view json_name(order_progress x) {
  switch (x) {
  case order_progress::none:
    return "NONE";
  case order_progress::placed:
    return "PLACED";
  case order_progress::payment_refused:
    return "PAYMENT_REFUSED";
  case order_progress::payment_authorised:
    return "PAYMENT_AUTHORISED";
  case order_progress::complete:
    return "COMPLETE";
  case order_progress::cancelled:
    return "CANCELLED";
  case order_progress::refunded:
    return "REFUNDED";
  case order_progress::charged_back:
    return "CHARGED_BACK";
  }
  return {};
}

/// What is kept of an order.
struct order_view {
  order_progress progress = order_progress::none;
  /// Payment events and order events seen, for whoever inspects.
  std::uint32_t payment_events = 0;
  std::uint32_t order_events = 0;
};
BOOST_DESCRIBE_STRUCT(order_view, (), (progress, payment_events, order_events))

/// Where an event of this metadata.type and status would bring an order; nullopt: nowhere by itself
/// (a capture, say).
std::optional<order_progress> progress_of(std::string_view type, bool succeeded);

/// Whether an order that has come to `now` goes on to `next`.
bool moves_on(order_progress now, order_progress next);

} // namespace baseplate::notifications
