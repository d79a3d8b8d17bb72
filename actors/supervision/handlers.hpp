// The handlers that every actor installs first, since CAF's defaults print to stdout, drop an
// exception's text, and let an error that a callee returns to a plain send end the sender.
#pragma once

#include <caf/fwd.hpp>

namespace baseplate::supervision {

/// Call it first in make_behavior(). Afterwards:
/// - an exception ends the actor with its text as the exit reason (crash_reason.hpp);
/// - an error in answer to a plain send is logged at debug level and ignored;
/// - a message that no handler takes is logged by its type and, if it was a request, answered with
///   sec::unexpected_message;
/// - a down_msg that nobody asked for is ignored.
/// Exit messages keep CAF's default: the actor ends with their reason, unless that is normal. Set
/// your own down, exit or error handler after this call to replace one.
void install_default_handlers(caf::scheduled_actor* self);

} // namespace baseplate::supervision
