// What a supervisor tells about its children: a report on each thing that happened, and a list of
// what is there now.
#pragma once

#include "actors/supervision/logic/restart_policy.hpp"
#include "messages/identity.hpp"

#include <caf/actor.hpp>
#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::supervision {

enum class supervision_event : std::uint8_t {
  /// The first incarnation of a child is ready.
  started,
  /// A later incarnation is ready; `reason` says why the one before ended.
  restarted,
  /// A child ended by itself and its type wants a restart, `delay_ms` from now.
  failed,
  /// A child ended as it was asked to, or for good.
  stopped,
  /// An incarnation could not be started or did not confirm in time.
  failed_start,
  /// The supervisor gives up: it stops all children and ends.
  escalated,
  /// A child did not stop before its deadline and is being killed.
  killed,
  /// A killed child did not end either. The supervisor goes on without it and ends.
  abandoned,
};

std::string_view to_string(supervision_event x);

struct supervision_report {
  /// Of the supervisor, e.g. "node/groups".
  std::string path;
  /// The child's id.
  std::string child;
  supervision_event event = supervision_event::started;
  /// Why; empty for a first start.
  std::string reason;
  /// Restarts of this child since its supervisor started.
  std::uint64_t restart_count = 0;
  /// Restarts that count against the intensity now.
  std::uint32_t window_count = 0;
  restart_strategy strategy = restart_strategy::one_for_one;
  /// Wait before the restart; 0 for other events.
  std::int64_t delay_ms = 0;
  unix_ms at_ms = 0;
};

/// Called in the supervisor's thread for each report. Must not block; if it throws, the report is
/// lost and a line is logged.
using report_function = std::function<void(const supervision_report&)>;

enum class child_state : std::uint8_t {
  /// Spawned, not ready yet.
  starting,
  running,
  /// Asked to stop, or being killed.
  stopping,
  /// Ended; will be started.
  restarting,
  /// Not started yet, or ended for good.
  stopped,
};

std::string_view to_string(child_state x);

enum class child_kind : std::uint8_t { worker, supervisor };

/// Asks a supervisor for its children; answered with `children`.
struct get_children {};

struct child_status {
  std::string id;
  child_kind kind = child_kind::worker;
  child_state state = child_state::stopped;
  std::uint64_t restarts = 0;
  /// Why the latest incarnation that ended did so; empty: none has.
  std::string last_reason;
  /// Since the running incarnation was ready; 0 if none is.
  std::int64_t uptime_ms = 0;
  /// The stable address. A supervisor among the children can be asked through it.
  caf::actor address;
};

struct children {
  std::string path;
  /// In start order.
  std::vector<child_status> entries;
};

/// From a supervisor to a child with `awaits_start`: answer with `child_started` to the sender once
/// you are ready. If you cannot be, quit with the reason. A supervisor answers it, too.
struct start_check {};

struct child_started {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, get_children&) {
  return f(caf::meta::type_name("get_children"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, child_status& x) {
  return f(caf::meta::type_name("child_status"), x.id, x.kind, x.state, x.restarts, x.last_reason,
           x.uptime_ms, x.address);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, children& x) {
  return f(caf::meta::type_name("children"), x.path, x.entries);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, start_check&) {
  return f(caf::meta::type_name("start_check"));
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, child_started&) {
  return f(caf::meta::type_name("child_started"));
}

} // namespace baseplate::supervision
