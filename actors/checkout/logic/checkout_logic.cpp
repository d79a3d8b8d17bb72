#include "actors/checkout/logic/checkout_logic.hpp"

#include "actors/checkout/logic/order_request.hpp"
#include "actors/group/logic/detail.hpp"
#include "messages/json/decode.hpp"
#include "messages/json/simdjson_source.hpp"
#include "messages/shop_requests.hpp"

#include <stdexcept>

namespace baseplate::checkout {

using group::make_emitted;
using group::text_at;

namespace {

constexpr std::string_view timeout_timer = "payment-timeout";
constexpr std::string_view forget_timer = "forget";
constexpr std::size_t order_id_bytes_max = 128;

template <class Event>
event_metadata head(event_status status = event_status::succeeded) {
  return make_metadata(checkout_service, Event::type, status);
}

std::string placed_answer(std::string_view order_id, const order_state& state) {
  order_accepted answer;
  answer.order_id = order_id;
  answer.placed_at = to_rfc3339(state.placed_at_ms);
  answer.total = total_of(state.order);
  answer.events = "/v1/shop/orders/" + answer.order_id + "/events";
  return to_json_text(answer);
}

void reply(const group::step_input& input, int status, std::string body, group::step_output& out) {
  out.replies.push_back({std::string(input.event->id), status, std::move(body)});
}

order_state read_state(const std::string& text) {
  auto state = from_json_text<order_state>(text);
  if (!state)
    throw std::runtime_error("checkout: state cannot be read: " + state.error().message);
  return std::move(*state);
}

void keep(const order_state& state, group::step_output& out) {
  out.effect = group::state_effect::replace;
  out.state = to_json_text(state);
}

} // namespace

void check_options(const checkout_options& options) {
  if (options.payment_timeout_ms < 1000 || options.payment_timeout_ms > 7 * 86'400'000)
    throw std::invalid_argument("checkout: payment_timeout_ms must be 1000 to 604800000");
  if (options.order_kept_ms < 86'400'000)
    throw std::invalid_argument("checkout: order_kept_ms must be 86400000 or more");
  if (options.order_bytes_max < 1024 || options.order_bytes_max > 1024 * 1024)
    throw std::invalid_argument("checkout: order_bytes_max must be 1024 to 1048576");
}

checkout_logic::checkout_logic(checkout_options options) : options_(std::move(options)) {
  check_options(options_);
}

std::string checkout_logic::pattern() const {
  return R"({"source":["service-checkout","service-payments"],)"
         R"("detail-type":["place_order","payment"],)"
         R"("detail":{"metadata":{"type":["PLACE_ORDER","AUTHORISATION"]}}})";
}

std::optional<std::string> checkout_logic::key_of(const group::event_view& event) const {
  auto order_id = text_at(event.detail(), "/data/order_id");
  if (order_id.empty() || order_id.size() > order_id_bytes_max)
    return std::nullopt;
  return std::string(order_id);
}

group::step_output checkout_logic::step(const group::step_input& input) const {
  group::step_output out;
  if (input.timer) {
    if (input.timer->name == timeout_timer)
      on_timeout(input, out);
    else if (input.timer->name == forget_timer)
      out.effect = group::state_effect::erase;
  } else if (input.event->detail_type == place_order_command::detail_type) {
    on_place_order(input, out);
  } else {
    on_authorisation(input, out);
  }
  return out;
}

void checkout_logic::on_place_order(const group::step_input& input, group::step_output& out) const {
  // The route has checked the order already; but a command may also come from anybody who may
  // publish.
  simdjson::dom::element body;
  std::string text;
  if (input.event->detail().at_pointer("/data/order").get(body) == simdjson::SUCCESS)
    text = simdjson::minify(body);
  auto read = parse_order_request(text);
  if (!read.order) {
    auto& fault = read.fault;
    out.events.push_back(make_emitted(
        order_refused{head<order_refused>(event_status::failed),
                      {std::string(input.key), fault.code, fault.message, fault.pointer}}));
    return reply(input, 400, error_response(400, fault.code, fault.message, fault.pointer).body,
                 out);
  }
  auto hash = named_uuid("order-request:" + to_json_text(*read.order));
  if (input.state) {
    auto state = read_state(*input.state);
    if (state.request_hash == hash)
      return reply(input, 201, placed_answer(input.key, state), out);
    return reply(input, 422,
                 error_response(422, "idempotency_key_reused",
                                "this Idempotency-Key came with another order",
                                "/headers/idempotency-key")
                     .body,
                 out);
  }
  order_state state;
  state.request_hash = std::move(hash);
  state.placed_at_ms = input.now_ms;
  state.order = std::move(*read.order);
  auto& order = state.order;
  out.events.push_back(make_emitted(
      order_placed{head<order_placed>(),
                   {std::string(input.key), order.customer, order.locale, order.country_code,
                    total_of(order), order.items, order.session_id}}));
  out.timers_set.push_back(
      {std::string(timeout_timer), input.now_ms + options_.payment_timeout_ms, false});
  keep(state, out);
  reply(input, 201, placed_answer(input.key, state), out);
}

void checkout_logic::on_authorisation(const group::step_input& input,
                                      group::step_output& out) const {
  // An order that is not ours, or was forgotten.
  if (!input.state)
    return;
  auto state = read_state(*input.state);
  auto status = text_at(input.event->detail(), "/metadata/status");
  if (status == "true" && state.status == order_status::placed)
    return complete(input, state, out);
  if (status == "false" && state.status == order_status::placed)
    return cancel(input, state, "payment_declined", out);
  if (status != "true" || state.status != order_status::cancelled || state.refund_requested)
    return;
  // Money for an order that was cancelled: it goes back.
  state.refund_requested = true;
  keep(state, out);
  out.events.push_back(make_emitted(
      refund_requested{head<refund_requested>(), {std::string(input.key), "order_cancelled"}}));
}

void checkout_logic::on_timeout(const group::step_input& input, group::step_output& out) const {
  if (!input.state)
    return;
  auto state = read_state(*input.state);
  if (state.status == order_status::placed)
    cancel(input, state, "payment_timeout", out);
}

void checkout_logic::complete(const group::step_input& input, order_state& state,
                              group::step_output& out) const {
  state.status = order_status::complete;
  auto& order = state.order;
  out.events.push_back(make_emitted(order_complete{
      head<order_complete>(),
      {std::string(input.key), order.customer, order.locale, total_of(order), order.items,
       std::string(text_at(input.event->detail(), "/data/paymentReference"))}}));
  end(input, state, out);
}

void checkout_logic::cancel(const group::step_input& input, order_state& state,
                            std::string_view reason, group::step_output& out) const {
  state.status = order_status::cancelled;
  out.events.push_back(make_emitted(order_cancelled{
      head<order_cancelled>(),
      {std::string(input.key), state.order.customer, total_of(state.order), std::string(reason)}}));
  end(input, state, out);
}

void checkout_logic::end(const group::step_input& input, const order_state& state,
                         group::step_output& out) const {
  out.timers_cleared.emplace_back(timeout_timer);
  out.timers_set.push_back(
      {std::string(forget_timer), input.now_ms + options_.order_kept_ms, false});
  keep(state, out);
}

std::shared_ptr<const group::group_logic> make_checkout(checkout_options options) {
  return std::make_shared<checkout_logic>(std::move(options));
}

} // namespace baseplate::checkout
