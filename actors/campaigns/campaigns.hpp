// Mails to customers: one acknowledgement per completed order, a reminder of an abandoned basket.
// Options, factory; nothing else. Spec: README.md beside this file, docs/spec/shop.md.
// Threads: the logic is immutable; any thread may step it.
#pragma once

#include "actors/group/logic/group_logic.hpp"

#include <memory>
#include <string>

namespace baseplate::campaigns {

/// Settings of the group. Out of range values throw std::invalid_argument from the factory.
struct campaigns_options {
  /// Quiet time after the last look at a basket before its owner is reminded, in ms; 1,000 to 30
  /// days.
  unix_ms basket_abandoned_after_ms = 60 * 60'000;
  /// At most one marketing mail per customer in this time, in ms; 0 (no cap) to 365 days.
  /// Acknowledgements do not count.
  unix_ms marketing_interval_ms = 24 * 60 * 60'000;
  /// Time after which an acknowledged order and a silent customer are forgotten, in ms; from 1 day.
  /// An ORDER_COMPLETE that is told again later than this is acknowledged again, with the same
  /// message id.
  unix_ms kept_ms = std::int64_t{90} * 86'400'000;
  /// Right part of message ids: "order-ack-<order id>@<domain>". 1 to 100 bytes of A-Z a-z 0-9 . -
  std::string message_id_domain = "mail.baseplate.local";
  /// Named in subjects and texts; 1 to 100 bytes.
  std::string shop_name = "Baseplate Shop";
};

/// The group "campaigns".
std::shared_ptr<const group::group_logic> make_campaigns(campaigns_options options = {});

} // namespace baseplate::campaigns
