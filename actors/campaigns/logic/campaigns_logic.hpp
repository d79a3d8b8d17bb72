// Decides who is mailed, and when. Two kinds of key, because a key's state must hold all that one
// decision needs and nothing else:
//
//   order/<order id>        was this order acknowledged?          ORDER_COMPLETE
//   customer/<customer id>  basket, consent, when last mailed     basket pages, ORDER_PLACED,
//   CONSENT_CHANGED, timer
//
// Invariants: one acknowledgement per order, whatever consent and cap say; no reminder without
// consent, within the
//             interval of the one before, or after an order.
#pragma once

#include "actors/campaigns/campaigns.hpp"

namespace baseplate::campaigns {

class campaigns_logic final : public group::group_logic {
 public:
  explicit campaigns_logic(campaigns_options options);

  std::string_view name() const override { return "campaigns"; }

  std::string pattern() const override;
  std::optional<std::string> key_of(const group::event_view& event) const override;
  group::step_output step(const group::step_input& input) const override;

 private:
  void on_order_complete(const group::step_input& input, group::step_output& out) const;
  void on_basket(const group::step_input& input, group::step_output& out) const;
  void on_order_placed(const group::step_input& input, group::step_output& out) const;
  void on_consent(const group::step_input& input, group::step_output& out) const;
  void on_abandoned(const group::step_input& input, group::step_output& out) const;
  campaigns_options options_;
};

} // namespace baseplate::campaigns
