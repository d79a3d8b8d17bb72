// Sessions of a web site from its page events: STARTED, RENEWED, EXPIRED. Options, factory; nothing
// else. Spec:    README.md beside this file; docs/spec/shop.md Threads: the logic is immutable; any
// thread may step it.
#pragma once

#include "actors/group/logic/group_logic.hpp"

#include <memory>
#include <string>

namespace baseplate::session_monitor {

/// Settings of the group. Out of range values throw std::invalid_argument from the factory.
struct session_monitor_options {
  /// Time without a page event after which a session is over, in ms; 1,000 to 86,400,000.
  unix_ms idle_ms = 30 * 60'000;
  /// RENEWED is said at most once per session and this many ms; the session itself is prolonged by
  /// every page event. 0: with each one (costs one event out per event in).
  unix_ms renew_interval_ms = 5 * 60'000;
  /// An event whose own timestamp is older than its arrival by more than this many ms is imported
  /// history and goes by its timestamp; all others go by their arrival, because client clocks are
  /// not trusted. From 0.
  unix_ms history_after_ms = 60 * 60'000;
  /// How much imported events may be out of order, in ms of event time, before a session is closed
  /// over them.
  unix_ms lateness_ms = 5 * 60'000;
};

/// The group "session_monitor".
std::shared_ptr<const group::group_logic> make_session_monitor(session_monitor_options options
                                                               = {});

} // namespace baseplate::session_monitor
