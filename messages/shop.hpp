// What the shop's events have in common: who speaks, and what happened.
// Envelope convention: detail = {"metadata": {version, domain, service, type, status}, "data":
// {...}}. The `source` of such an event is the service's name; `detail-type` is each struct's own.
#pragma once

#include "messages/json/member_rule.hpp"

#include <boost/describe.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace baseplate {

/// An amount of money: 1999 "EUR" is 19.99 EUR.
struct money {
  /// ISO 4217, three capital letters.
  std::string currency;
  /// In the currency's smallest unit.
  std::int64_t amount_minor = 0;
};
BOOST_DESCRIBE_STRUCT(money, (), (currency, amount_minor))

/// Largest amount taken anywhere, in minor units: sums of a thousand of them fit 64 bits by far.
inline constexpr std::int64_t amount_minor_max = 1'000'000'000'000;

constexpr auto member_rules(const money*) {
  return std::array{
      member_rule{.member = "currency",
                  .description = "ISO 4217 code.",
                  .length_min = 3,
                  .length_max = 3,
                  .example = "EUR"},
      member_rule{.member = "amount_minor",
                  .description = "In the currency's smallest unit.",
                  .minimum = 0,
                  .maximum = amount_minor_max},
  };
}

/// Rules of members that many of the shop's messages have.
namespace shop_rules {

inline constexpr member_rule order_id{.member = "order_id",
                                      .length_min = 1,
                                      .length_max = 128,
                                      .example = "0d9a44a1-7b7c-8c3e-9a54-2f1d0c6b7e11"};
inline constexpr member_rule locale{
    .member = "locale", .length_min = 2, .length_max = 35, .example = "en-GB"};
inline constexpr member_rule currency{
    .member = "currency", .length_min = 3, .length_max = 3, .example = "EUR"};
inline constexpr member_rule session_id{.member = "session_id",
                                        .length_min = 1,
                                        .length_max = 256,
                                        .example = "549a3a9c-1bac-0ad4-01d1-9e6daf5133c3"};

} // namespace shop_rules

/// Whether the thing that `type` names came about. On the wire a text, as partners expect it.
enum class event_status : std::uint8_t { failed = 0, succeeded = 1 };
BOOST_DESCRIBE_ENUM(event_status, failed, succeeded)

constexpr std::string_view json_name(event_status x) {
  return x == event_status::failed ? "false" : "true";
}

/// The head of every domain event.
struct event_metadata {
  std::string version = "1";
  /// "SHOP-CHECKOUT" and so on.
  std::string domain;
  /// "service-checkout" and so on.
  std::string service;
  /// "ORDER_PLACED", "AUTHORISATION", "STARTED", ...
  std::string type;
  event_status status = event_status::succeeded;
};
BOOST_DESCRIBE_STRUCT(event_metadata, (), (version, domain, service, type, status))

constexpr auto member_rules(const event_metadata*) {
  return std::array{
      member_rule{.member = "version",
                  .length_min = 1,
                  .length_max = 16,
                  .example = "1",
                  .defaulted = true},
      member_rule{
          .member = "domain", .length_min = 1, .length_max = 64, .example = "SHOP-CHECKOUT"},
      member_rule{
          .member = "service", .length_min = 1, .length_max = 64, .example = "service-checkout"},
      member_rule{.member = "type", .length_min = 1, .length_max = 64, .example = "ORDER_PLACED"},
  };
}

/// Who speaks.
struct shop_service {
  std::string_view domain;
  /// Also the `source` of its events.
  std::string_view service;
};

inline constexpr shop_service checkout_service{"SHOP-CHECKOUT", "service-checkout"};
inline constexpr shop_service payments_service{"SHOP-PAYMENTS", "service-payments"};
inline constexpr shop_service campaigns_service{"SHOP-CAMPAIGNS", "service-campaigns"};
inline constexpr shop_service notifications_service{"SHOP-NOTIFICATIONS", "service-notifications"};
inline constexpr shop_service session_service{"SHOP-SESSION", "service-session"};

/// The head of an event of `who`.
inline event_metadata make_metadata(const shop_service& who, std::string_view type,
                                    event_status status = event_status::succeeded) {
  return {"1", std::string(who.domain), std::string(who.service), std::string(type), status};
}

/// metadata.type of an event; of those that have several, the one that comes first.
template <class Event>
constexpr std::string_view event_type_of() {
  if constexpr (requires { Event::type; })
    return Event::type;
  else
    return Event::first_type;
}

/// metadata.status of an event that always has the same; else that of success.
template <class Event>
constexpr event_status event_status_of() {
  if constexpr (requires { Event::status; })
    return Event::status;
  else
    return event_status::succeeded;
}

/// An event with its head. Events that have no type of their own (payments, sessions) are told it.
template <class Event>
Event make_event(decltype(Event::data) data, std::string_view type = Event::type,
                 event_status status = event_status_of<Event>()) {
  return {make_metadata(Event::origin, type, status), std::move(data)};
}

} // namespace baseplate
