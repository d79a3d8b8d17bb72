// Runs all transfers on one thread: a queue in, curl_multi in the middle, answers out.
// Invariants: every submitted attempt is answered exactly once, unless the engine is stopped before
// Threads:    submit() and stop() from any; everything else on the engine's own
#pragma once

#include "actors/outbound/curl_transport.hpp"
#include "actors/outbound/transfer.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace spdlog {
class logger;
}

namespace baseplate::outbound {

class transfer_engine : public std::enable_shared_from_this<transfer_engine> {
 public:
  /// How an answer reaches who asked.
  using answer_function = std::function<void(const caf::actor&, const attempt_result&)>;

  /// @throws std::invalid_argument for settings that are not valid
  transfer_engine(transport_options options, const std::vector<destination>& destinations,
                  wall_clock now, answer_function answer);
  ~transfer_engine();

  transfer_engine(const transfer_engine&) = delete;
  transfer_engine& operator=(const transfer_engine&) = delete;

  void start();

  void submit(ordered_attempt order);

  /// Ends the thread and waits for it, unless called on it. Later calls do nothing.
  void stop();

 private:
  struct target_state {
    std::string name;
    target_settings settings;
    std::deque<ordered_attempt> waiting;
    std::uint32_t running = 0;

    std::uint32_t concurrency() const {
      return settings.kind == target_kind::smtp ? settings.smtp.connection.concurrency
                                                : settings.http.connection.concurrency;
    }
  };

  void run();
  bool take_submitted();
  void accept(ordered_attempt order);
  void start_waiting(target_state& target);
  void begin(target_state& target, ordered_attempt order);
  void take_finished();
  void write_log_line(const target_state& target, const ordered_attempt& order);
  void answer_refusal(const ordered_attempt& order, std::string reason);
  void answer(const caf::actor& asker, const attempt_result& result);
  CURL* spare_handle();

  transport_options options_;
  std::shared_ptr<transport_stats> stats_;
  wall_clock now_;
  answer_function answer_;
  std::shared_ptr<spdlog::logger> log_;
  std::map<subscriber_id, target_state> targets_;

  CURLM* multi_;
  std::vector<CURL*> spare_;
  std::map<CURL*, std::unique_ptr<transfer>> running_;

  std::mutex mutex_;
  std::vector<ordered_attempt> submitted_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace baseplate::outbound
