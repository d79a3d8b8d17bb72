// Decides when a session starts, is renewed and expires. Pure: one key (session_cookie_id), one
// state, one timer. Invariants: STARTED and EXPIRED alternate per session; EXPIRED is said for the
// time last seen + idle, whether the
//             timer fires first or the next event comes first; a session is in one time domain at a
//             time.
#pragma once

#include "actors/session_monitor/logic/session_state.hpp"
#include "actors/session_monitor/session_monitor.hpp"

namespace baseplate::session_monitor {

class session_logic final : public group::group_logic {
 public:
  explicit session_logic(session_monitor_options options);

  std::string_view name() const override { return "session_monitor"; }

  std::string pattern() const override;
  std::optional<std::string> key_of(const group::event_view& event) const override;
  std::optional<unix_ms> event_time_of(const group::event_view& event) const override;

  unix_ms lateness_ms() const override { return options_.lateness_ms; }

  group::step_output step(const group::step_input& input) const override;

 private:
  void on_page_event(const group::step_input& input, group::step_output& out) const;
  void on_idle(const group::step_input& input, group::step_output& out) const;
  session_monitor_options options_;
};

} // namespace baseplate::session_monitor
