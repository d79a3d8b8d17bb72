// What campaigns keeps of a customer and of an acknowledged order.
#pragma once

#include "messages/describe.hpp"
#include "messages/identity.hpp"
#include "messages/json/member_rule.hpp"

#include <string>

namespace baseplate::campaigns {

struct customer_state {
  /// Where a reminder would go; empty: not known.
  std::string email;
  /// As last stated; never assumed.
  bool marketing_consent = false;
  /// When a basket was last looked at; 0: no basket waits for a reminder.
  unix_ms basket_seen_ms = 0;
  /// The browser session of that.
  std::string session_id;
  /// When the last marketing mail was asked for; 0: never.
  unix_ms marketing_mail_ms = 0;
};
BOOST_DESCRIBE_STRUCT(customer_state, (),
                      (email, marketing_consent, basket_seen_ms, session_id, marketing_mail_ms))

} // namespace baseplate::campaigns
