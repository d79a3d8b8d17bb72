// Turns orders into payment requests and the provider's webhooks into payment events. One key per
// order. Spec: README.md of the group; the state machine is in payment_state.hpp.
#pragma once

#include "actors/payments/payments.hpp"

namespace baseplate::payments {

class payments_logic final : public group::group_logic {
 public:
  explicit payments_logic(payments_options options);

  std::string_view name() const override { return "payments"; }

  std::string pattern() const override;
  std::optional<std::string> key_of(const group::event_view& event) const override;
  group::step_output step(const group::step_input& input) const override;

 private:
  void on_order_placed(const group::step_input& input, group::step_output& out) const;
  void on_refund_requested(const group::step_input& input, group::step_output& out) const;
  void on_webhook(const group::step_input& input, group::step_output& out) const;
  payments_options options_;
};

/// Throws std::invalid_argument with the name of the option that is out of range.
void check_options(const payments_options& options);

} // namespace baseplate::payments
