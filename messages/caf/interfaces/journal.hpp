// The journal's handle: what may be said to it. Answers are messages of their own to the sender
// (journal.hpp).
#pragma once

#include "messages/caf/inspect.hpp"
#include "messages/journal.hpp"

#include <caf/typed_actor.hpp>

namespace baseplate {

using journal_actor = caf::typed_actor<
    // Fixes the epoch of a new incarnation; answers subscriber_opened.
    caf::reacts_to<open_subscriber>,
    // Answers states_loaded.
    caf::reacts_to<load_states>,
    // Answers committed or commit_refused.
    caf::reacts_to<commit>,
    // Answers committed or commit_refused.
    caf::reacts_to<acknowledge>,
    // Answers published or publish_refused.
    caf::reacts_to<publish>,
    // Answers bus_attached, then log_appended, control_changed and checkpoint_started without end.
    caf::reacts_to<attach_bus>,
    // Answers log_read.
    caf::reacts_to<read_log>,
    // Answers events_read.
    caf::reacts_to<read_events>,
    // Answers time_found.
    caf::reacts_to<find_time>,
    // Answers dead_letters_listed.
    caf::reacts_to<list_dead_letters>,
    // Answers declared.
    caf::reacts_to<declare_bus>,
    // Answers declared.
    caf::reacts_to<declare_subscriber>,
    // No answer.
    caf::reacts_to<record_tally>>;

} // namespace baseplate
