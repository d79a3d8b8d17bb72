#include "app/exit_signal.hpp"

#include <csignal>
#include <ctime>
#include <unistd.h>

namespace baseplate::app {

namespace {

/// What give_up() raises in its own process.
constexpr int give_up_signal = SIGUSR1;

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, give_up_signal})
    sigaddset(&set, signal);
  return set;
}

} // namespace

exit_signal::exit_signal() {
  const auto set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void exit_signal::give_up() {
  ::kill(::getpid(), give_up_signal);
}

exit_signal::cause exit_signal::wait() {
  const auto set = ending_signals();
  int signal = 0;
  while (sigwait(&set, &signal) != 0)
    ;
  return {signal == give_up_signal ? 0 : signal};
}

void exit_signal::watch_for_second(const std::atomic<bool>& done) {
  auto set = ending_signals();
  sigdelset(&set, give_up_signal);
  const timespec interval{0, 50'000'000};
  while (!done.load(std::memory_order_acquire)) {
    siginfo_t info;
    if (sigtimedwait(&set, &info, &interval) > 0)
      ::_exit(130);
  }
}

} // namespace baseplate::app
