#include "messages/campaigns.hpp"
#include "messages/checkout.hpp"
#include "messages/notifications.hpp"
#include "messages/payments.hpp"
#include "messages/registry_entry.hpp"
#include "messages/session_monitor.hpp"

namespace baseplate::detail {

std::vector<message_type> shop_message_types() {
  return entries<place_order, order_placed, order_complete, order_cancelled, payment_requested,
                 psp_notice, payment_event, mail_requested, push, page_event, session_event>();
}

} // namespace baseplate::detail
