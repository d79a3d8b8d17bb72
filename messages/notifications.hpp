// Pushes: the few fields of a payment or order event that a browser or a partner may see.
#pragma once

#include "messages/identity.hpp"
#include "messages/shop.hpp"

#include <optional>
#include <string>

namespace baseplate {

struct push_data {
  std::string order_id;
  /// metadata.type of what happened: "ORDER_PLACED", "AUTHORISATION", ...
  std::string event;
  event_status status = event_status::succeeded;
  std::optional<std::string> reason;
  /// Unix time in ms at which the node took the event that this tells of.
  unix_ms at_ms = 0;
};
BOOST_DESCRIBE_STRUCT(push_data, (), (order_id, event, status, reason, at_ms))

constexpr auto member_rules(const push_data*) {
  return std::array{
      member_rule{.member = "order_id",
                  .length_min = 1,
                  .length_max = 128,
                  .example = "0d9a44a1-7b7c-8c3e-9a54-2f1d0c6b7e11"},
      member_rule{.member = "event", .length_min = 1, .length_max = 64, .example = "AUTHORISATION"},
      member_rule{.member = "reason", .length_max = 256, .example = "declined_by_issuer"},
      member_rule{.member = "at_ms",
                  .json = "at",
                  .description = "Unix time in milliseconds.",
                  .minimum = 0},
  };
}

/// Event: tell whoever watches this order.
struct push {
  static constexpr std::string_view detail_type = "push";
  static constexpr const shop_service& origin = notifications_service;
  static constexpr std::string_view type = "PUSH";
  event_metadata metadata;
  push_data data;
};
BOOST_DESCRIBE_STRUCT(push, (), (metadata, data))

} // namespace baseplate
