// Tells browsers and partners how an order stands. Options, factory, stream route; nothing else.
// Spec: README.md beside this file, docs/spec/shop.md.
// Threads: the logic and the routes are immutable; any thread may call them.
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "messages/http.hpp"

#include <memory>
#include <string>
#include <vector>

namespace baseplate::notifications {

/// Settings of the group. Out of range values throw std::invalid_argument from the functions below.
struct notifications_options {
  std::string bus = "default";
  /// Time after an order's last change when its status is forgotten, in ms; from 1 day. A later
  /// event of the order is told as if it were its first.
  unix_ms status_kept_ms = std::int64_t{90} * 86'400'000;
};

/// The group "notifications".
std::shared_ptr<const group::group_logic> make_notifications(notifications_options options = {});

/// GET /v1/shop/orders/{id}/events (SSE): what happened to this order so far, then what happens.
std::vector<http_stream_route> notifications_streams(notifications_options options = {});

} // namespace baseplate::notifications
