#include "app/cli/interruption.hpp"

#include <csignal>

namespace baseplate::app {

namespace {

volatile std::sig_atomic_t flag = 0;

void raise_flag(int signal) {
  flag = 1;
  std::signal(signal, SIG_DFL);
}

} // namespace

void watch_interruption() {
  std::signal(SIGINT, raise_flag);
  std::signal(SIGTERM, raise_flag);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() noexcept {
  return flag != 0;
}

} // namespace baseplate::app
