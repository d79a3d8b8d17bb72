// A payment provider to test against: a real HTTP server that takes payments and sends signed
// webhooks. `baseplate psp-simulator` runs it; tests run it inside their process. Kept:    every
// accepted payment and refund is in --data (append, fsync) before it is answered, so that a
// provider
//          killed at any moment goes on, once restarted, with each webhook that it still owes.
// HTTP:    POST /v1/payments, POST /v1/refunds, GET /v1/payments, GET /livez. See README.md.
// Threads: everything runs on the thread that calls run(); stop() and port() may be called from
// others.
#pragma once

#include "app/psp_simulator/payment_plan.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::psp_simulator {

struct psp_simulator_options {
  /// Address to listen on.
  std::string address = "127.0.0.1";
  /// 0 picks a free one; it is printed, and handed to `on_listening`.
  std::uint16_t port = 8090;
  /// Where webhooks go: "http://host:port/path". Empty: none are sent, payments are only kept.
  std::string webhook_url = "http://127.0.0.1:8080/v1/webhooks/psp";
  /// Secrets webhooks are signed with, one v1 each (two while one is being rotated). At least one.
  std::vector<std::string> webhook_secrets = {"psp-development-secret"};
  /// File of payments; empty: memory only, and a restart forgets.
  std::string data_file;
  /// How payments turn out.
  plan_options plan;
  /// First pause after a webhook that was not answered with 2xx, in ms; doubles up to
  /// `retry_max_ms`, for ever.
  std::int64_t retry_ms = 200;
  std::int64_t retry_max_ms = 5000;
  /// A webhook's time limit, in ms.
  std::int64_t webhook_timeout_ms = 10'000;
  /// Webhooks in flight at most, 1 to 1000.
  std::uint32_t webhooks_in_flight_max = 16;
  /// Payments kept at most; above it 503.
  std::uint32_t payments_max = 1'000'000;
  /// Called once with the port, on the running thread.
  std::function<void(std::uint16_t)> on_listening;
};

/// Serves until SIGINT or SIGTERM; prints one line when it listens. Returns the exit code: 0 after
/// a signal, 1 with a line on stderr when the address, the data file or an option is wrong.
int run_psp_simulator(const psp_simulator_options& options);

/// The same, for tests.
class psp_simulator {
 public:
  /// Opens the data file and the socket. Throws std::runtime_error with the reason.
  explicit psp_simulator(psp_simulator_options options);
  ~psp_simulator();
  psp_simulator(const psp_simulator&) = delete;
  psp_simulator& operator=(const psp_simulator&) = delete;

  std::uint16_t port() const;

  /// Serves until stop() or, with `until_signal`, SIGINT or SIGTERM.
  void run(bool until_signal = false);

  /// Ends run() soon, with whatever is in flight cut off, as a kill would.
  void stop();

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

} // namespace baseplate::psp_simulator
