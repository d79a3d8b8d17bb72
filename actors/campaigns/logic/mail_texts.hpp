// What the mails say. Plain text, English; prices in the currency's own digits.
// Pure. Nothing that a customer or a browser sent reaches a header but the address.
#pragma once

#include "messages/campaigns.hpp"
#include "messages/checkout.hpp"

#include <string>
#include <string_view>

namespace baseplate::campaigns {

/// "19.99 EUR", "1999 JPY".
std::string price_text(const money& amount);

/// The acknowledgement of an order. `message_id` and addresses are set as well.
mail_requested_data acknowledgement(const order_complete_data& order, std::string_view shop_name,
                                    std::string_view message_id_domain);

/// The reminder of a basket. The message id follows from the customer and the moment the basket was
/// last looked at.
mail_requested_data reminder(std::string_view customer_id, std::string_view email,
                             std::string_view session_id, std::int64_t last_seen_ms,
                             std::string_view shop_name, std::string_view message_id_domain);

} // namespace baseplate::campaigns
