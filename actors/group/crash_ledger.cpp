#include "actors/group/crash_ledger.hpp"

#include <algorithm>

namespace baseplate::group {

void crash_ledger::record(const std::string& input, const std::string& reason) {
  std::lock_guard guard{mutex_};
  auto [i, fresh] = inputs_.try_emplace(input);
  ++i->second.crashes;
  i->second.reason = reason;
  if (fresh) {
    order_.push_back(input);
    if (order_.size() > inputs_max) {
      inputs_.erase(order_.front());
      order_.pop_front();
    }
  }
  size_.store(inputs_.size(), std::memory_order_release);
}

std::optional<crash_ledger::verdict> crash_ledger::poison(const std::string& input) const {
  std::lock_guard guard{mutex_};
  auto i = inputs_.find(input);
  if (i == inputs_.end() || i->second.crashes < crashes_max_)
    return std::nullopt;
  return i->second;
}

bool crash_ledger::knows(const std::string& input) const {
  std::lock_guard guard{mutex_};
  return inputs_.count(input) > 0;
}

void crash_ledger::forget(const std::string& input) {
  std::lock_guard guard{mutex_};
  if (inputs_.erase(input) == 0)
    return;
  order_.erase(std::find(order_.begin(), order_.end(), input));
  size_.store(inputs_.size(), std::memory_order_release);
}

} // namespace baseplate::group
