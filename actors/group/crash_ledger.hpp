// Which inputs crashed a group, and how often: what tells a poison event from a bad day. Outlives
// incarnations. Threads: all calls may run concurrently (an incarnation that dies and one that is
// born). Cost: empty() is one atomic load, so that a healthy group pays nothing per event. Limit:
// inputs_max inputs are remembered; the oldest is forgotten first.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace baseplate::group {

class crash_ledger {
 public:
  static constexpr std::size_t inputs_max = 1024;

  /// `crashes_max`: crashes by the same input after which it counts as poison, at least 1.
  explicit crash_ledger(std::uint32_t crashes_max = 3)
      : crashes_max_(crashes_max < 1 ? 1 : crashes_max) {}

  bool empty() const { return size_.load(std::memory_order_acquire) == 0; }

  /// Notes a crash while `input` was handled.
  void record(const std::string& input, const std::string& reason);

  struct verdict {
    std::uint32_t crashes = 0;
    std::string reason;
  };

  /// Set when `input` has crashed the group too often: it must be quarantined, not tried again.
  std::optional<verdict> poison(const std::string& input) const;

  /// True: `input` crashed the group before.
  bool knows(const std::string& input) const;

  /// The input is dealt with.
  void forget(const std::string& input);

 private:
  const std::uint32_t crashes_max_;
  mutable std::mutex mutex_;
  std::map<std::string, verdict> inputs_;
  std::deque<std::string> order_;
  std::atomic<std::size_t> size_{0};
};

} // namespace baseplate::group
