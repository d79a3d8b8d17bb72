#include "actors/outbound/transfer_engine.hpp"

#include "actors/outbound/logic/event_body.hpp"

#include <spdlog/spdlog.h>

#include <csignal>
#include <pthread.h>
#include <stdexcept>
#include <utility>

namespace baseplate::outbound {

namespace {

/// How long the thread sleeps when nothing happens; a submission or a stop wakes it.
constexpr int poll_ms = 60'000;
/// Handles kept for reuse.
constexpr std::size_t spare_handles_max = 256;

void init_curl_once() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK)
    throw std::runtime_error("libcurl does not start");
}

} // namespace

transfer_engine::transfer_engine(transport_options options,
                                 const std::vector<destination>& destinations, wall_clock now,
                                 answer_function answer)
    : options_(std::move(options)), stats_(options_.stats), now_(std::move(now)),
      answer_(std::move(answer)) {
  init_curl_once();
  log_ = spdlog::get("outbound");
  if (!log_)
    log_ = spdlog::default_logger();
  if (!stats_)
    stats_ = std::make_shared<transport_stats>();
  for (const auto& x : destinations) {
    auto settings = read_target_settings(x.kind, x.settings);
    if (!settings)
      throw std::invalid_argument("target of subscriber " + x.name + ": " + settings.error().pointer
                                  + ' ' + settings.error().reason);
    auto& target = targets_[x.subscriber];
    target.name = x.name;
    target.settings = std::move(*settings);
  }
  multi_ = curl_multi_init();
  if (multi_ == nullptr)
    throw std::runtime_error("libcurl has no memory");
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                    static_cast<long>(options_.connections_max));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.idle_connections_max));
}

transfer_engine::~transfer_engine() {
  for (auto& [easy, x] : running_)
    curl_multi_remove_handle(multi_, easy);
  running_.clear();
  for (auto* easy : spare_)
    curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
}

void transfer_engine::start() {
  // The thread keeps the engine alive: whoever stops it may be on it.
  thread_ = std::thread([self = shared_from_this()] { self->run(); });
}

void transfer_engine::submit(ordered_attempt order) {
  {
    std::lock_guard guard(mutex_);
    if (stopping_)
      return;
    submitted_.push_back(std::move(order));
  }
  curl_multi_wakeup(multi_);
}

void transfer_engine::stop() {
  std::thread thread;
  {
    std::lock_guard guard(mutex_);
    stopping_ = true;
    thread = std::move(thread_);
  }
  if (!thread.joinable())
    return;
  curl_multi_wakeup(multi_);
  if (thread.get_id() == std::this_thread::get_id())
    thread.detach();
  else
    thread.join();
}

// -- on the thread --------------------------------------------------------------

void transfer_engine::run() {
  pthread_setname_np(pthread_self(), "outbound");
  sigset_t signals;
  sigfillset(&signals); // a broken pipe is an error code here, and other signals are for others
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  while (take_submitted()) {
    int running = 0;
    curl_multi_perform(multi_, &running);
    take_finished();
    stats_->in_flight.store(running_.size(), std::memory_order_relaxed);
    curl_multi_poll(multi_, nullptr, 0, poll_ms, nullptr);
  }
}

/// False: the engine is stopped.
bool transfer_engine::take_submitted() {
  std::vector<ordered_attempt> orders;
  {
    std::lock_guard guard(mutex_);
    if (stopping_)
      return false;
    orders.swap(submitted_);
  }
  for (auto& order : orders)
    accept(std::move(order));
  return true;
}

void transfer_engine::accept(ordered_attempt order) {
  const auto found = targets_.find(order.what.subscriber);
  if (found == targets_.end()) {
    answer_refusal(order, "there is no destination for this subscriber");
    return;
  }
  auto& target = found->second;
  if (target.settings.kind != target_kind::http && target.settings.kind != target_kind::smtp) {
    write_log_line(target, order);
    return;
  }
  if (target.waiting.size() >= options_.queue_max) {
    answer_refusal(order, "too many attempts wait for this destination");
    return;
  }
  target.waiting.push_back(std::move(order));
  stats_->queued.fetch_add(1, std::memory_order_relaxed);
  start_waiting(target);
}

void transfer_engine::start_waiting(target_state& target) {
  while (!target.waiting.empty() && target.running < target.concurrency()) {
    auto order = std::move(target.waiting.front());
    target.waiting.pop_front();
    stats_->queued.fetch_sub(1, std::memory_order_relaxed);
    begin(target, std::move(order));
  }
}

void transfer_engine::begin(target_state& target, ordered_attempt order) {
  auto* easy = spare_handle();
  if (easy == nullptr) {
    answer_refusal(order, "libcurl has no memory");
    return;
  }
  auto x = std::make_unique<transfer>(easy, std::move(order));
  if (!x->prepare(target.settings, now_())) {
    answer(x->order().asker, x->answer());
    return;
  }
  if (const auto code = curl_multi_add_handle(multi_, easy); code != CURLM_OK) {
    answer_refusal(x->order(), curl_multi_strerror(code));
    return;
  }
  ++target.running;
  running_.emplace(easy, std::move(x));
}

void transfer_engine::take_finished() {
  int left = 0;
  while (const auto* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    auto* easy = message->easy_handle;
    const auto code = message->data.result; // the message is gone after the next call
    const auto found = running_.find(easy);
    auto x = std::move(found->second);
    running_.erase(found);
    x->finish(code, now_());
    curl_multi_remove_handle(multi_, easy);
    auto& target = targets_.at(x->order().what.subscriber);
    --target.running;
    answer(x->order().asker, x->answer());
    if (spare_.size() < spare_handles_max)
      spare_.push_back(x->release());
    start_waiting(target);
  }
}

void transfer_engine::write_log_line(const target_state& target, const ordered_attempt& order) {
  attempt_result result;
  result.subscriber = order.what.subscriber;
  result.epoch = order.what.epoch;
  result.sequence = order.what.sequence;
  result.outcome = attempt_outcome::delivered;
  std::string_view id;
  if (order.what.chunk && order.what.event < order.what.chunk->events().size())
    id = id_of(order.what.chunk->envelope(order.what.chunk->events()[order.what.event]));
  log_->info("target saw an event: subscriber={} sequence={} event_id={}", target.name,
             order.what.sequence, id);
  answer(order.asker, result);
}

void transfer_engine::answer_refusal(const ordered_attempt& order, std::string reason) {
  attempt_result result;
  result.subscriber = order.what.subscriber;
  result.epoch = order.what.epoch;
  result.sequence = order.what.sequence;
  result.outcome = attempt_outcome::retry;
  result.reason = std::move(reason);
  answer(order.asker, result);
}

void transfer_engine::answer(const caf::actor& asker, const attempt_result& result) {
  auto& counter = result.outcome == attempt_outcome::delivered ? stats_->delivered
                  : result.outcome == attempt_outcome::retry   ? stats_->retry
                                                               : stats_->rejected;
  counter.fetch_add(1, std::memory_order_relaxed);
  answer_(asker, result);
}

CURL* transfer_engine::spare_handle() {
  if (spare_.empty())
    return curl_easy_init();
  auto* easy = spare_.back();
  spare_.pop_back();
  return easy;
}

} // namespace baseplate::outbound
