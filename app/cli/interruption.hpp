// SIGINT and SIGTERM for client commands: a flag that loops look at. A second signal ends the
// process at once.
#pragma once

namespace baseplate::app {

/// From now on the first signal only raises the flag. SIGPIPE is ignored.
void watch_interruption();

bool interrupted() noexcept;

} // namespace baseplate::app
