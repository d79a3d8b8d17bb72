#include "actors/campaigns/logic/campaigns_logic.hpp"

#include "actors/campaigns/logic/customer_state.hpp"
#include "actors/campaigns/logic/mail_texts.hpp"
#include "actors/group/logic/detail.hpp"
#include "messages/json/decode.hpp"
#include "messages/json/simdjson_source.hpp"
#include "messages/json/utf8.hpp"
#include "messages/session_monitor.hpp"
#include "messages/shop_requests.hpp"

#include <algorithm>
#include <stdexcept>

namespace baseplate::campaigns {

using group::make_emitted;
using group::text_at;

namespace {

constexpr std::string_view order_prefix = "order/";
constexpr std::string_view customer_prefix = "customer/";
constexpr std::string_view abandoned_timer = "basket-abandoned";
constexpr std::string_view forget_timer = "forget";
constexpr std::size_t id_bytes_max = 128;
constexpr std::size_t email_bytes_max = 254;
/// All that there is to know of an acknowledged order.
constexpr std::string_view acknowledged = R"({"acknowledged":true})";

std::optional<std::string> key(std::string_view prefix, std::string_view id) {
  if (id.empty() || id.size() > id_bytes_max)
    return std::nullopt;
  return std::string(prefix) + std::string(id);
}

std::string_view customer_of(const group::step_input& input) {
  return input.key.substr(customer_prefix.size());
}

/// Could be mailed to, and cannot split a header. Whether it exists is the mail server's business.
bool is_address(std::string_view text) {
  auto at = text.find('@');
  return text.size() <= email_bytes_max && at != std::string_view::npos && at > 0
         && at + 1 < text.size() && std::none_of(text.begin(), text.end(), [](unsigned char c) {
              return c <= 0x20 || c >= 0x7F || c == '<' || c == '>';
            });
}

customer_state read_state(const std::string* text) {
  if (!text)
    return {};
  auto state = from_json_text<customer_state>(*text);
  if (!state)
    throw std::runtime_error("campaigns: state cannot be read: " + state.error().message);
  return std::move(*state);
}

bool is_basket_page(std::string_view page_type) {
  return page_type == "bag" || page_type == "checkout";
}

} // namespace

campaigns_logic::campaigns_logic(campaigns_options options) : options_(std::move(options)) {
  if (options_.basket_abandoned_after_ms < 1000
      || options_.basket_abandoned_after_ms > std::int64_t{30} * 86'400'000)
    throw std::invalid_argument("campaigns: basket_abandoned_after_ms must be 1000 to 2592000000");
  if (options_.marketing_interval_ms < 0
      || options_.marketing_interval_ms > std::int64_t{365} * 86'400'000)
    throw std::invalid_argument("campaigns: marketing_interval_ms must be 0 to 31536000000");
  if (options_.kept_ms < 86'400'000 || options_.kept_ms < options_.marketing_interval_ms
      || options_.kept_ms < options_.basket_abandoned_after_ms)
    throw std::invalid_argument(
        "campaigns: kept_ms must be 86400000 or more, and not below the other two");
  auto& domain = options_.message_id_domain;
  auto good = std::all_of(domain.begin(), domain.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
           || c == '-';
  });
  if (domain.empty() || domain.size() > 100 || !good)
    throw std::invalid_argument("campaigns: message_id_domain must be 1 to 100 of A-Z a-z 0-9 . -");
  auto& shop = options_.shop_name;
  auto control = std::any_of(shop.begin(), shop.end(),
                             [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (shop.empty() || shop.size() > 100 || control || !is_utf8(shop))
    throw std::invalid_argument("campaigns: shop_name must be 1 to 100 bytes without control "
                                "characters");
}

std::string campaigns_logic::pattern() const {
  return R"({"detail-type":["order_complete","order_placed","page_event","consent_changed"]})";
}

std::optional<std::string> campaigns_logic::key_of(const group::event_view& event) const {
  if (event.detail_type == page_event::detail_type) {
    if (!is_basket_page(text_at(event.detail(), "/data/page_type"))
        || !is_address(text_at(event.detail(), "/data/customer/email")))
      return std::nullopt;
    return key(customer_prefix, text_at(event.detail(), "/data/customer/id"));
  }
  if (event.detail_type == consent_changed::detail_type)
    return key(customer_prefix, text_at(event.detail(), "/data/customer_id"));
  if (event.source != checkout_service.service)
    return std::nullopt;
  if (event.detail_type == order_complete::detail_type)
    return key(order_prefix, text_at(event.detail(), "/data/order_id"));
  return key(customer_prefix, text_at(event.detail(), "/data/customer/id"));
}

group::step_output campaigns_logic::step(const group::step_input& input) const {
  group::step_output out;
  if (input.timer) {
    if (input.timer->name == abandoned_timer)
      on_abandoned(input, out);
    else if (input.timer->name == forget_timer)
      out.effect = group::state_effect::erase;
    return out;
  }
  auto& event = *input.event;
  if (event.detail_type == order_complete::detail_type)
    on_order_complete(input, out);
  else if (event.detail_type == order_placed::detail_type)
    on_order_placed(input, out);
  else if (event.detail_type == consent_changed::detail_type)
    on_consent(input, out);
  else
    on_basket(input, out);
  if (out.effect == group::state_effect::replace)
    out.timers_set.push_back({std::string(forget_timer), input.now_ms + options_.kept_ms, false});
  return out;
}

void campaigns_logic::on_order_complete(const group::step_input& input,
                                        group::step_output& out) const {
  if (input.state)
    return;
  auto order = from_json<order_complete>(input.event->detail(), strictness::lenient);
  // Not one that checkout says: nothing to acknowledge, and nobody to ask.
  if (!order || !is_address(order->data.customer.email))
    return;
  out.events.push_back(make_emitted(mail_requested{
      make_metadata(campaigns_service, mail_requested::type),
      acknowledgement(order->data, options_.shop_name, options_.message_id_domain)}));
  out.effect = group::state_effect::replace;
  out.state = acknowledged;
}

void campaigns_logic::on_basket(const group::step_input& input, group::step_output& out) const {
  auto state = read_state(input.state);
  const auto detail = input.event->detail();
  state.email = text_at(detail, "/data/customer/email");
  bool consent = false;
  // A page that does not say keeps what was said before.
  if (detail.at_pointer("/data/customer/marketing_consent").get_bool().get(consent)
      == simdjson::SUCCESS)
    state.marketing_consent = consent;
  state.session_id = utf8_prefix(text_at(detail, "/meta_data/session_cookie_id"), id_bytes_max);
  state.basket_seen_ms = input.now_ms;
  out.timers_set.push_back(
      {std::string(abandoned_timer), input.now_ms + options_.basket_abandoned_after_ms, false});
  out.effect = group::state_effect::replace;
  out.state = to_json_text(state);
}

void campaigns_logic::on_order_placed(const group::step_input& input,
                                      group::step_output& out) const {
  // A customer who never left a basket costs no state for ordering.
  if (!input.state)
    return;
  auto state = read_state(input.state);
  bool consent = false;
  if (input.event->detail().at_pointer("/data/customer/marketing_consent").get_bool().get(consent)
      == simdjson::SUCCESS)
    state.marketing_consent = consent;
  state.basket_seen_ms = 0;
  out.timers_cleared.emplace_back(abandoned_timer);
  out.effect = group::state_effect::replace;
  out.state = to_json_text(state);
}

void campaigns_logic::on_consent(const group::step_input& input, group::step_output& out) const {
  auto changed = from_json<consent_changed>(input.event->detail(), strictness::lenient);
  // Consent of somebody unknown is not kept: a basket says it again, and none means no.
  if (!changed || !input.state)
    return;
  auto state = read_state(input.state);
  state.marketing_consent = changed->data.marketing_consent;
  out.effect = group::state_effect::replace;
  out.state = to_json_text(state);
}

void campaigns_logic::on_abandoned(const group::step_input& input, group::step_output& out) const {
  auto state = read_state(input.state);
  if (state.basket_seen_ms == 0)
    return;
  auto mail = reminder(customer_of(input), state.email, state.session_id, state.basket_seen_ms,
                       options_.shop_name, options_.message_id_domain);
  state.basket_seen_ms = 0;
  auto capped = state.marketing_mail_ms > 0
                && input.now_ms - state.marketing_mail_ms < options_.marketing_interval_ms;
  if (!state.marketing_consent || capped) {
    mail_suppressed suppressed{
        make_metadata(campaigns_service, mail_suppressed::type, event_status::failed),
        {mail.message_id, std::string(customer_of(input)),
         capped && state.marketing_consent ? "frequency_cap" : "no_consent"}};
    out.events.push_back(make_emitted(suppressed));
  } else {
    state.marketing_mail_ms = input.now_ms;
    out.events.push_back(make_emitted(
        mail_requested{make_metadata(campaigns_service, mail_requested::type), std::move(mail)}));
  }
  out.effect = group::state_effect::replace;
  out.state = to_json_text(state);
}

std::shared_ptr<const group::group_logic> make_campaigns(campaigns_options options) {
  return std::make_shared<campaigns_logic>(std::move(options));
}

} // namespace baseplate::campaigns
