#include "actors/journal/memory_log_device.hpp"

#include <algorithm>

namespace baseplate::journal {

namespace {

device_result missing(const segment_name& name) {
  return {device_error::failed, "no segment " + to_file_name(name)};
}

} // namespace

void memory_disk::crash(const random& below) {
  std::lock_guard guard{mutex_};
  for (auto& [name, segment] : segments_) {
    auto loose = segment.bytes.size() - segment.synced;
    if (loose > 0)
      segment.bytes.resize(segment.synced + below(loose + 1));
    auto left = segment.bytes.size() - segment.synced;
    if (left > 0 && below(4) == 0)
      segment.bytes[segment.synced + below(left)] ^= static_cast<char>(1U << below(8));
    if (loose > 0 && below(4) == 0)
      for (auto n = below(200); n > 0; --n)
        segment.bytes.push_back(static_cast<char>(below(256)));
    segment.synced = segment.bytes.size();
  }
}

std::map<segment_name, memory_disk::segment> memory_disk::snapshot() const {
  std::lock_guard guard{mutex_};
  return segments_;
}

void memory_disk::replace(const segment_name& name, std::string bytes) {
  std::lock_guard guard{mutex_};
  auto& segment = segments_[name];
  segment.bytes = std::move(bytes);
  segment.synced = segment.bytes.size();
}

void memory_disk::erase(const segment_name& name) {
  std::lock_guard guard{mutex_};
  segments_.erase(name);
}

std::map<std::string, std::string> memory_disk::quarantine() const {
  std::lock_guard guard{mutex_};
  return quarantine_;
}

memory_log_device::memory_log_device(std::shared_ptr<memory_disk> disk) : disk_(std::move(disk)) {}

device_result memory_log_device::list(std::vector<listed_segment>& out) const {
  std::lock_guard guard{disk_->mutex_};
  out.clear();
  for (const auto& [name, segment] : disk_->segments_)
    out.push_back({name, segment.bytes.size()});
  return {};
}

device_result memory_log_device::create(const segment_name& name, std::string_view header) {
  std::lock_guard guard{disk_->mutex_};
  auto [i, fresh] = disk_->segments_.try_emplace(name);
  if (!fresh)
    return {device_error::failed, "segment " + to_file_name(name) + " exists"};
  i->second.bytes = header;
  i->second.synced = header.size();
  return {};
}

device_result memory_log_device::write(const segment_name& name, std::uint64_t offset,
                                       std::string_view bytes) {
  std::lock_guard guard{disk_->mutex_};
  auto i = disk_->segments_.find(name);
  if (i == disk_->segments_.end())
    return missing(name);
  auto& segment = i->second;
  if (segment.bytes.size() < offset + bytes.size())
    segment.bytes.resize(offset + bytes.size());
  std::copy(bytes.begin(), bytes.end(),
            segment.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  segment.synced = std::min<std::size_t>(segment.synced, offset);
  return {};
}

device_result memory_log_device::sync(const segment_name& name) {
  std::lock_guard guard{disk_->mutex_};
  auto i = disk_->segments_.find(name);
  if (i == disk_->segments_.end())
    return missing(name);
  i->second.synced = i->second.bytes.size();
  return {};
}

device_result memory_log_device::read(const segment_name& name, std::uint64_t offset, char* to,
                                      std::size_t size, std::size_t& read) const {
  std::lock_guard guard{disk_->mutex_};
  read = 0;
  auto i = disk_->segments_.find(name);
  if (i == disk_->segments_.end())
    return missing(name);
  const auto& bytes = i->second.bytes;
  if (offset >= bytes.size())
    return {};
  read = bytes.copy(to, size, offset);
  return {};
}

device_result memory_log_device::truncate(const segment_name& name, std::uint64_t bytes) {
  std::lock_guard guard{disk_->mutex_};
  auto i = disk_->segments_.find(name);
  if (i == disk_->segments_.end())
    return missing(name);
  i->second.bytes.resize(bytes);
  i->second.synced = i->second.bytes.size();
  return {};
}

device_result memory_log_device::unlink(const segment_name& name) {
  std::lock_guard guard{disk_->mutex_};
  return disk_->segments_.erase(name) == 1 ? device_result{} : missing(name);
}

device_result memory_log_device::set_aside(std::string_view label, std::string_view bytes,
                                           std::string& where) {
  std::lock_guard guard{disk_->mutex_};
  where = label;
  for (int n = 1; disk_->quarantine_.contains(where); ++n)
    where = std::string{label} + "." + std::to_string(n);
  disk_->quarantine_.emplace(where, bytes);
  return {};
}

} // namespace baseplate::journal
