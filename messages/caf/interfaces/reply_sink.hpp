// The handle through which a group answers an HTTP request that waits at the gateway.
#pragma once

#include "messages/caf/inspect.hpp"
#include "messages/http.hpp"

#include <caf/typed_actor.hpp>

namespace baseplate {

using reply_sink_actor = caf::typed_actor<
    // Ends the wait for `correlation`; unknown ones are ignored. No answer.
    caf::reacts_to<route_reply>>;

} // namespace baseplate
