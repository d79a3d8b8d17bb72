// A device that fails as told: wraps another one. For tests and simulations.
// Faults are scripted: each one is armed for one call, or for all calls until it is disarmed.
#pragma once

#include "actors/journal/log_device.hpp"

#include <deque>
#include <memory>
#include <mutex>

namespace baseplate::journal {

/// What shall go wrong. Shared by the device and the test. Thread-safe.
class fault_script {
 public:
  enum class fault : std::uint8_t {
    /// The next write puts only a part on the device and then reports a failure.
    short_write,
    /// The same for want of space.
    short_write_full,
    /// The next sync fails; what was not synced is in an unknown state.
    failed_sync,
    /// The next write puts one wrong bit on the device and reports success, as rotten memory would.
    flipped_bit,
    /// The next segment cannot be made.
    failed_create,
    /// The next read fails.
    failed_read,
  };

  /// Arms a fault for one call; several wait in order.
  void arm(fault x);

  /// Nothing fails any more.
  void clear();

  /// While set, no write and no new segment finds space.
  void set_full(bool full);

  /// Bytes that a short write still puts on the device, of those it was given.
  void set_short_bytes(std::size_t bytes);

 private:
  friend class faulty_log_device;

  bool take(fault x);

  mutable std::mutex mutex_;
  std::deque<fault> armed_;
  bool full_ = false;
  std::size_t short_bytes_ = 7;
};

class faulty_log_device final : public log_device {
 public:
  faulty_log_device(std::unique_ptr<log_device> inner, std::shared_ptr<fault_script> script);

  device_result list(std::vector<listed_segment>& out) const override;
  device_result create(const segment_name& name, std::string_view header) override;
  device_result write(const segment_name& name, std::uint64_t offset,
                      std::string_view bytes) override;
  device_result sync(const segment_name& name) override;
  device_result read(const segment_name& name, std::uint64_t offset, char* to, std::size_t size,
                     std::size_t& read) const override;
  device_result truncate(const segment_name& name, std::uint64_t bytes) override;
  device_result unlink(const segment_name& name) override;
  device_result set_aside(std::string_view label, std::string_view bytes,
                          std::string& where) override;

 private:
  std::unique_ptr<log_device> inner_;
  std::shared_ptr<fault_script> script_;
};

} // namespace baseplate::journal
