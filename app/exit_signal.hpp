// Waits for the two things that end a node: a signal from outside, or its supervision giving up.
// Threads: made and waited for on the main thread; give_up() from any.
#pragma once

#include <atomic>
#include <optional>
#include <string>

namespace baseplate::app {

class exit_signal {
 public:
  /// Blocks SIGTERM, SIGINT and SIGHUP in this thread and in those that it starts from now on. Call
  /// before any thread is started. SIGPIPE is ignored.
  exit_signal();

  /// The supervision tree ended by itself.
  void give_up();

  struct cause {
    /// 0: give_up() was called.
    int signal = 0;
  };

  /// Blocks until either happens. SIGHUP is taken for the end of the terminal: an orderly stop.
  cause wait();

  /// Ends the process with 130 when a second signal comes within the stop. Returns when `done` is
  /// set.
  void watch_for_second(const std::atomic<bool>& done);
};

} // namespace baseplate::app
