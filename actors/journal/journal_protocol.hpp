// Requests in, answers out: what the journal says to whom and when, over a core. No thread, no
// clock of its own. A driver takes requests until flush_first or its limit, then append(), then
// sync(); answers go out in between. Invariants: nothing is answered as done before the sync that
// covers it; what was not written is answered as refused;
//             declarations and events never share a batch, so that control_changed has one place
//             among log_appended
// Threads:    the journal's
#pragma once

#include "actors/journal/journal_core.hpp"
#include "actors/journal/request.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace baseplate::journal {

/// A question that waits until the record `after` is applied.
struct read_job {
  log_number after = 0;
  std::function<void()> run;
};

class journal_protocol {
 public:
  using time_point = std::chrono::nanoseconds;

  /// `read` runs a job once its record is applied, on any thread, in order.
  journal_protocol(journal_core& core, std::shared_ptr<journal_stats> stats,
                   std::function<void(read_job)> read);

  enum class taken : std::uint8_t {
    /// It is part of the batch, or answered, or waits for space.
    yes,
    /// The batch must be appended and synced first; the request is as it was.
    flush_first,
  };

  /// Takes one request. `now` is any monotonic clock's, the same each time.
  taken take(request& x, time_point now);

  /// Bytes of the batch so far.
  std::size_t batch_bytes() const { return core_.staged_bytes(); }

  /// There is a batch to be finished.
  bool batch_open() const { return !pending_.empty(); }

  /// Writes the batch. False: there was nothing to write, or it failed; answers have gone out, no
  /// sync is needed.
  bool append(time_point now);

  /// Gives the bus what append() has written, though a crash could still take it: groups may run
  /// ahead of the sync, targets outside may not. Off in production; see
  /// docs/decisions/0004-journal.md.
  void hand_out_appended() {
    if (!appended_.chunk->events().empty())
      tell(bus_, log_appended{appended_.chunk, core_.head()});
  }

  /// Makes the batch durable and answers. Nothing: the sync failed, and all of the batch was
  /// refused.
  std::optional<appended_batch> sync();

  /// When retry() is due; nothing: not at all.
  std::optional<time_point> retry_at() const;

  /// Tries to write what waits for space.
  void retry(time_point now);

  /// From now on everything is refused as stopping, what waits for space too.
  void stop();

  /// Tells the bus that a checkpoint begins.
  void announce_checkpoint();

  /// Empty: publishes are taken. Else why not.
  const std::string& unready() const { return unready_; }

 private:
  /// A request of the batch, to be answered after the sync.
  struct pending {
    request from;
    stage_result result;
  };

  /// False: it is no question that we know.
  bool take_read(const request& x);

  stage_result stage(const request& x);
  /// Adds to the batch, or answers the refusal.
  void admit(request& x);
  void admit_waiting();
  void refuse(request& x, journal_error error, const std::string& reason);
  void confirm(pending& x);
  void complete(const std::shared_ptr<completion_sink>& sink, publish_completion x);
  void flush_completions();
  void batch_failed(const device_result& why, time_point now);
  void wait_for_space(request& x);

  journal_core& core_;
  std::shared_ptr<journal_stats> stats_;
  std::function<void(read_job)> read_;

  std::vector<pending> pending_;
  bool pending_declaration_ = false;
  appended_batch appended_;

  journal_error closed_ = journal_error::none;
  std::string unready_;
  /// Set: the disk is full, and this is when to try again.
  std::optional<time_point> full_until_;
  std::string full_reason_;
  std::deque<request> waiting_;
  std::size_t waiting_bytes_ = 0;

  caf::strong_actor_ptr bus_;
  std::vector<std::pair<std::shared_ptr<completion_sink>, std::vector<publish_completion>>>
      completions_;
};

} // namespace baseplate::journal
