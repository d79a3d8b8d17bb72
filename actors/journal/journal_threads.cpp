#include "actors/journal/journal_threads.hpp"

#include "messages/caf/interfaces/journal.hpp"

#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <pthread.h>

namespace baseplate::journal {

namespace {

void name_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
}

} // namespace

journal_threads::journal_threads(const journal_options& options, std::unique_ptr<log_device> device,
                                 std::unique_ptr<state_store> store, wall_clock clock,
                                 std::shared_ptr<journal_stats> stats)
    : options_(options), stats_(std::move(stats)) {
  core_ = std::make_unique<journal_core>(options, std::move(device), std::move(store),
                                         std::move(clock), stats_);
  auto report = core_->open();
  if (report.truncated_bytes > 0)
    spdlog::warn("journal cut off a torn tail: segment={} offset={} bytes={}",
                 report.truncated_segment, report.truncated_offset, report.truncated_bytes);
  spdlog::info(
      "journal opened: segments={} records_checked={} records_applied={} last_lsn={} head={}",
      report.segments, report.records_checked, report.records_applied, report.last_lsn,
      report.head);
  protocol_ = std::make_unique<journal_protocol>(
      *core_, stats_, [this](read_job job) { reads_.push(std::move(job)); });
}

journal_protocol::time_point journal_threads::now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

// -- from any thread --------------------------------------------------------------------

void journal_threads::push(request x) {
  x.bytes = size_of(x.content);
  if (x.content.match_elements<baseplate::publish>()) {
    if (auto why = overload(x.bytes); !why.empty()) {
      ++stats_->publishes_refused;
      tell(x.sender, publish_refused{x.content.get_as<baseplate::publish>(0).request,
                                     journal_error::overloaded, std::move(why)});
      return;
    }
  }
  bool wake = false;
  {
    std::lock_guard guard{mutex_};
    if (closed_)
      return; // monitors see the journal down, or will
    stats_->mailbox_bytes += x.bytes;
    inbox_.push_back(std::move(x));
    wake = std::exchange(journal_sleeps_, false);
  }
  if (wake)
    work_.notify_one();
}

void journal_threads::publish(std::unique_ptr<port_publish> x) {
  request item;
  item.bytes = x->batch.bytes.size() + 8 * x->batch.events.size() + 96;
  x->reason = overload(item.bytes);
  if (!x->reason.empty())
    x->refused = journal_error::overloaded;
  if (x->refused != journal_error::none) {
    x->batch = {};
    item.bytes = 96;
  }
  item.port = std::move(x);
  bool wake = false;
  {
    std::lock_guard guard{mutex_};
    if (!closed_) {
      stats_->mailbox_bytes += item.bytes;
      inbox_.push_back(std::move(item));
      wake = std::exchange(journal_sleeps_, false);
    }
  }
  if (wake)
    work_.notify_one();
  if (item.port)
    item.port->sink->complete(
        {{item.port->token, journal_error::stopping, 0, 0, "the node is draining"}});
}

std::string journal_threads::overload(std::size_t more_bytes) const {
  // Not exact between threads, and need not be: each may go over by one request.
  if (stats_->mailbox_bytes + more_bytes > options_.mailbox_bytes_max)
    return "more than " + std::to_string(options_.mailbox_bytes_max)
           + " bytes wait to be written; ask again later";
  if (stats_->backlog_bytes > options_.checkpoint_log_bytes)
    return "the state is more than one checkpoint behind the log; ask again later";
  return {};
}

void journal_threads::stop(caf::error reason) {
  {
    std::lock_guard guard{mutex_};
    if (!stop_)
      stop_ = std::move(reason);
    journal_sleeps_ = false;
  }
  work_.notify_one();
}

bool journal_threads::ready(std::string* reason) const {
  std::lock_guard guard{mutex_};
  auto text = closed_ || stop_ ? std::string{"the node is draining"} : unready_;
  if (text.empty())
    return true;
  if (reason != nullptr)
    *reason = std::move(text);
  return false;
}

// -- the journal's thread -----------------------------------------------------------------

caf::error journal_threads::run() {
  name_thread("journal");
  std::thread applier{[this] { apply_loop(); }};
  std::thread reader{[this] { read_loop(); }};
  std::thread checkpointer{[this] { checkpoint_loop(); }};
  caf::error reason;
  try {
    serve();
  } catch (const std::exception& error) {
    spdlog::error("journal failed: {}", error.what());
    reason = caf::make_error(caf::sec::runtime_error, std::string{error.what()});
  }
  shut_down();
  batches_.close();
  {
    std::lock_guard guard{progress_mutex_};
    applier_done_ = true;
  }
  progress_.notify_all();
  applier.join();
  reads_.close();
  reader.join();
  {
    std::lock_guard guard{checkpoint_mutex_};
    checkpoint_stop_ = true;
  }
  checkpoint_wanted_.notify_all();
  checkpointer.join();
  {
    std::lock_guard guard{mutex_};
    if (!reason && stop_)
      reason = *stop_;
  }
  if (reason != caf::exit_reason::kill && core_->checkpoint_useful()) {
    // A failed one that was frozen first, then what came after it.
    for (int i = 0; i < 2 && core_->checkpoint_useful(); ++i)
      if (auto result = core_->checkpoint(); !result.ok()) {
        spdlog::warn("journal made no last checkpoint, the log has it all: {}", result.error);
        break;
      }
  }
  protocol_.reset();
  core_.reset();
  return reason;
}

void journal_threads::serve() {
  while (wait_for_work()) {
    while (!taken_.empty() || protocol_->batch_open())
      run_batch();
  }
}

bool journal_threads::wait_for_work() {
  std::unique_lock guard{mutex_};
  for (;;) {
    if (stop_)
      return false;
    if (std::exchange(announce_checkpoint_, false)) {
      guard.unlock();
      protocol_->announce_checkpoint();
      guard.lock();
      continue;
    }
    if (!inbox_.empty()) {
      for (auto& x : inbox_)
        taken_.push_back(std::move(x));
      inbox_.clear();
      return true;
    }
    journal_sleeps_ = true;
    if (auto due = protocol_->retry_at()) {
      auto time = std::chrono::steady_clock::time_point{*due};
      if (work_.wait_until(guard, time) == std::cv_status::timeout) {
        journal_sleeps_ = false;
        guard.unlock();
        protocol_->retry(now());
        if (protocol_->batch_open())
          return true;
        guard.lock();
      }
    } else {
      work_.wait(guard, [this] { return !journal_sleeps_; });
    }
  }
}

void journal_threads::run_batch() {
  std::size_t expected = 0;
  for (const auto& x : taken_) {
    expected += x.bytes;
    if (expected >= options_.batch_bytes_max)
      break;
  }
  core_->reserve(expected + expected / 8);
  while (!taken_.empty() && protocol_->batch_bytes() < options_.batch_bytes_max) {
    auto bytes = taken_.front().bytes;
    if (protocol_->take(taken_.front(), now()) == journal_protocol::taken::flush_first)
      break;
    stats_->mailbox_bytes -= bytes;
    taken_.pop_front();
  }
  if (protocol_->batch_open())
    finish_batch();
}

void journal_threads::finish_batch() {
  auto start = now();
  if (protocol_->append(start)) {
    auto batch = protocol_->sync();
    stats_->sync_us_sum += static_cast<std::uint64_t>((now() - start).count() / 1000);
    if (batch)
      batches_.push(std::move(*batch));
    stats_->backlog_bytes = core_->backlog_bytes();
  }
  publish_unready();
}

void journal_threads::publish_unready() {
  std::lock_guard guard{mutex_};
  if (unready_ != protocol_->unready())
    unready_ = protocol_->unready();
}

void journal_threads::shut_down() {
  protocol_->stop();
  std::vector<request> rest;
  {
    std::lock_guard guard{mutex_};
    closed_ = true;
    rest.swap(inbox_);
  }
  for (auto& x : taken_)
    protocol_->take(x, now());
  taken_.clear();
  for (auto& x : rest)
    protocol_->take(x, now());
  stats_->mailbox_bytes = 0;
}

// -- the other threads ---------------------------------------------------------------------

void journal_threads::apply_loop() {
  name_thread("journal-apply");
  while (auto batch = batches_.pop()) {
    if (core_->must_wait_for_checkpoint()) {
      std::unique_lock guard{progress_mutex_};
      progress_.wait(guard, [this] { return applier_done_ || !core_->must_wait_for_checkpoint(); });
    }
    core_->apply(*batch);
    { std::lock_guard guard{progress_mutex_}; }
    progress_.notify_all();
    if (core_->checkpoint_due())
      request_checkpoint();
  }
}

void journal_threads::read_loop() {
  name_thread("journal-read");
  while (auto job = reads_.pop()) {
    if (core_->applied_lsn() < job->after) {
      std::unique_lock guard{progress_mutex_};
      progress_.wait(guard, [&] { return core_->applied_lsn() >= job->after; });
    }
    job->run();
  }
}

void journal_threads::request_checkpoint() {
  {
    std::lock_guard guard{checkpoint_mutex_};
    checkpoint_now_ = true;
  }
  checkpoint_wanted_.notify_one();
}

void journal_threads::checkpoint_loop() {
  name_thread("journal-save");
  auto wait = options_.checkpoint_interval;
  std::unique_lock guard{checkpoint_mutex_};
  for (;;) {
    checkpoint_wanted_.wait_for(guard, wait,
                                [this] { return checkpoint_now_ || checkpoint_stop_; });
    if (checkpoint_stop_)
      return;
    checkpoint_now_ = false;
    guard.unlock();
    store_result result;
    if (core_->checkpoint_useful()) {
      {
        std::lock_guard mailbox{mutex_};
        announce_checkpoint_ = true;
        journal_sleeps_ = false;
      }
      work_.notify_one();
      result = core_->checkpoint();
      { std::lock_guard progress{progress_mutex_}; }
      progress_.notify_all();
      // What was applied meanwhile may be too much already.
      if (result.ok() && core_->checkpoint_due())
        request_checkpoint();
    } else {
      result = core_->reclaim(); // time alone may have made segments old enough
    }
    if (!result.ok())
      spdlog::warn("journal could not make a checkpoint and tries again: {}", result.error);
    // A checkpoint is urgent, unlinking is not.
    auto urgent = !result.ok() && core_->checkpoint_useful();
    wait = urgent ? std::min(options_.retry_interval, options_.checkpoint_interval)
                  : options_.checkpoint_interval;
    guard.lock();
  }
}

} // namespace baseplate::journal
