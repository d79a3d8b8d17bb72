#include "actors/journal/segment_table.hpp"

#include "messages/assert.hpp"

#include <algorithm>
#include <limits>

namespace baseplate::journal {

void index_builder::add(sequence_number first_sequence, std::uint64_t offset, std::uint32_t events,
                        unix_ms at_ms) {
  if (index_.empty() || offset - index_.back().offset >= index_stride_bytes)
    index_.push_back({first_sequence, static_cast<std::uint32_t>(offset), newest_ms_});
  if (events > 0)
    newest_ms_ = std::max(newest_ms_, at_ms);
}

void index_builder::cut(std::uint64_t offset) {
  while (!index_.empty() && index_.back().offset >= offset)
    index_.pop_back();
}

void segment_table::assign(std::vector<segment_info> segments) {
  std::lock_guard guard{mutex_};
  segments_ = std::move(segments);
}

void segment_table::add(segment_info segment) {
  std::lock_guard guard{mutex_};
  BASEPLATE_ASSERT(segments_.empty() || segments_.back().name < segment.name);
  segments_.push_back(std::move(segment));
}

std::vector<segment_info> segment_table::remove_oldest(std::size_t count) {
  std::lock_guard guard{mutex_};
  BASEPLATE_ASSERT(count < segments_.size());
  auto end = segments_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<segment_info> removed{segments_.begin(), end};
  segments_.erase(segments_.begin(), end);
  return removed;
}

void segment_table::set_durable(std::uint64_t bytes, sequence_number sequence,
                                std::shared_ptr<const segment_index> index) {
  std::lock_guard guard{mutex_};
  segments_.back().bytes = bytes;
  if (index)
    segments_.back().index = std::move(index);
  durable_ = sequence;
}

void segment_table::set_index(const segment_name& name,
                              std::shared_ptr<const segment_index> index) {
  std::lock_guard guard{mutex_};
  for (auto& segment : segments_)
    if (segment.name == name)
      segment.index = std::move(index);
}

std::vector<segment_info> segment_table::segments() const {
  std::lock_guard guard{mutex_};
  return segments_;
}

std::size_t segment_table::count() const {
  std::lock_guard guard{mutex_};
  return segments_.size();
}

segment_info segment_table::locate(sequence_number sequence) const {
  std::lock_guard guard{mutex_};
  BASEPLATE_ASSERT(!segments_.empty());
  auto i = std::upper_bound(
      segments_.begin(), segments_.end(), sequence,
      [](sequence_number s, const segment_info& x) { return s < x.name.first_sequence; });
  return i == segments_.begin() ? *i : *std::prev(i);
}

std::optional<segment_info> segment_table::next(const segment_name& name) const {
  std::lock_guard guard{mutex_};
  auto i
      = std::upper_bound(segments_.begin(), segments_.end(), name,
                         [](const segment_name& n, const segment_info& x) { return n < x.name; });
  if (i == segments_.end())
    return std::nullopt;
  return *i;
}

bool segment_table::contains(const segment_name& name) const {
  std::lock_guard guard{mutex_};
  return std::any_of(segments_.begin(), segments_.end(),
                     [&](const segment_info& x) { return x.name == name; });
}

sequence_number segment_table::oldest() const {
  std::lock_guard guard{mutex_};
  return segments_.empty() ? 1 : segments_.front().name.first_sequence;
}

sequence_number segment_table::durable() const {
  std::lock_guard guard{mutex_};
  return durable_;
}

} // namespace baseplate::journal
