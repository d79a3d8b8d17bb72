// Orders: the command that places one, and what became of it. One saga per order.
#pragma once

#include "messages/shop.hpp"

#include <optional>
#include <string>
#include <vector>

namespace baseplate {

/// Who buys.
struct customer {
  std::string id;
  std::string email;
  /// May be sent more than what the order itself needs.
  bool marketing_consent = false;
};
BOOST_DESCRIBE_STRUCT(customer, (), (id, email, marketing_consent))

constexpr auto member_rules(const customer*) {
  return std::array{
      member_rule{.member = "id", .length_min = 1, .length_max = 128, .example = "c-1001"},
      member_rule{.member = "email",
                  .description = "Where the order is acknowledged to.",
                  .length_min = 3,
                  .length_max = 254,
                  .format = "email",
                  .example = "ada@example.com",
                  .secret = true},
      member_rule{.member = "marketing_consent",
                  .description = "May be sent more than what the order itself needs.",
                  .defaulted = true},
  };
}

struct order_item {
  std::string sku;
  std::uint32_t quantity = 1;
  /// Of one piece.
  std::int64_t price_minor = 0;
};
BOOST_DESCRIBE_STRUCT(order_item, (), (sku, quantity, price_minor))

/// Items of one order at most.
inline constexpr std::uint32_t order_items_max = 100;

constexpr auto member_rules(const order_item*) {
  return std::array{
      member_rule{.member = "sku", .length_min = 1, .length_max = 64, .example = "10281"},
      member_rule{.member = "quantity", .minimum = 1, .maximum = 999},
      member_rule{.member = "price_minor",
                  .description = "Of one piece, in the currency's smallest unit.",
                  .minimum = 0,
                  .maximum = 1'000'000'000},
  };
}

/// Command: POST /v1/shop/orders.
struct place_order {
  struct customer customer;
  /// "en-GB"
  std::string locale;
  /// ISO 3166-1, two capital letters.
  std::string country_code;
  /// ISO 4217, three capital letters.
  std::string currency;
  std::vector<order_item> items;
  /// The browser's session: an order ends the reminder about its basket. Optional.
  std::optional<std::string> session_id;
};
BOOST_DESCRIBE_STRUCT(place_order, (),
                      (customer, locale, country_code, currency, items, session_id))

constexpr auto member_rules(const place_order*) {
  return std::array{
      shop_rules::locale,
      member_rule{.member = "country_code",
                  .description = "ISO 3166-1 alpha-2 code.",
                  .length_min = 2,
                  .length_max = 2,
                  .example = "GB"},
      member_rule{.member = "currency",
                  .description = "ISO 4217 code.",
                  .length_min = 3,
                  .length_max = 3,
                  .example = "EUR"},
      member_rule{.member = "items", .length_min = 1, .length_max = order_items_max},
      shop_rules::session_id,
  };
}

struct order_placed_data {
  std::string order_id;
  struct customer customer;
  std::string locale;
  std::string country_code;
  money total;
  std::vector<order_item> items;
  std::optional<std::string> session_id;
};
BOOST_DESCRIBE_STRUCT(order_placed_data, (),
                      (order_id, customer, locale, country_code, total, items, session_id))

constexpr auto member_rules(const order_placed_data*) {
  return std::array{
      shop_rules::order_id,
      shop_rules::locale,
      member_rule{.member = "country_code", .length_min = 2, .length_max = 2, .example = "GB"},
      member_rule{.member = "items", .length_min = 1, .length_max = order_items_max},
      shop_rules::session_id,
  };
}

/// Event: an order was taken; nothing is paid yet. metadata.type ORDER_PLACED.
struct order_placed {
  static constexpr std::string_view detail_type = "order_placed";
  static constexpr const shop_service& origin = checkout_service;
  static constexpr std::string_view type = "ORDER_PLACED";
  event_metadata metadata;
  order_placed_data data;
};
BOOST_DESCRIBE_STRUCT(order_placed, (), (metadata, data))

struct order_complete_data {
  std::string order_id;
  struct customer customer;
  std::string locale;
  money total;
  std::vector<order_item> items;
  /// What the provider calls the payment.
  std::string payment_reference;
};
BOOST_DESCRIBE_STRUCT(order_complete_data, (),
                      (order_id, customer, locale, total, items, payment_reference))

constexpr auto member_rules(const order_complete_data*) {
  return std::array{
      shop_rules::order_id,
      shop_rules::locale,
      member_rule{.member = "items", .length_min = 1, .length_max = order_items_max},
      member_rule{.member = "payment_reference", .length_max = 128, .example = "T000012345"},
  };
}

/// Event: the payment was authorised; an end state. metadata.type ORDER_COMPLETE.
struct order_complete {
  static constexpr std::string_view detail_type = "order_complete";
  static constexpr const shop_service& origin = checkout_service;
  static constexpr std::string_view type = "ORDER_COMPLETE";
  event_metadata metadata;
  order_complete_data data;
};
BOOST_DESCRIBE_STRUCT(order_complete, (), (metadata, data))

struct order_cancelled_data {
  std::string order_id;
  struct customer customer;
  money total;
  /// "payment_declined", "payment_timeout".
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(order_cancelled_data, (), (order_id, customer, total, reason))

constexpr auto member_rules(const order_cancelled_data*) {
  return std::array{
      shop_rules::order_id,
      member_rule{
          .member = "reason", .length_min = 1, .length_max = 256, .example = "payment_declined"},
  };
}

/// Event: not paid, or not in time; an end state. metadata.type ORDER_CANCELLED.
struct order_cancelled {
  static constexpr std::string_view detail_type = "order_cancelled";
  static constexpr const shop_service& origin = checkout_service;
  static constexpr std::string_view type = "ORDER_CANCELLED";
  event_metadata metadata;
  order_cancelled_data data;
};
BOOST_DESCRIBE_STRUCT(order_cancelled, (), (metadata, data))

} // namespace baseplate
