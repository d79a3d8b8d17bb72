#include "actors/notifications/logic/notifications_logic.hpp"

#include "actors/group/logic/detail.hpp"
#include "actors/notifications/logic/order_progress.hpp"
#include "messages/json/decode.hpp"
#include "messages/shop_requests.hpp"

#include <stdexcept>

namespace baseplate::notifications {

using group::text_at;

namespace {

constexpr std::string_view forget_timer = "forget";
constexpr std::size_t order_id_bytes_max = 128;

order_view read_state(const std::string* text) {
  if (!text)
    return {};
  auto state = from_json_text<order_view>(*text);
  if (!state)
    throw std::runtime_error("notifications: state cannot be read: " + state.error().message);
  return *state;
}

} // namespace

void check_options(const notifications_options& options) {
  if (options.status_kept_ms < 86'400'000)
    throw std::invalid_argument("notifications: status_kept_ms must be 86400000 or more");
}

notifications_logic::notifications_logic(notifications_options options)
    : options_(std::move(options)) {
  check_options(options_);
}

std::string notifications_logic::pattern() const {
  return R"({"source":["service-checkout","service-payments"],)"
         R"("detail-type":["order_placed","order_complete","order_cancelled","payment"]})";
}

std::optional<std::string> notifications_logic::key_of(const group::event_view& event) const {
  auto order_id = text_at(event.detail(), "/data/order_id");
  if (order_id.empty() || order_id.size() > order_id_bytes_max)
    return std::nullopt;
  return std::string(order_id);
}

group::step_output notifications_logic::step(const group::step_input& input) const {
  group::step_output out;
  if (input.timer) {
    if (input.timer->name == forget_timer)
      out.effect = group::state_effect::erase;
    return out;
  }
  auto& event = *input.event;
  auto state = read_state(input.state);
  auto& count
      = event.detail_type == payment_event::detail_type ? state.payment_events : state.order_events;
  count += 1;
  auto next = progress_of(text_at(event.detail(), "/metadata/type"),
                          text_at(event.detail(), "/metadata/status") == "true");
  if (next && moves_on(state.progress, *next)) {
    state.progress = *next;
    out.events.push_back(group::make_emitted(order_status_changed{
        make_metadata(notifications_service, order_status_changed::type),
        {std::string(input.key), std::string(json_name(*next)), to_rfc3339(input.now_ms)}}));
  }
  out.effect = group::state_effect::replace;
  out.state = to_json_text(state);
  out.timers_set.push_back(
      {std::string(forget_timer), input.now_ms + options_.status_kept_ms, false});
  return out;
}

std::shared_ptr<const group::group_logic> make_notifications(notifications_options options) {
  return std::make_shared<notifications_logic>(std::move(options));
}

} // namespace baseplate::notifications
