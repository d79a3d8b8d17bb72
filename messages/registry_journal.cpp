#include "messages/journal.hpp"
#include "messages/registry_entry.hpp"

namespace baseplate::detail {

std::vector<message_type> journal_message_types() {
  return entries<open_subscriber, subscriber_opened, load_states, states_loaded, commit,
                 acknowledge, committed, commit_refused, publish, published, publish_refused,
                 attach_bus, bus_attached, log_appended, control_changed, checkpoint_started,
                 read_log, log_read, read_events, events_read, find_time, time_found,
                 list_dead_letters, dead_letters_listed, declare_bus, declare_subscriber, declared,
                 record_tally, bus_spec, subscriber_spec, dead_letter>();
}

} // namespace baseplate::detail
