// Stand-ins for the journal and the bus in tests of the HTTP server: they remember what they were
// asked and answer when told to. Test doubles only.
#pragma once

#include "actors/gateway/http_server.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

namespace baseplate::gateway {

/// Keeps batches; completes them at once, or when told to.
class fake_journal final : public journal_port {
 public:
  struct held {
    event_batch batch;
    std::uint64_t token = 0;
    std::shared_ptr<completion_sink> sink;
  };

  void publish(event_batch batch, std::uint64_t token,
               const std::shared_ptr<completion_sink>& sink) override {
    std::unique_lock lock{mutex_};
    if (hold_) {
      held_.push_back({std::move(batch), token, sink});
      changed_.notify_all();
      return;
    }
    auto completion = take(batch, token);
    lock.unlock();
    sink->complete({completion});
  }

  bool ready(std::string* reason) const override {
    std::lock_guard lock{mutex_};
    if (error_ != journal_error::none && reason)
      *reason = "the disk failed";
    return error_ == journal_error::none;
  }

  void hold() {
    std::lock_guard lock{mutex_};
    hold_ = true;
  }

  void refuse_with(journal_error error) {
    std::lock_guard lock{mutex_};
    error_ = error;
  }

  /// Waits for `count` held requests, then completes all of them in one group, the last one first.
  void release(std::size_t count) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return held_.size() >= count; });
    if (held_.size() < count)
      throw std::runtime_error("the publishes did not come");
    std::vector<publish_completion> done;
    for (auto at = held_.rbegin(); at != held_.rend(); ++at)
      done.push_back(take(at->batch, at->token));
    const auto sink = held_.front().sink;
    held_.clear();
    lock.unlock();
    sink->complete(std::move(done));
  }

  bool wait_for(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return held_.size() >= count; });
  }

  /// What was taken so far.
  std::string bytes() const {
    std::lock_guard lock{mutex_};
    return bytes_;
  }

  std::uint64_t events() const {
    std::lock_guard lock{mutex_};
    return last_;
  }

 private:
  publish_completion take(const event_batch& batch, std::uint64_t token) {
    publish_completion out;
    out.token = token;
    out.error = error_;
    if (error_ != journal_error::none) {
      out.reason = "test";
      return out;
    }
    out.first = last_ + 1;
    last_ += batch.events.size();
    out.last = last_;
    bytes_ += batch.bytes;
    return out;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_ = false;
  journal_error error_ = journal_error::none;
  std::deque<held> held_;
  sequence_number last_ = 0;
  std::string bytes_;
};

/// Keeps the questions.
class fake_bus final : public bus_port {
 public:
  void ask(subscribe_live x) override { add(std::move(x)); }

  void ask(get_bus_status x) override { add(x); }

  void ask(set_paused x) override { add(std::move(x)); }

  void ask(list_dead_letters x) override { add(x); }

  void give(demand x) override {
    std::lock_guard lock{mutex_};
    credit_ += x.events;
    changed_.notify_all();
  }

  void drop(unsubscribe_live x) override { add(x); }

  /// The next question; it must be of this kind.
  template <class Question>
  Question next() {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return !questions_.empty(); });
    if (questions_.empty())
      throw std::runtime_error("nobody asked");
    auto out = std::get<Question>(questions_.front());
    questions_.pop_front();
    return out;
  }

  bool wait_for_credit(std::uint64_t events) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return credit_ >= events; });
  }

  std::uint64_t credit() const {
    std::lock_guard lock{mutex_};
    return credit_;
  }

 private:
  using question = std::variant<subscribe_live, get_bus_status, set_paused, list_dead_letters,
                                unsubscribe_live>;

  void add(question x) {
    std::lock_guard lock{mutex_};
    questions_.push_back(std::move(x));
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<question> questions_;
  std::uint64_t credit_ = 0;
};

/// A server with stand-ins behind it.
struct server_fixture {
  gateway_options options;
  server_ports ports;
  std::shared_ptr<fake_journal> journal = std::make_shared<fake_journal>();
  std::shared_ptr<fake_bus> bus = std::make_shared<fake_bus>();
  std::unique_ptr<http_server> server;

  server_fixture() {
    options.port = 0;
    options.sweep_interval = std::chrono::milliseconds{20};
    ports.journal = journal;
    ports.bus = bus;
    ports.now = [] { return unix_ms{784'111'777'000}; };
    ports.bus_by_name = [](std::string_view name) -> std::optional<bus_id> {
      if (name == "default")
        return 1;
      if (name == "orders")
        return 2;
      return std::nullopt;
    };
    ports.random = [n = std::uint64_t{0}]() mutable { return ++n; };
    ports.metrics_text = [] { return std::string{"# rest of the node\n"}; };
  }

  std::uint16_t start() {
    server = std::make_unique<http_server>(options, ports);
    server->start();
    return server->port();
  }
};

} // namespace baseplate::gateway
