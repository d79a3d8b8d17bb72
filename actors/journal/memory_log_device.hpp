// The log in memory, with the one property that matters of a disk: what was not synced may be lost
// in a crash. The disk outlives the device, so that a simulated node can die and open it again.
#pragma once

#include "actors/journal/log_device.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace baseplate::journal {

/// The platter. Thread-safe.
class memory_disk {
 public:
  /// A random number below its argument; its argument is above 0.
  using random = std::function<std::uint64_t(std::uint64_t)>;

  struct segment {
    std::string bytes;
    /// Bytes that a crash cannot take.
    std::size_t synced = 0;
  };

  /// What a power cut does: every segment is cut at a random byte behind its synced mark; one in
  /// four times a bit of what is left there flips, one in four times garbage follows.
  void crash(const random& below);

  /// Contents as they are, for a test to look at and to damage.
  std::map<segment_name, segment> snapshot() const;
  void replace(const segment_name& name, std::string bytes);
  void erase(const segment_name& name);

  /// What was set aside, by label.
  std::map<std::string, std::string> quarantine() const;

 private:
  friend class memory_log_device;

  mutable std::mutex mutex_;
  std::map<segment_name, segment> segments_;
  std::map<std::string, std::string> quarantine_;
};

class memory_log_device final : public log_device {
 public:
  explicit memory_log_device(std::shared_ptr<memory_disk> disk);

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
  std::shared_ptr<memory_disk> disk_;
};

} // namespace baseplate::journal
