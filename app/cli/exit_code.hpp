// What the process says to the shell when it ends. The same for every command; `baseplate --help`
// lists them.
#pragma once

namespace baseplate::app {

enum exit_code : int {
  /// Done.
  exit_ok = 0,
  /// It ran and failed: records were refused, the node stopped with an error.
  exit_failure = 1,
  /// The command line or the configuration is wrong; nothing was started or sent.
  exit_usage = 2,
  /// No node answers at the URL.
  exit_unreachable = 3,
  /// Ended by SIGINT or SIGTERM before it was done.
  exit_interrupted = 130,
};

} // namespace baseplate::app
