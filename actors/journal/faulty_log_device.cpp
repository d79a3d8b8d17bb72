#include "actors/journal/faulty_log_device.hpp"

#include <algorithm>

namespace baseplate::journal {

void fault_script::arm(fault x) {
  std::lock_guard guard{mutex_};
  armed_.push_back(x);
}

void fault_script::clear() {
  std::lock_guard guard{mutex_};
  armed_.clear();
  full_ = false;
}

void fault_script::set_full(bool full) {
  std::lock_guard guard{mutex_};
  full_ = full;
}

void fault_script::set_short_bytes(std::size_t bytes) {
  std::lock_guard guard{mutex_};
  short_bytes_ = bytes;
}

bool fault_script::take(fault x) {
  std::lock_guard guard{mutex_};
  auto i = std::find(armed_.begin(), armed_.end(), x);
  if (i == armed_.end())
    return false;
  armed_.erase(i);
  return true;
}

faulty_log_device::faulty_log_device(std::unique_ptr<log_device> inner,
                                     std::shared_ptr<fault_script> script)
    : inner_(std::move(inner)), script_(std::move(script)) {}

device_result faulty_log_device::list(std::vector<listed_segment>& out) const {
  return inner_->list(out);
}

device_result faulty_log_device::create(const segment_name& name, std::string_view header) {
  if (script_->take(fault_script::fault::failed_create))
    return {device_error::failed, "injected: cannot create"};
  {
    std::lock_guard guard{script_->mutex_};
    if (script_->full_)
      return {device_error::full, "injected: no space left on device"};
  }
  return inner_->create(name, header);
}

device_result faulty_log_device::write(const segment_name& name, std::uint64_t offset,
                                       std::string_view bytes) {
  bool full = false;
  std::size_t part = 0;
  {
    std::lock_guard guard{script_->mutex_};
    full = script_->full_;
    part = std::min(script_->short_bytes_, bytes.size());
  }
  auto short_full = script_->take(fault_script::fault::short_write_full);
  if (full || short_full) {
    (void)inner_->write(name, offset, bytes.substr(0, part));
    return {device_error::full, "injected: no space left on device"};
  }
  if (script_->take(fault_script::fault::short_write)) {
    (void)inner_->write(name, offset, bytes.substr(0, part));
    return {device_error::failed, "injected: short write"};
  }
  if (script_->take(fault_script::fault::flipped_bit) && !bytes.empty()) {
    std::string rotten{bytes};
    rotten[rotten.size() / 2] ^= 0x10;
    return inner_->write(name, offset, rotten);
  }
  return inner_->write(name, offset, bytes);
}

device_result faulty_log_device::sync(const segment_name& name) {
  if (script_->take(fault_script::fault::failed_sync))
    return {device_error::failed, "injected: sync failed"};
  return inner_->sync(name);
}

device_result faulty_log_device::read(const segment_name& name, std::uint64_t offset, char* to,
                                      std::size_t size, std::size_t& read) const {
  read = 0;
  if (script_->take(fault_script::fault::failed_read))
    return {device_error::failed, "injected: cannot read"};
  return inner_->read(name, offset, to, size, read);
}

device_result faulty_log_device::truncate(const segment_name& name, std::uint64_t bytes) {
  return inner_->truncate(name, bytes);
}

device_result faulty_log_device::unlink(const segment_name& name) {
  return inner_->unlink(name);
}

device_result faulty_log_device::set_aside(std::string_view label, std::string_view bytes,
                                           std::string& where) {
  return inner_->set_aside(label, bytes, where);
}

} // namespace baseplate::journal
