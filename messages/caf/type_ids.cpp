#include "messages/caf/type_ids.hpp"

#include <caf/actor_system_config.hpp>

namespace baseplate {

void add_message_types(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::baseplate>();
}

} // namespace baseplate
