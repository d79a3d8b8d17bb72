// A queue between one of the journal's threads and another. Bounded by its user.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace baseplate::journal {

template <class T>
class work_queue {
 public:
  /// Adds one; after close() it is dropped.
  void push(T x) {
    {
      std::lock_guard guard{mutex_};
      if (closed_)
        return;
      items_.push_back(std::move(x));
    }
    changed_.notify_one();
  }

  /// Waits for one. Nothing: closed, and all were taken.
  std::optional<T> pop() {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return closed_ || !items_.empty(); });
    if (items_.empty())
      return std::nullopt;
    auto x = std::move(items_.front());
    items_.pop_front();
    return x;
  }

  /// What was added can still be taken.
  void close() {
    {
      std::lock_guard guard{mutex_};
      closed_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;
  bool closed_ = false;
};

} // namespace baseplate::journal
