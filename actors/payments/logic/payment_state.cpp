#include "actors/payments/logic/payment_state.hpp"

#include <algorithm>

namespace baseplate::payments {

namespace {

/// Raises the rank to authorised or captured, saying each stage that was skipped.
void raise(payment_state& state, payment_rank to, const psp_notice& notice, notice_outcome& out) {
  auto say = [&](payment_type type, payment_rank rank) {
    if (state.rank >= rank || to < rank)
      return;
    state.rank = rank;
    auto itself = notice.type == type;
    out.facts.push_back({type, true, itself ? notice.amount_minor : state.amount_minor,
                         itself ? std::nullopt : std::optional(notice.type)});
  };
  say(payment_type::authorisation, payment_rank::authorised);
  say(payment_type::capture, payment_rank::captured);
}

std::string_view why_refused(const payment_state& state, const psp_notice& notice) {
  if (!state.payment_id.empty() && state.payment_id != notice.payment_id)
    return "other_payment";
  if (state.currency != notice.currency)
    return "other_currency";
  if (notice.type == payment_type::authorisation && notice.success
      && notice.amount_minor < state.amount_minor)
    return "amount_below_order";
  if (state.notices.size() >= notices_max)
    return "too_many_notices";
  return {};
}

void apply_success(payment_state& state, const psp_notice& notice, notice_outcome& out) {
  switch (notice.type) {
  case payment_type::authorisation:
    state.authorised_minor = std::max(state.authorised_minor, notice.amount_minor);
    raise(state, payment_rank::authorised, notice, out);
    return;
  case payment_type::capture:
    state.captured_minor += notice.amount_minor;
    raise(state, payment_rank::captured, notice, out);
    return;
  case payment_type::cancellation:
    raise(state, payment_rank::authorised, notice, out);
    state.rank = std::max(state.rank, payment_rank::voided);
    break;
  case payment_type::refund:
    state.refunded_minor += notice.amount_minor;
    raise(state, payment_rank::captured, notice, out);
    state.rank = std::max(state.rank, payment_rank::refunded);
    break;
  case payment_type::chargeback:
    state.charged_back_minor += notice.amount_minor;
    raise(state, payment_rank::captured, notice, out);
    state.rank = payment_rank::charged_back;
    break;
  }
  out.facts.push_back({notice.type, true, notice.amount_minor, std::nullopt});
}

void apply_failure(payment_state& state, const psp_notice& notice, notice_outcome& out) {
  if (notice.type == payment_type::authorisation) {
    if (state.rank != payment_rank::requested)
      return;
    state.rank = payment_rank::refused;
  }
  // A capture that failed before one that went well is news only if it comes first.
  if (notice.type == payment_type::capture && state.rank >= payment_rank::captured)
    return;
  out.facts.push_back({notice.type, false, notice.amount_minor, std::nullopt});
}

} // namespace

notice_outcome apply_notice(payment_state& state, const psp_notice& notice) {
  notice_outcome out;
  auto place = std::lower_bound(state.notices.begin(), state.notices.end(), notice.id);
  if (place != state.notices.end() && *place == notice.id) {
    out.duplicate = true;
    return out;
  }
  out.refused = why_refused(state, notice);
  if (!out.refused.empty())
    return out;
  state.notices.insert(place, notice.id);
  state.payment_id = notice.payment_id;
  if (notice.success)
    apply_success(state, notice, out);
  else
    apply_failure(state, notice, out);
  return out;
}

} // namespace baseplate::payments
