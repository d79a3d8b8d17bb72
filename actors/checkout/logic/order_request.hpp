// The body of POST /v1/shop/orders: what is taken, and what is wrong with the rest and where.
// Pure; never throws on any bytes.
#pragma once

#include "messages/checkout.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace baseplate::checkout {

/// The first fault of a body.
struct order_fault {
  /// A decode_errc's name (not_json, wrong_type, missing_member, unknown_member, ...) or bad_value.
  std::string code;
  std::string message;
  /// JSON Pointer into the body.
  std::string pointer;
};

/// Exactly one of both.
struct order_or_fault {
  std::optional<place_order> order;
  order_fault fault;
};

/// Reads a body, strictly: the member rules of place_order, and beyond them codes in capital
/// letters, an e-mail address that cannot split a mail's header, no control characters, and a total
/// of 1 to amount_minor_max.
order_or_fault parse_order_request(std::string_view body);

/// The sum of the items. @pre the order passed parse_order_request().
money total_of(const place_order& order);

} // namespace baseplate::checkout
