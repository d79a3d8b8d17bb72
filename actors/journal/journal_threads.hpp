// The four threads of a journal and the mailbox in front of them.
// Not for others than journal.cpp.
#pragma once

#include "actors/journal/journal_core.hpp"
#include "actors/journal/journal_protocol.hpp"
#include "actors/journal/work_queue.hpp"

#include <caf/error.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace baseplate::journal {

class journal_threads {
 public:
  /// Opens the core. @throws journal_open_error
  journal_threads(const journal_options& options, std::unique_ptr<log_device> device,
                  std::unique_ptr<state_store> store, wall_clock clock,
                  std::shared_ptr<journal_stats> stats);

  /// Runs until an exit was asked for. Everything is closed when it returns the reason. On the
  /// journal's thread.
  caf::error run();

  // -- from any thread ----------------------------------------------------------------

  /// Hands over a message. After the end it is refused as far as its sender can be told.
  void push(request x);

  /// Hands over a publish, or its refusal.
  void publish(std::unique_ptr<port_publish> x);

  /// Asks for the end; the first reason counts.
  void stop(caf::error reason);

  bool ready(std::string* reason) const;

 private:
  void serve();
  /// One group commit.
  void run_batch();
  void finish_batch();
  bool wait_for_work();
  void shut_down();

  void apply_loop();
  void read_loop();
  void checkpoint_loop();
  void request_checkpoint();
  void publish_unready();
  /// Why so many bytes more cannot be taken now; empty: they can.
  std::string overload(std::size_t more_bytes) const;

  static journal_protocol::time_point now();

  journal_options options_;
  std::shared_ptr<journal_stats> stats_;
  std::unique_ptr<journal_core> core_;
  std::unique_ptr<journal_protocol> protocol_;

  // The mailbox.
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::vector<request> inbox_;
  bool journal_sleeps_ = false;
  bool announce_checkpoint_ = false;
  std::optional<caf::error> stop_;
  bool closed_ = false;
  std::string unready_;

  // The journal thread's.
  std::deque<request> taken_;

  work_queue<appended_batch> batches_;
  work_queue<read_job> reads_;

  // Applied and checkpointed: what readers and the applier wait for.
  std::mutex progress_mutex_;
  std::condition_variable progress_;
  bool applier_done_ = false;

  std::mutex checkpoint_mutex_;
  std::condition_variable checkpoint_wanted_;
  bool checkpoint_now_ = false;
  bool checkpoint_stop_ = false;
};

} // namespace baseplate::journal
