#include "actors/session_monitor/logic/session_logic.hpp"

#include "actors/group/logic/detail.hpp"
#include "messages/json/utf8.hpp"
#include "messages/session_monitor.hpp"

#include <algorithm>
#include <stdexcept>

namespace baseplate::session_monitor {

namespace {

/// Longest session id taken, in bytes; a longer one is not a session of ours.
constexpr std::size_t session_id_bytes_max = 256;
/// Visitor and site ids are cut here, so that a state stays small.
constexpr std::size_t kept_text_bytes_max = 128;

constexpr std::string_view wall_timer = "idle";
constexpr std::string_view event_timer = "idle-event-time";
constexpr std::string_view expired = "EXPIRED";

std::string_view meta_text(const group::event_view& event, const char* name) {
  std::string_view text;
  if (event.detail()["meta_data"][name].get_string().get(text) != simdjson::SUCCESS)
    return {};
  return text;
}

group::emitted_event say(std::string_view type, std::string_view session_id,
                         const session_state& state, unix_ms idle_ms) {
  session_event said{make_metadata(session_service, type), {}};
  auto& data = said.data;
  data.session_id = session_id;
  data.user_id = state.user_id;
  data.site_id = state.site_id;
  data.started_at_ms = state.started_ms;
  data.last_seen_at_ms = state.last_seen_ms;
  if (type == expired) {
    data.expired_at_ms = state.last_seen_ms + idle_ms;
    data.idle_seconds = static_cast<std::uint32_t>(idle_ms / 1000);
  }
  data.events = state.events;
  data.time = state.event_time ? session_time::event : session_time::arrival;
  return group::make_emitted(said);
}

} // namespace

session_logic::session_logic(session_monitor_options options) : options_(options) {
  if (options.idle_ms < 1000 || options.idle_ms > 86'400'000)
    throw std::invalid_argument("session_monitor: idle_ms must be 1000 to 86400000");
  if (options.renew_interval_ms < 0 || options.history_after_ms < 0 || options.lateness_ms < 0)
    throw std::invalid_argument("session_monitor: intervals must not be negative");
}

std::string session_logic::pattern() const {
  return R"({"detail":{"meta_data":{"event_type":["page_event"]}}})";
}

std::optional<std::string> session_logic::key_of(const group::event_view& event) const {
  auto id = meta_text(event, "session_cookie_id");
  if (id.empty() || id.size() > session_id_bytes_max)
    return std::nullopt;
  return std::string(id);
}

std::optional<unix_ms> session_logic::event_time_of(const group::event_view& event) const {
  std::int64_t timestamp = 0;
  if (event.detail()["meta_data"]["timestamp"].get_int64().get(timestamp) != simdjson::SUCCESS)
    return std::nullopt;
  // Before 1970 or far from it: not a time that sums can be trusted with.
  if (timestamp <= 0 || timestamp >= event.ingested_at_ms - options_.history_after_ms)
    return std::nullopt;
  return timestamp;
}

group::step_output session_logic::step(const group::step_input& input) const {
  group::step_output out;
  if (input.event)
    on_page_event(input, out);
  else
    on_idle(input, out);
  return out;
}

void session_logic::on_page_event(const group::step_input& input, group::step_output& out) const {
  auto history = event_time_of(*input.event);
  auto at = history ? *history : input.event->ingested_at_ms;
  std::optional<session_state> state;
  std::optional<bool> was_event_time;
  if (input.state) {
    state = decode(*input.state);
    if (!state)
      throw std::runtime_error("session_monitor: state cannot be read");
    was_event_time = state->event_time;
  }
  // Older than the running session by more than a session may be quiet: it belongs to one that is
  // long over.
  if (state && at + options_.idle_ms <= state->started_ms)
    return;
  if (state && at >= state->last_seen_ms + options_.idle_ms) {
    out.events.push_back(say(expired, input.key, *state, options_.idle_ms));
    state.reset();
  }
  if (!state) {
    auto kept = [&](const char* name) {
      return std::string(utf8_prefix(meta_text(*input.event, name), kept_text_bytes_max));
    };
    state = session_state{
        at, at, at, 1, history.has_value(), kept("cross_session_cookie_id"), kept("site_id")};
    out.events.push_back(say("STARTED", input.key, *state, options_.idle_ms));
  } else {
    state->started_ms = std::min(state->started_ms, at);
    state->last_seen_ms = std::max(state->last_seen_ms, at);
    state->events += 1;
    // A live event takes an imported session over into arrival time; the reverse does not happen:
    // the watermark may stand far ahead of, or far behind, a live session.
    state->event_time = state->event_time && history.has_value();
    if (at - state->announced_ms >= options_.renew_interval_ms) {
      state->announced_ms = at;
      out.events.push_back(say("RENEWED", input.key, *state, options_.idle_ms));
    }
  }
  out.effect = group::state_effect::replace;
  out.state = encode(*state);
  auto due = state->last_seen_ms + options_.idle_ms;
  out.timers_set.push_back(
      {std::string(state->event_time ? event_timer : wall_timer), due, state->event_time});
  if (was_event_time && *was_event_time != state->event_time)
    out.timers_cleared.emplace_back(*was_event_time ? event_timer : wall_timer);
}

void session_logic::on_idle(const group::step_input& input, group::step_output& out) const {
  if (!input.state)
    return;
  auto state = decode(*input.state);
  if (!state)
    throw std::runtime_error("session_monitor: state cannot be read");
  // A timer that was moved and fires all the same is answered by the state, not by the timer.
  auto due = state->last_seen_ms + options_.idle_ms;
  if (input.timer->event_time != state->event_time || input.timer->due_ms < due)
    return;
  out.events.push_back(say(expired, input.key, *state, options_.idle_ms));
  out.effect = group::state_effect::erase;
}

std::shared_ptr<const group::group_logic> make_session_monitor(session_monitor_options options) {
  return std::make_shared<session_logic>(options);
}

} // namespace baseplate::session_monitor
