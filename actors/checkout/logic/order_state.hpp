// What checkout keeps of an order.
// Invariant: `status` leaves `placed` once and never changes again.
#pragma once

#include "messages/checkout.hpp"
#include "messages/identity.hpp"

#include <string>

namespace baseplate::checkout {

enum class order_status : std::uint8_t { placed, complete, cancelled };
BOOST_DESCRIBE_ENUM(order_status, placed, complete, cancelled)

struct order_state {
  order_status status = order_status::placed;
  /// Stands for the request's body; the same Idempotency-Key must bring the same.
  std::string request_hash;
  unix_ms placed_at_ms = 0;
  /// The money of this cancelled order was asked back.
  bool refund_requested = false;
  place_order order;
};
BOOST_DESCRIBE_STRUCT(order_state, (),
                      (status, request_hash, placed_at_ms, refund_requested, order))

/// The answer to whoever placed it.
struct order_accepted {
  std::string order_id;
  /// Always "PLACED": a repeated request gets the same bytes.
  std::string status = "PLACED";
  /// RFC 3339, UTC.
  std::string placed_at;
  money total;
  /// Where to follow it (SSE).
  std::string events;
};
BOOST_DESCRIBE_STRUCT(order_accepted, (), (order_id, status, placed_at, total, events))

} // namespace baseplate::checkout
