// The domain groups that this binary can run. main.cpp passes shop_groups(); a test node may add
// its own.
#pragma once

#include "actors/group/logic/group_logic.hpp"
#include "app/config.hpp"
#include "messages/http.hpp"

#include <boost/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::app {

/// What a group brings to a node.
struct group_parts {
  std::shared_ptr<const group::group_logic> logic;
  std::vector<http_route> routes;
  std::vector<http_stream_route> streams;
};

/// A kind of group, by the name that configuration uses.
struct group_module {
  std::string name;
  /// Faults in the group's options; empty: they may be used.
  std::function<std::vector<option_fault>(const boost::json::object& options)> check;
  /// @pre check(options) found nothing.
  std::function<group_parts(const boost::json::object& options, const std::string& bus)> make;
};

/// checkout, payments, campaigns, notifications, session_monitor and those that scripts/new-group
/// added.
std::vector<group_module> shop_groups();

} // namespace baseplate::app
