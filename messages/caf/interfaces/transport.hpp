// The handle of a transport (HTTP, SMTP): one attempt in, one attempt_result to the sender, within
// its timeout.
#pragma once

#include "messages/caf/inspect.hpp"
#include "messages/outbound.hpp"

#include <caf/typed_actor.hpp>

namespace baseplate {

using transport_actor = caf::typed_actor<
    // Answers attempt_result exactly once.
    caf::reacts_to<attempt>>;

} // namespace baseplate
