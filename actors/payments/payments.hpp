// Takes the money for orders through a payment provider, and keeps what the provider says in order.
// Options, factory, routes; nothing else. Spec: README.md beside this file, docs/spec/shop.md.
// Threads: the logic and the routes are immutable; any thread may call them.
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "messages/http.hpp"

#include <memory>
#include <string>
#include <vector>

namespace baseplate::payments {

/// Settings of the group. Out of range values throw std::invalid_argument from the functions below.
struct payments_options {
  std::string bus = "default";
  /// Secrets that the provider signs webhooks with, 1 to 4, each of at least 16 bytes. Two during a
  /// rotation: a webhook counts when either signed it.
  std::vector<std::string> webhook_secrets;
  /// Largest difference between a webhook's signed time and ours, in seconds, both ways; 1 to
  /// 86,400. Larger lets a recorded webhook be played again for longer.
  std::int64_t signature_tolerance_s = 300;
  /// Largest webhook body, in bytes; above it 413.
  std::size_t webhook_bytes_max = 64 * 1024;
  /// Merchant account named in payment events.
  std::string merchant_account = "baseplate-shop";
  /// Time after the last event of a payment when its state is forgotten, in ms; from 1 day. A
  /// charge back can come more than a year late; a notice after it is refused as unknown.
  unix_ms payment_kept_ms = std::int64_t{540} * 86'400'000;
};

/// The group "payments".
std::shared_ptr<const group::group_logic> make_payments(payments_options options);

/// POST /v1/webhooks/psp
std::vector<http_route> payments_routes(payments_options options);

} // namespace baseplate::payments
