// What browsers and partners may know of an order: its progress and nothing else.
#pragma once

#include "messages/shop.hpp"

#include <string>

namespace baseplate {

struct order_status_changed_data {
  std::string order_id;
  /// PLACED, PAYMENT_AUTHORISED, PAYMENT_REFUSED, COMPLETE, CANCELLED, REFUNDED, CHARGED_BACK.
  std::string status;
  /// RFC 3339, UTC.
  std::string time;
};
BOOST_DESCRIBE_STRUCT(order_status_changed_data, (), (order_id, status, time))

constexpr auto member_rules(const order_status_changed_data*) {
  return std::array{
      shop_rules::order_id,
      member_rule{.member = "status", .example = "COMPLETE"},
      member_rule{.member = "time", .format = "date-time", .example = "2026-01-31T12:00:00Z"},
  };
}

/// Event: what browsers and partners may know of an order. metadata.type ORDER_STATUS_CHANGED.
struct order_status_changed {
  static constexpr std::string_view detail_type = "order_status_changed";
  static constexpr const shop_service& origin = notifications_service;
  static constexpr std::string_view type = "ORDER_STATUS_CHANGED";
  event_metadata metadata;
  order_status_changed_data data;
};
BOOST_DESCRIBE_STRUCT(order_status_changed, (), (metadata, data))

} // namespace baseplate
