// Mails: what campaigns wants sent. A target subscriber (SMTP) sends it.
#pragma once

#include "messages/shop.hpp"

#include <optional>
#include <string>

namespace baseplate {

/// Why a mail is sent.
enum class mail_kind : std::uint8_t { order_acknowledgement = 0, abandoned_basket = 1 };
BOOST_DESCRIBE_ENUM(mail_kind, order_acknowledgement, abandoned_basket)

struct mail_requested_data {
  /// Stable: the SMTP Message-ID comes from it, so a mail that is sent again after a crash can be
  /// recognised.
  std::string message_id;
  mail_kind kind = mail_kind::order_acknowledgement;
  std::string to;
  std::string subject;
  std::string text;
  std::optional<std::string> order_id;
  std::optional<std::string> session_id;
};
BOOST_DESCRIBE_STRUCT(mail_requested_data, (),
                      (message_id, kind, to, subject, text, order_id, session_id))

constexpr auto member_rules(const mail_requested_data*) {
  return std::array{
      member_rule{.member = "message_id",
                  .length_min = 1,
                  .length_max = 200,
                  .example = "<order-0d9a44a1@baseplate>"},
      member_rule{
          .member = "to", .length_min = 3, .length_max = 254, .format = "email", .secret = true},
      member_rule{.member = "subject", .length_min = 1, .length_max = 200, .example = "Your order"},
      member_rule{.member = "text", .length_max = 100'000, .example = "Thank you.", .secret = true},
      shop_rules::order_id,
      shop_rules::session_id,
  };
}

/// Event: send this mail, once.
struct mail_requested {
  static constexpr std::string_view detail_type = "mail_requested";
  static constexpr const shop_service& origin = campaigns_service;
  static constexpr std::string_view type = "MAIL_REQUESTED";
  event_metadata metadata;
  mail_requested_data data;
};
BOOST_DESCRIBE_STRUCT(mail_requested, (), (metadata, data))

} // namespace baseplate
