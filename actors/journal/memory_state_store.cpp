#include "actors/journal/memory_state_store.hpp"

#include <vector>

namespace baseplate::journal {

memory_state_store::memory_state_store(std::shared_ptr<memory_rows> rows)
    : rows_(std::move(rows)) {}

store_result memory_state_store::get(std::string_view key, std::optional<std::string>& out) const {
  std::lock_guard guard{rows_->mutex_};
  out.reset();
  if (auto i = rows_->rows_.find(key); i != rows_->rows_.end())
    out = i->second;
  return {};
}

store_result memory_state_store::scan(
    std::string_view prefix, std::string_view from,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
  std::lock_guard guard{rows_->mutex_};
  for (auto i = rows_->rows_.lower_bound(std::max(prefix, from));
       i != rows_->rows_.end() && std::string_view{i->first}.starts_with(prefix); ++i)
    if (!visit(i->first, i->second))
      break;
  return {};
}

store_result memory_state_store::ingest(const std::function<bool(row_view&)>& next) {
  // Collected first: a batch is seen as a whole or not at all.
  std::vector<std::pair<std::string, std::optional<std::string>>> batch;
  row_view row;
  while (next(row)) {
    if (!batch.empty() && batch.back().first >= row.key)
      return {"keys of a batch must rise", false};
    batch.emplace_back(row.key, row.value);
  }
  std::lock_guard guard{rows_->mutex_};
  for (auto& [key, value] : batch) {
    if (value)
      rows_->rows_[key] = std::move(*value);
    else
      rows_->rows_.erase(key);
  }
  return {};
}

} // namespace baseplate::journal
