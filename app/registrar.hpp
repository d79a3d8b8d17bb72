// Declares the configured buses and subscribers at the journal when the node starts, and fills the
// directory. Started between the journal and all that needs ids; says that it is started once every
// declaration is durable. Dies when a declaration is refused: the node does not start with half of
// its configuration. A subscriber that the log knows and the configuration does not is said so, and
// no longer holds the log.
#pragma once

#include "app/directory.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "messages/subscriber.hpp"

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <memory>
#include <vector>

namespace baseplate::app {

struct registrar_parts {
  journal_actor journal;
  std::shared_ptr<directory> names;
  std::vector<bus_spec> buses;
  std::vector<subscriber_spec> subscribers;
};

caf::actor spawn_registrar(caf::actor_system& system, registrar_parts parts);

} // namespace baseplate::app
