// Sends requests over keep-alive connections and times the answers, on one thread with epoll.
// Closed loop: every connection sends its next request when the answer came. Open loop: requests
// are due at a fixed rate, whether the server keeps up or not, and latency counts from when a
// request was due (no coordinated omission). Threads: everything runs inside run().
#pragma once

#include "tests/bench/latency_histogram.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace baseplate::bench {

struct load_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::size_t connections = 64;
  /// Requests per second; 0: closed loop.
  double requests_per_s = 0;
  /// Ends after this time...
  double seconds = 5;
  /// ... or after this many requests, if above 0.
  std::uint64_t requests_max = 0;
  /// Answers within this time are not counted.
  double warmup_s = 0.5;
  /// How long to wait for the last answers.
  double linger_s = 5;
  /// Errors after which the run gives up.
  std::uint64_t errors_max = 1000;
};

struct load_result {
  /// Requests answered with 200 and FailedEntryCount 0, behind the warm-up.
  std::uint64_t succeeded = 0;
  /// The same, with the warm-up.
  std::uint64_t succeeded_in_all = 0;
  /// 200, but some entries were refused.
  std::uint64_t partly_failed = 0;
  /// Other statuses.
  std::map<int, std::uint64_t> refused;
  /// Connections that broke, and answers that could not be read.
  std::uint64_t broken = 0;
  /// Sent or due, never answered.
  std::uint64_t unanswered = 0;
  /// The measured time.
  double seconds = 0;
  /// CPU time of this process during the run, user and system.
  double client_cpu_s = 0;
  /// ns from due (open loop) or sent (closed loop) to the whole answer; only successes.
  latency_histogram latency;
  /// Why the run ended early; empty: it did not.
  std::string error;
};

/// @pre `requests` is not empty.
std::unique_ptr<load_result> run_load(const std::vector<std::string>& requests,
                                      const load_options& options);

} // namespace baseplate::bench
