// The one list of messages that actors may send each other across nodes. New ones go to the end.
// CAF 0.17 registers by name and per configuration: a type that is missing here arrives at another
// node as an empty message. The start-up self-test (self_test.hpp) walks this list. Include it
// where messages are registered, not where they are sent: it pulls in every header.
#pragma once

#include "messages/bus.hpp"
#include "messages/caf/inspect.hpp"
#include "messages/http.hpp"
#include "messages/journal.hpp"
#include "messages/outbound.hpp"

#include <caf/fwd.hpp>
#include <caf/type_id.hpp>

// clang-format off
CAF_BEGIN_TYPE_ID_BLOCK(baseplate, caf::first_custom_type_id)

  // To the journal and from it.
  CAF_ADD_TYPE_ID(baseplate, (baseplate::open_subscriber))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::subscriber_opened))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::load_states))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::states_loaded))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::commit))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::acknowledge))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::committed))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::commit_refused))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::publish))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::published))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::publish_refused))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::attach_bus))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::bus_attached))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::log_appended))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::control_changed))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::checkpoint_started))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::read_log))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::log_read))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::read_events))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::events_read))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::find_time))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::time_found))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::list_dead_letters))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::dead_letters_listed))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::declare_bus))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::declare_subscriber))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::declared))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::record_tally))

  // To the bus and from it.
  CAF_ADD_TYPE_ID(baseplate, (baseplate::subscribe))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::demand))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::portion))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::subscribe_live))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::live_subscribed))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::unsubscribe_live))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::set_paused))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::pause_set))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::get_bus_status))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::bus_status))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::subscriber_progress))

  // Between target subscribers and transports, and from a group to the gateway.
  CAF_ADD_TYPE_ID(baseplate, (baseplate::attempt))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::attempt_result))
  CAF_ADD_TYPE_ID(baseplate, (baseplate::route_reply))

CAF_END_TYPE_ID_BLOCK(baseplate)

// clang-format on

namespace baseplate {

/// Registers every message of the list with a node's configuration. Call it for each
/// actor_system_config, the tests' too; inside such a class as baseplate::add_message_types(*this),
/// since CAF has a member of that name.
void add_message_types(caf::actor_system_config& config);

} // namespace baseplate
