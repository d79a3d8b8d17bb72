#include "actors/checkout/logic/order_request.hpp"

#include "messages/json/decode.hpp"

#include <algorithm>

namespace baseplate::checkout {

namespace {

bool is_capitals(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

/// Good enough to send to, not a proof: ASCII, one @ with something on both sides, nothing that a
/// header could be split at.
bool is_email(std::string_view text) {
  auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()
      || text.find('@', at + 1) != std::string_view::npos)
    return false;
  return std::none_of(text.begin(), text.end(), [](unsigned char c) {
    return c <= 0x20 || c >= 0x7F || c == '<' || c == '>' || c == ',' || c == ';' || c == '"';
  });
}

std::optional<order_fault> fault_of(const place_order& order) {
  auto bad = [](std::string message, std::string pointer) {
    return order_fault{"bad_value", std::move(message), std::move(pointer)};
  };
  if (has_control(order.customer.id))
    return bad("must not hold control characters", "/customer/id");
  if (!is_email(order.customer.email))
    return bad("must be an e-mail address", "/customer/email");
  if (has_control(order.locale))
    return bad("must not hold control characters", "/locale");
  if (!is_capitals(order.country_code))
    return bad("must be two capital letters (ISO 3166-1)", "/country_code");
  if (!is_capitals(order.currency))
    return bad("must be three capital letters (ISO 4217)", "/currency");
  for (std::size_t i = 0; i < order.items.size(); ++i)
    if (has_control(order.items[i].sku))
      return bad("must not hold control characters", "/items/" + std::to_string(i) + "/sku");
  auto total = total_of(order).amount_minor;
  if (total < 1 || total > amount_minor_max)
    return bad("must cost 1 to " + std::to_string(amount_minor_max) + " in all, and costs "
                   + std::to_string(total),
               "/items");
  return std::nullopt;
}

} // namespace

order_or_fault parse_order_request(std::string_view body) {
  auto order = from_json_text<place_order>(body);
  if (!order) {
    auto error = order.error();
    return {std::nullopt, {to_string(error.code), error.message, error.pointer}};
  }
  if (auto fault = fault_of(*order))
    return {std::nullopt, std::move(*fault)};
  return {std::move(*order), {}};
}

money total_of(const place_order& order) {
  // At most 100 items of 999 × 10^9: far below 2^63.
  std::int64_t sum = 0;
  for (auto& item : order.items)
    sum += item.quantity * item.price_minor;
  return {order.currency, sum};
}

} // namespace baseplate::checkout
