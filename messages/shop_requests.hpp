// What the shop's services ask of one another, what they refuse, and what they record on the way.
// The facts themselves are in checkout.hpp, payments.hpp, campaigns.hpp, notifications.hpp and
// session_monitor.hpp.
#pragma once

#include "messages/checkout.hpp"
#include "messages/identity.hpp"
#include "messages/notifications.hpp"
#include "messages/payments.hpp"
#include "messages/shop.hpp"

#include <optional>
#include <string>

namespace baseplate {

struct place_order_data {
  /// Follows from the Idempotency-Key, if there is one.
  std::string order_id;
  place_order order;
};
BOOST_DESCRIBE_STRUCT(place_order_data, (), (order_id, order))

constexpr auto member_rules(const place_order_data*) {
  return std::array{shop_rules::order_id};
}

/// Command on the bus: take this order. metadata.type PLACE_ORDER.
struct place_order_command {
  static constexpr std::string_view detail_type = "place_order";
  static constexpr const shop_service& origin = checkout_service;
  static constexpr std::string_view type = "PLACE_ORDER";
  event_metadata metadata;
  place_order_data data;
};
BOOST_DESCRIBE_STRUCT(place_order_command, (), (metadata, data))

struct order_refused_data {
  std::string order_id;
  /// A decode_errc's name, or what checkout's README lists.
  std::string code;
  std::string message;
  /// JSON Pointer into the order.
  std::string pointer;
};
BOOST_DESCRIBE_STRUCT(order_refused_data, (), (order_id, code, message, pointer))

/// Event: a command that is no order. metadata.type ORDER_REFUSED, status "false".
struct order_refused {
  static constexpr std::string_view detail_type = "order_refused";
  static constexpr const shop_service& origin = checkout_service;
  static constexpr std::string_view type = "ORDER_REFUSED";
  static constexpr event_status status = event_status::failed;
  event_metadata metadata;
  order_refused_data data;
};
BOOST_DESCRIBE_STRUCT(order_refused, (), (metadata, data))

struct refund_requested_data {
  std::string order_id;
  /// "order_cancelled"
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(refund_requested_data, (), (order_id, reason))

constexpr auto member_rules(const refund_requested_data*) {
  return std::array{
      shop_rules::order_id,
      member_rule{
          .member = "reason", .length_min = 1, .length_max = 256, .example = "order_cancelled"},
  };
}

/// Command on the bus: give this order's money back. metadata.type REFUND_REQUESTED.
struct refund_requested {
  static constexpr std::string_view detail_type = "refund_requested";
  static constexpr const shop_service& origin = checkout_service;
  static constexpr std::string_view type = "REFUND_REQUESTED";
  event_metadata metadata;
  refund_requested_data data;
};
BOOST_DESCRIBE_STRUCT(refund_requested, (), (metadata, data))

struct payment_refund_requested_data {
  std::string order_id;
  std::string payment_id;
  /// Ours, the same for every attempt.
  std::string refund_id;
  std::int64_t amount_minor = 0;
  std::string currency;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(payment_refund_requested_data, (),
                      (order_id, payment_id, refund_id, amount_minor, currency, reason))

/// Event: the provider is to be asked to give money back. A target subscriber carries it there.
struct payment_refund_requested {
  static constexpr std::string_view detail_type = "payment_refund_requested";
  static constexpr const shop_service& origin = payments_service;
  static constexpr std::string_view type = "PAYMENT_REFUND_REQUESTED";
  event_metadata metadata;
  payment_refund_requested_data data;
};
BOOST_DESCRIBE_STRUCT(payment_refund_requested, (), (metadata, data))

struct payment_request_refused_data {
  std::string order_id;
  /// What payments' README lists.
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(payment_request_refused_data, (), (order_id, reason))

/// Event: payments will not pay or refund. metadata.type says which, status "false".
struct payment_request_refused {
  static constexpr std::string_view detail_type = "payment_request_refused";
  static constexpr std::string_view first_type = "PAYMENT_REQUEST_REFUSED";
  static constexpr event_status status = event_status::failed;
  static constexpr const shop_service& origin = payments_service;
  event_metadata metadata;
  payment_request_refused_data data;
};
BOOST_DESCRIBE_STRUCT(payment_request_refused, (), (metadata, data))

struct psp_webhook_received_data {
  /// The raw body; base64 when it is no UTF-8.
  std::string body;
  /// "utf-8" or "base64".
  std::string encoding;
  /// The signature header, as far as it is printable ASCII.
  std::string signature;
  bool verified = false;
  /// Why it does not count; absent when it does.
  std::optional<std::string> reason;
  unix_ms received_at_ms = 0;
};
BOOST_DESCRIBE_STRUCT(psp_webhook_received_data, (),
                      (body, encoding, signature, verified, reason, received_at_ms))

constexpr auto member_rules(const psp_webhook_received_data*) {
  return std::array{
      member_rule{.member = "body", .secret = true},
      member_rule{.member = "received_at_ms", .json = "received_at"},
  };
}

/// Event: a webhook came in, as it came in. metadata.status "true" if its signature counts.
struct psp_webhook_received {
  static constexpr std::string_view detail_type = "psp_webhook_received";
  static constexpr const shop_service& origin = payments_service;
  static constexpr std::string_view type = "PSP_WEBHOOK_RECEIVED";
  event_metadata metadata;
  psp_webhook_received_data data;
};
BOOST_DESCRIBE_STRUCT(psp_webhook_received, (), (metadata, data))

struct psp_notice_refused_data {
  /// The psp_webhook_received event's id.
  std::string webhook_event_id;
  std::string reason;
  /// JSON Pointer into the body; empty: the whole.
  std::string pointer;
  std::optional<std::string> notice_id;
  std::optional<std::string> order_id;
};
BOOST_DESCRIBE_STRUCT(psp_notice_refused_data, (),
                      (webhook_event_id, reason, pointer, notice_id, order_id))

/// Event: a webhook with a good signature that says nothing we can use. status "false".
struct psp_notice_refused {
  static constexpr std::string_view detail_type = "psp_notice_refused";
  static constexpr const shop_service& origin = payments_service;
  static constexpr std::string_view type = "PSP_NOTICE_REFUSED";
  static constexpr event_status status = event_status::failed;
  event_metadata metadata;
  psp_notice_refused_data data;
};
BOOST_DESCRIBE_STRUCT(psp_notice_refused, (), (metadata, data))

struct consent_changed_data {
  std::string customer_id;
  bool marketing_consent = false;
};
BOOST_DESCRIBE_STRUCT(consent_changed_data, (), (customer_id, marketing_consent))

constexpr auto member_rules(const consent_changed_data*) {
  return std::array{member_rule{.member = "customer_id", .length_min = 1, .length_max = 128}};
}

/// Event: a customer allowed or forbade marketing mail. Published by whoever keeps the accounts.
struct consent_changed {
  static constexpr std::string_view detail_type = "consent_changed";
  static constexpr std::string_view type = "CONSENT_CHANGED";
  event_metadata metadata;
  consent_changed_data data;
};
BOOST_DESCRIBE_STRUCT(consent_changed, (), (metadata, data))

struct mail_suppressed_data {
  std::string message_id;
  std::string customer_id;
  /// "no_consent", "frequency_cap".
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(mail_suppressed_data, (), (message_id, customer_id, reason))

/// Event: a marketing mail was due and not sent. metadata.type MAIL_SUPPRESSED, status "false".
struct mail_suppressed {
  static constexpr std::string_view detail_type = "mail_suppressed";
  static constexpr const shop_service& origin = campaigns_service;
  static constexpr std::string_view type = "MAIL_SUPPRESSED";
  static constexpr event_status status = event_status::failed;
  event_metadata metadata;
  mail_suppressed_data data;
};
BOOST_DESCRIBE_STRUCT(mail_suppressed, (), (metadata, data))

} // namespace baseplate
