// Takes orders and brings each to exactly one end. Options, factory, routes; nothing else.
// Spec: README.md beside this file, docs/spec/shop.md.
// Threads: the logic and the routes are immutable; any thread may call them (the id source must
// allow that too).
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "messages/http.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::checkout {

/// Settings of the group. Out of range values throw std::invalid_argument from the functions below.
struct checkout_options {
  std::string bus = "default";
  /// Time for the payment to be authorised, in ms, 1,000 to 7 days; then the order is cancelled.
  unix_ms payment_timeout_ms = 15 * 60'000;
  /// Time that an ended order is remembered, in ms; from 1 day. As long, its Idempotency-Key gives
  /// the same answer, and money that comes too late is asked back.
  unix_ms order_kept_ms = std::int64_t{30} * 86'400'000;
  /// Largest body of an order, in bytes, 1,024 to 1 MiB; above it 413.
  std::size_t order_bytes_max = 64 * 1024;
};

/// The group "checkout".
std::shared_ptr<const group::group_logic> make_checkout(checkout_options options = {});

/// POST /v1/shop/orders. `new_request_id` gives a text that no other call gave, at best 128 random
/// bits.
std::vector<http_route> checkout_routes(checkout_options options,
                                        std::function<std::string()> new_request_id);

} // namespace baseplate::checkout
