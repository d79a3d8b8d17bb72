#include "messages/bus.hpp"
#include "messages/http.hpp"
#include "messages/outbound.hpp"
#include "messages/registry_entry.hpp"

namespace baseplate::detail {

std::vector<message_type> bus_message_types() {
  return entries<subscribe, demand, portion, subscribe_live, live_subscribed, unsubscribe_live,
                 set_paused, pause_set, get_bus_status, bus_status, subscriber_progress, attempt,
                 attempt_result, route_reply>();
}

} // namespace baseplate::detail
