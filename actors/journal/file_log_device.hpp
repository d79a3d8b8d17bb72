// The log as files: <data>/log/<segment>.log, one lock file <data>/LOCK, evidence in
// <data>/quarantine/. Durable means fdatasync of the file, and fsync of the directory when a file
// is made or removed. A full disk is ENOSPC or EDQUOT; everything else is a failure.
#pragma once

#include "actors/journal/log_device.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

namespace baseplate::journal {

class file_log_device final : public log_device {
 public:
  /// Makes the directories and takes the lock.
  /// @throws journal_open_error when another process holds it (the text names its process id), or
  /// the directory
  ///         cannot be made or written
  explicit file_log_device(const std::filesystem::path& data);
  ~file_log_device() override;

  file_log_device(const file_log_device&) = delete;
  file_log_device& operator=(const file_log_device&) = delete;

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
  class descriptor;
  using file_ptr = std::shared_ptr<descriptor>;

  device_result open(const segment_name& name, file_ptr& out) const;
  device_result sync_directory(const std::filesystem::path& path) const;
  std::filesystem::path path_of(const segment_name& name) const;

  std::filesystem::path data_;
  std::filesystem::path log_;
  file_ptr lock_;
  mutable std::mutex mutex_;
  /// Open files; at most open_files_max, then the oldest segments' are closed.
  mutable std::map<segment_name, file_ptr> files_;
};

} // namespace baseplate::journal
