// The bus's handle: what may be said to it, and what the journal answers it with.
// Answers are messages of their own to the sender (bus.hpp).
#pragma once

#include "messages/bus.hpp"
#include "messages/caf/inspect.hpp"

#include <caf/typed_actor.hpp>

namespace baseplate {

using bus_actor = caf::typed_actor<
    // Portions follow, as far as credit goes.
    caf::reacts_to<subscribe>,
    // Gives credit back.
    caf::reacts_to<demand>,
    // Answers live_subscribed; portions follow.
    caf::reacts_to<subscribe_live>,
    // No answer.
    caf::reacts_to<unsubscribe_live>,
    // Answers pause_set when the pause is durable.
    caf::reacts_to<set_paused>,
    // Answers bus_status.
    caf::reacts_to<get_bus_status>,
    // For the accounting; no answer.
    caf::reacts_to<subscriber_progress>,
    // From the journal, in answer to attach_bus.
    caf::reacts_to<bus_attached>,
    // From the journal, unasked, in order with control_changed.
    caf::reacts_to<log_appended>,
    // From the journal, unasked.
    caf::reacts_to<control_changed>,
    // From the journal, unasked.
    caf::reacts_to<checkpoint_started>,
    // From the journal, in answer to read_log: readback for those who lag behind the ring.
    caf::reacts_to<log_read>,
    // From the journal, in answer to find_time: where a live subscriber begins.
    caf::reacts_to<time_found>,
    // From the journal, in answer to declare_subscriber: a pause was made durable.
    caf::reacts_to<declared>>;

} // namespace baseplate
