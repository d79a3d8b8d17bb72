#include "messages/campaigns.hpp"
#include "messages/checkout.hpp"
#include "messages/notifications.hpp"
#include "messages/payments.hpp"
#include "messages/registry_entry.hpp"
#include "messages/session_monitor.hpp"
#include "messages/shop_requests.hpp"

namespace baseplate::detail {

std::vector<message_type> shop_message_types() {
  return entries<place_order, place_order_command, order_placed, order_refused, order_complete,
                 order_cancelled, refund_requested, payment_requested, payment_refund_requested,
                 payment_request_refused, psp_notice, psp_webhook_received, psp_notice_refused,
                 payment_event, mail_requested, mail_suppressed, consent_changed,
                 order_status_changed, page_event, session_event>();
}

} // namespace baseplate::detail
