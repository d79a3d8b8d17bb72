// The saga of an order: placed, then complete or cancelled by its payment or by time. One key per
// order.
//
//   PLACE_ORDER          → ORDER_PLACED, reply 201, timer "payment-timeout"
//   AUTHORISATION true   → ORDER_COMPLETE                     (cancelled already: REFUND_REQUESTED,
//   once) AUTHORISATION false  → ORDER_CANCELLED payment_declined   (ended already: nothing)
//   payment-timeout      → ORDER_CANCELLED payment_timeout
//
// Invariant: each order has at most one ORDER_PLACED and at most one of ORDER_COMPLETE and
// ORDER_CANCELLED.
#pragma once

#include "actors/checkout/checkout.hpp"
#include "actors/checkout/logic/order_state.hpp"

namespace baseplate::checkout {

class checkout_logic final : public group::group_logic {
 public:
  explicit checkout_logic(checkout_options options);

  std::string_view name() const override { return "checkout"; }

  std::string pattern() const override;
  std::optional<std::string> key_of(const group::event_view& event) const override;
  group::step_output step(const group::step_input& input) const override;

 private:
  void on_place_order(const group::step_input& input, group::step_output& out) const;
  void on_authorisation(const group::step_input& input, group::step_output& out) const;
  void on_timeout(const group::step_input& input, group::step_output& out) const;
  void complete(const group::step_input& input, order_state& state, group::step_output& out) const;
  void cancel(const group::step_input& input, order_state& state, std::string_view reason,
              group::step_output& out) const;
  void end(const group::step_input& input, const order_state& state, group::step_output& out) const;
  checkout_options options_;
};

/// Throws std::invalid_argument with the name of the option that is out of range.
void check_options(const checkout_options& options);

} // namespace baseplate::checkout
