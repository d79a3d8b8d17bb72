// The state store in memory. Its rows outlive it, as files would: after a crash it holds what was
// ingested last.
#pragma once

#include "actors/journal/state_store.hpp"

#include <map>
#include <memory>
#include <mutex>

namespace baseplate::journal {

/// What is on the disk. Thread-safe.
class memory_rows {
 public:
  std::map<std::string, std::string, std::less<>> snapshot() const {
    std::lock_guard guard{mutex_};
    return rows_;
  }

  /// Sets a row aside from any ingest: for tests that damage a store.
  void put(std::string key, std::string value) {
    std::lock_guard guard{mutex_};
    rows_[std::move(key)] = std::move(value);
  }

 private:
  friend class memory_state_store;

  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> rows_;
};

class memory_state_store final : public state_store {
 public:
  explicit memory_state_store(std::shared_ptr<memory_rows> rows);

  store_result get(std::string_view key, std::optional<std::string>& out) const override;
  store_result
  scan(std::string_view prefix, std::string_view from,
       const std::function<bool(std::string_view, std::string_view)>& visit) const override;
  store_result ingest(const std::function<bool(row_view&)>& next) override;

 private:
  std::shared_ptr<memory_rows> rows_;
};

} // namespace baseplate::journal
