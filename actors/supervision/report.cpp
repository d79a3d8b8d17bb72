#include "actors/supervision/report.hpp"

namespace baseplate::supervision {

std::string_view to_string(supervision_event x) {
  switch (x) {
  case supervision_event::started:
    return "started";
  case supervision_event::restarted:
    return "restarted";
  case supervision_event::failed:
    return "failed";
  case supervision_event::stopped:
    return "stopped";
  case supervision_event::failed_start:
    return "failed_start";
  case supervision_event::escalated:
    return "escalated";
  case supervision_event::killed:
    return "killed";
  case supervision_event::abandoned:
    return "abandoned";
  }
  return "unknown";
}

std::string_view to_string(child_state x) {
  switch (x) {
  case child_state::starting:
    return "starting";
  case child_state::running:
    return "running";
  case child_state::stopping:
    return "stopping";
  case child_state::restarting:
    return "restarting";
  case child_state::stopped:
    return "stopped";
  }
  return "unknown";
}

} // namespace baseplate::supervision
