// Payments: what is asked of the provider, what it says, and what the shop is told of it.
#pragma once

#include "messages/identity.hpp"
#include "messages/shop.hpp"

#include <optional>
#include <string>

namespace baseplate {

/// What happens to a payment, in the spelling of payment providers.
enum class payment_type : std::uint8_t {
  authorisation = 0,
  capture = 1,
  refund = 2,
  chargeback = 3,
  cancellation = 4,
};
BOOST_DESCRIBE_ENUM(payment_type, authorisation, capture, refund, chargeback, cancellation)

constexpr std::string_view json_name(payment_type x) {
  switch (x) {
  case payment_type::authorisation:
    return "AUTHORISATION";
  case payment_type::capture:
    return "CAPTURE";
  case payment_type::refund:
    return "REFUND";
  case payment_type::chargeback:
    return "CHARGEBACK";
  case payment_type::cancellation:
    return "CANCELLATION";
  }
  return {};
}

struct payment_requested_data {
  std::string order_id;
  /// Ours, the same for every attempt.
  std::string lego_payment_id;
  std::int64_t amount_minor = 0;
  std::string currency;
  std::string country_code;
  std::string merchant_account;
};
BOOST_DESCRIBE_STRUCT(payment_requested_data, (),
                      (order_id, lego_payment_id, amount_minor, currency, country_code,
                       merchant_account))

constexpr auto member_rules(const payment_requested_data*) {
  return std::array{
      shop_rules::order_id,
      member_rule{
          .member = "lego_payment_id", .json = "legoPaymentId", .length_min = 1, .length_max = 128},
      member_rule{.member = "amount_minor", .minimum = 0, .maximum = amount_minor_max},
      shop_rules::currency,
      member_rule{
          .member = "country_code", .json = "countryCode", .length_max = 35, .defaulted = true},
      member_rule{.member = "merchant_account",
                  .json = "merchantAccount",
                  .length_max = 128,
                  .example = "baseplate-shop",
                  .defaulted = true},
  };
}

/// Event: the provider is to be asked for the money. A target subscriber carries it there.
struct payment_requested {
  static constexpr std::string_view detail_type = "payment_requested";
  static constexpr const shop_service& origin = payments_service;
  static constexpr std::string_view type = "PAYMENT_REQUESTED";
  event_metadata metadata;
  payment_requested_data data;
};
BOOST_DESCRIBE_STRUCT(payment_requested, (), (metadata, data))

/// A notice of the provider: the body of its webhook. May come twice, late, or out of order.
struct psp_notice {
  /// The provider's id of this notice: the same for every copy of it.
  std::string id;
  std::string order_id;
  std::string payment_id;
  payment_type type = payment_type::authorisation;
  bool success = false;
  std::int64_t amount_minor = 0;
  std::string currency;
  /// Position in the payment's life at the provider, from 1.
  std::optional<std::int64_t> sequence;
  /// Unix time in ms.
  std::optional<unix_ms> occurred_at_ms;
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(psp_notice, (),
                      (id, order_id, payment_id, type, success, amount_minor, currency, sequence,
                       occurred_at_ms, reason))

constexpr auto member_rules(const psp_notice*) {
  return std::array{
      member_rule{.member = "id", .length_min = 1, .length_max = 128, .example = "ntc-1"},
      shop_rules::order_id,
      member_rule{
          .member = "payment_id", .length_min = 1, .length_max = 128, .example = "T000012345"},
      member_rule{.member = "amount_minor", .minimum = 0, .maximum = amount_minor_max},
      shop_rules::currency,
      member_rule{.member = "sequence", .minimum = 0},
      member_rule{.member = "occurred_at_ms",
                  .json = "occurred_at",
                  .description = "Unix time in milliseconds.",
                  .minimum = 0,
                  .maximum = 253'402'300'799'999},
      member_rule{.member = "reason", .length_max = 256, .example = "declined_by_issuer"},
  };
}

struct payment_event_data {
  std::string order_id;
  std::string lego_payment_id;
  /// What the provider calls the payment.
  std::string payment_reference;
  std::int64_t amount_minor = 0;
  std::string currency;
  std::string country_code;
  /// When it happened at the provider, RFC 3339.
  std::string event_date;
  std::string merchant_account;
  /// Why not, with status "false".
  std::optional<std::string> reason;
};
BOOST_DESCRIBE_STRUCT(payment_event_data, (),
                      (order_id, lego_payment_id, payment_reference, amount_minor, currency,
                       country_code, event_date, merchant_account, reason))

constexpr auto member_rules(const payment_event_data*) {
  return std::array{
      shop_rules::order_id,
      member_rule{.member = "lego_payment_id",
                  .json = "legoPaymentId",
                  .length_max = 128,
                  .example = "5e1b0f6e-31a5-8d0c-b6a1-6f0f2a9c4d55"},
      member_rule{.member = "payment_reference",
                  .json = "paymentReference",
                  .length_max = 128,
                  .example = "T000012345"},
      member_rule{.member = "amount_minor", .minimum = 0, .maximum = amount_minor_max},
      shop_rules::currency,
      member_rule{
          .member = "country_code", .json = "countryCode", .length_max = 35, .defaulted = true},
      member_rule{.member = "event_date",
                  .json = "eventDate",
                  .format = "date-time",
                  .example = "2026-01-31T12:00:00Z"},
      member_rule{.member = "merchant_account",
                  .json = "merchantAccount",
                  .length_max = 128,
                  .example = "baseplate-shop",
                  .defaulted = true},
      member_rule{.member = "reason", .length_max = 256, .example = "declined_by_issuer"},
  };
}

/// Event: something happened to a payment. metadata.type is a payment_type, metadata.status "true"
/// or "false".
struct payment_event {
  static constexpr std::string_view detail_type = "payment";
  static constexpr std::string_view first_type = "AUTHORISATION";
  static constexpr const shop_service& origin = payments_service;
  event_metadata metadata;
  payment_event_data data;
};
BOOST_DESCRIBE_STRUCT(payment_event, (), (metadata, data))

} // namespace baseplate
