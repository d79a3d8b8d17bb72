#include "actors/payments/logic/payments_logic.hpp"

#include "actors/group/logic/detail.hpp"
#include "actors/payments/logic/notice_reader.hpp"
#include "actors/payments/logic/payment_state.hpp"
#include "messages/json/decode.hpp"
#include "messages/json/simdjson_source.hpp"
#include "messages/shop_requests.hpp"

#include <stdexcept>

namespace baseplate::payments {

using group::make_emitted;
using group::text_at;

namespace {

/// Webhooks that say of no order: their signature is good, their body is not.
constexpr std::string_view unreadable_key = "!unreadable";
constexpr std::string_view forget_timer = "forget";
constexpr std::size_t order_id_bytes_max = 128;

template <class Event>
event_metadata head(event_status status = event_status::succeeded) {
  return make_metadata(payments_service, Event::type, status);
}

notice_or_fault notice_of(const group::event_view& event) {
  // A body that was kept as base64 is no UTF-8 and so no JSON.
  if (text_at(event.detail(), "/data/encoding") != "utf-8")
    return {std::nullopt, {"bad_encoding", ""}};
  return read_notice(text_at(event.detail(), "/data/body"));
}

payment_state read_state(const std::string& text) {
  auto state = from_json_text<payment_state>(text);
  if (!state)
    throw std::runtime_error("payments: state cannot be read: " + state.error().message);
  return std::move(*state);
}

void keep(const payment_state& state, group::step_output& out) {
  out.effect = group::state_effect::replace;
  out.state = to_json_text(state);
}

group::emitted_event refuse_notice(const group::event_view& event,
                                   const std::optional<psp_notice>& notice, std::string_view reason,
                                   std::string_view pointer = {}) {
  psp_notice_refused refused{head<psp_notice_refused>(event_status::failed), {}};
  refused.data.webhook_event_id = event.id;
  refused.data.reason = reason;
  refused.data.pointer = pointer;
  if (notice) {
    refused.data.notice_id = notice->id;
    refused.data.order_id = notice->order_id;
  }
  return make_emitted(refused);
}

/// Ours, the same for every attempt.
std::string payment_id_of(std::string_view order_id) {
  return named_uuid("payment:" + std::string(order_id));
}

} // namespace

void check_options(const payments_options& options) {
  if (options.webhook_secrets.empty() || options.webhook_secrets.size() > 4)
    throw std::invalid_argument("payments: webhook_secrets must be 1 to 4");
  for (auto& secret : options.webhook_secrets)
    if (secret.size() < 16)
      throw std::invalid_argument("payments: each of webhook_secrets must have 16 bytes or more");
  if (options.signature_tolerance_s < 1 || options.signature_tolerance_s > 86'400)
    throw std::invalid_argument("payments: signature_tolerance_s must be 1 to 86400");
  if (options.webhook_bytes_max < 1024 || options.webhook_bytes_max > 1024 * 1024)
    throw std::invalid_argument("payments: webhook_bytes_max must be 1024 to 1048576");
  if (options.payment_kept_ms < 86'400'000)
    throw std::invalid_argument("payments: payment_kept_ms must be 86400000 or more");
}

payments_logic::payments_logic(payments_options options) : options_(std::move(options)) {
  check_options(options_);
}

std::string payments_logic::pattern() const {
  return R"({"source":["service-checkout","service-payments"],)"
         R"("detail-type":["order_placed","refund_requested","psp_webhook_received"],)"
         R"("detail":{"metadata":{"status":["true"]}}})";
}

std::optional<std::string> payments_logic::key_of(const group::event_view& event) const {
  if (event.detail_type == psp_webhook_received::detail_type) {
    auto read = notice_of(event);
    return read.notice ? read.notice->order_id : std::string(unreadable_key);
  }
  auto order_id = text_at(event.detail(), "/data/order_id");
  if (order_id.empty() || order_id.size() > order_id_bytes_max)
    return std::nullopt;
  return std::string(order_id);
}

group::step_output payments_logic::step(const group::step_input& input) const {
  group::step_output out;
  if (input.timer) {
    if (input.timer->name == forget_timer)
      out.effect = group::state_effect::erase;
    return out;
  }
  if (input.event->detail_type == order_placed::detail_type)
    on_order_placed(input, out);
  else if (input.event->detail_type == refund_requested::detail_type)
    on_refund_requested(input, out);
  else
    on_webhook(input, out);
  if (out.effect == group::state_effect::replace)
    out.timers_set.push_back(
        {std::string(forget_timer), input.now_ms + options_.payment_kept_ms, false});
  return out;
}

void payments_logic::on_order_placed(const group::step_input& input,
                                     group::step_output& out) const {
  // One payment per order, however often the order is told.
  if (input.state)
    return;
  auto placed = from_json<order_placed>(input.event->detail(), strictness::lenient);
  // Whoever may publish may publish nonsense: that is answered, not crashed on.
  if (!placed || placed->data.total.amount_minor < 1) {
    out.events.push_back(make_emitted(payment_request_refused{
        make_metadata(payments_service, "PAYMENT_REQUEST_REFUSED", event_status::failed),
        {std::string(input.key), placed ? "no_amount" : "bad_order"}}));
    return;
  }
  payment_state state;
  state.amount_minor = placed->data.total.amount_minor;
  state.currency = placed->data.total.currency;
  state.country_code = placed->data.country_code;
  keep(state, out);
  out.events.push_back(make_emitted(
      payment_requested{head<payment_requested>(),
                        {std::string(input.key), payment_id_of(input.key), state.amount_minor,
                         state.currency, state.country_code, options_.merchant_account}}));
}

void payments_logic::on_refund_requested(const group::step_input& input,
                                         group::step_output& out) const {
  auto refuse = [&](std::string reason) {
    out.events.push_back(make_emitted(payment_request_refused{
        make_metadata(payments_service, "REFUND_REFUSED", event_status::failed),
        {std::string(input.key), std::move(reason)}}));
  };
  if (!input.state)
    return refuse("unknown_order");
  auto state = read_state(*input.state);
  if (state.refund_requested)
    return;
  if (state.rank < payment_rank::authorised)
    return refuse("nothing_paid");
  auto amount = state.amount_minor - state.refunded_minor;
  if (amount < 1 || state.rank == payment_rank::voided || state.rank == payment_rank::charged_back)
    return refuse("nothing_left");
  state.refund_requested = true;
  keep(state, out);
  out.events.push_back(make_emitted(payment_refund_requested{
      head<payment_refund_requested>(),
      {std::string(input.key), state.payment_id, named_uuid("refund:" + std::string(input.key)),
       amount, state.currency, std::string(text_at(input.event->detail(), "/data/reason"))}}));
}

void payments_logic::on_webhook(const group::step_input& input, group::step_output& out) const {
  auto& event = *input.event;
  auto read = notice_of(event);
  if (!read.notice) {
    out.events.push_back(refuse_notice(event, {}, read.fault.reason, read.fault.pointer));
    return;
  }
  auto& notice = *read.notice;
  if (!input.state) {
    out.events.push_back(refuse_notice(event, notice, "unknown_order"));
    return;
  }
  auto state = read_state(*input.state);
  auto outcome = apply_notice(state, notice);
  if (outcome.duplicate)
    return;
  if (!outcome.refused.empty()) {
    out.events.push_back(refuse_notice(event, notice, outcome.refused));
    return;
  }
  keep(state, out);
  for (auto& fact : outcome.facts) {
    auto status = fact.success ? event_status::succeeded : event_status::failed;
    payment_event said{make_metadata(payments_service, json_name(fact.type), status), {}};
    said.data.order_id = input.key;
    said.data.lego_payment_id = payment_id_of(input.key);
    said.data.payment_reference = notice.payment_id;
    said.data.amount_minor = fact.amount_minor;
    said.data.currency = notice.currency;
    said.data.country_code = state.country_code;
    said.data.event_date = to_rfc3339(notice.occurred_at_ms.value_or(event.ingested_at_ms));
    said.data.merchant_account = options_.merchant_account;
    if (!fact.success)
      said.data.reason = notice.reason;
    out.events.push_back(make_emitted(said));
  }
}

std::shared_ptr<const group::group_logic> make_payments(payments_options options) {
  return std::make_shared<payments_logic>(std::move(options));
}

} // namespace baseplate::payments
