#include "actors/journal/file_log_device.hpp"

#include "actors/journal/journal_open_error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace baseplate::journal {

namespace {

constexpr std::size_t open_files_max = 64;

device_result failure(std::string_view what, const std::filesystem::path& path, int code) {
  device_result result;
  result.error = code == ENOSPC || code == EDQUOT ? device_error::full : device_error::failed;
  result.reason.append(what)
      .append(" ")
      .append(path.string())
      .append(": ")
      .append(std::strerror(code));
  return result;
}

} // namespace

class file_log_device::descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}

  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  ~descriptor() { ::close(fd_); }

  int get() const { return fd_; }

 private:
  int fd_;
};

file_log_device::file_log_device(const std::filesystem::path& data)
    : data_(data), log_(data / "log") {
  std::error_code error;
  std::filesystem::create_directories(log_, error);
  if (error)
    throw journal_open_error{"", 0,
                             "cannot make directory " + log_.string() + ": " + error.message()};
  auto path = data_ / "LOCK";
  auto fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0)
    throw journal_open_error{"", 0, failure("cannot open", path, errno).reason};
  lock_ = std::make_shared<descriptor>(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      throw journal_open_error{"", 0, failure("cannot lock", path, errno).reason};
    char holder[32] = {};
    auto n = ::pread(fd, holder, sizeof(holder) - 1, 0);
    std::string pid(holder, n > 0 ? static_cast<std::size_t>(n) : 0);
    while (!pid.empty() && pid.back() == '\n')
      pid.pop_back();
    throw journal_open_error{"", 0,
                             "data directory " + data_.string() + " is in use by process "
                                 + (pid.empty() ? "(unknown)" : pid)
                                 + "; only one process may open it"};
  }
  auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0
      || ::pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    // The number is a courtesy: a full disk must not keep a node from starting.
    (void)::ftruncate(fd, 0);
  }
  if (auto result = sync_directory(data_); !result.ok())
    throw journal_open_error{"", 0, result.reason};
}

file_log_device::~file_log_device() = default;

device_result file_log_device::list(std::vector<listed_segment>& out) const {
  out.clear();
  std::error_code error;
  for (std::filesystem::directory_iterator i{log_, error}, end; !error && i != end;
       i.increment(error)) {
    listed_segment segment;
    if (!parse_file_name(i->path().filename().string(), segment.name))
      continue;
    segment.bytes = i->file_size(error);
    if (error)
      break;
    out.push_back(segment);
  }
  if (error)
    return failure("cannot list", log_, error.value());
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return {};
}

device_result file_log_device::create(const segment_name& name, std::string_view header) {
  auto path = path_of(name);
  auto fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (fd < 0)
    return failure("cannot create", path, errno);
  auto file = std::make_shared<descriptor>(fd);
  {
    std::lock_guard guard{mutex_};
    files_[name] = file;
    // Whoever reads an old segment opens it again.
    while (files_.size() > open_files_max)
      files_.erase(files_.begin());
  }
  auto result = write(name, 0, header);
  if (result.ok())
    result = sync(name);
  if (result.ok())
    result = sync_directory(log_);
  if (!result.ok())
    (void)unlink(name);
  return result;
}

device_result file_log_device::write(const segment_name& name, std::uint64_t offset,
                                     std::string_view bytes) {
  file_ptr file;
  if (auto result = open(name, file); !result.ok())
    return result;
  while (!bytes.empty()) {
    auto n = ::pwrite(file->get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return failure("cannot write", path_of(name), n < 0 ? errno : EIO);
    bytes.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

device_result file_log_device::sync(const segment_name& name) {
  file_ptr file;
  if (auto result = open(name, file); !result.ok())
    return result;
  if (::fdatasync(file->get()) != 0)
    return failure("cannot sync", path_of(name), errno);
  return {};
}

device_result file_log_device::read(const segment_name& name, std::uint64_t offset, char* to,
                                    std::size_t size, std::size_t& read) const {
  read = 0;
  file_ptr file;
  if (auto result = open(name, file); !result.ok())
    return result;
  while (read < size) {
    auto n = ::pread(file->get(), to + read, size - read, static_cast<off_t>(offset + read));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return failure("cannot read", path_of(name), errno);
    if (n == 0)
      break;
    read += static_cast<std::size_t>(n);
  }
  return {};
}

device_result file_log_device::truncate(const segment_name& name, std::uint64_t bytes) {
  file_ptr file;
  if (auto result = open(name, file); !result.ok())
    return result;
  if (::ftruncate(file->get(), static_cast<off_t>(bytes)) != 0 || ::fsync(file->get()) != 0)
    return failure("cannot truncate", path_of(name), errno);
  return {};
}

device_result file_log_device::unlink(const segment_name& name) {
  {
    std::lock_guard guard{mutex_};
    files_.erase(name);
  }
  auto path = path_of(name);
  if (::unlink(path.c_str()) != 0)
    return failure("cannot unlink", path, errno);
  return sync_directory(log_);
}

device_result file_log_device::set_aside(std::string_view label, std::string_view bytes,
                                         std::string& where) {
  auto directory = data_ / "quarantine";
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    return failure("cannot make directory", directory, error.value());
  // Earlier evidence is never overwritten.
  auto fd = -1;
  std::filesystem::path path;
  for (int n = 0; fd < 0; ++n) {
    path = directory / (std::string{label} + (n == 0 ? "" : "." + std::to_string(n)));
    fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (fd < 0 && errno != EEXIST)
      return failure("cannot create", path, errno);
  }
  descriptor file{fd};
  where = path.string();
  while (!bytes.empty()) {
    auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return failure("cannot write", path, n < 0 ? errno : EIO);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(fd) != 0)
    return failure("cannot sync", path, errno);
  if (auto result = sync_directory(directory); !result.ok())
    return result;
  return sync_directory(data_);
}

device_result file_log_device::open(const segment_name& name, file_ptr& out) const {
  std::lock_guard guard{mutex_};
  if (auto i = files_.find(name); i != files_.end()) {
    out = i->second;
    return {};
  }
  auto path = path_of(name);
  auto fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return failure("cannot open", path, errno);
  out = std::make_shared<descriptor>(fd);
  // The newest stays: it is being written.
  if (files_.size() >= open_files_max)
    files_.erase(files_.begin());
  files_[name] = out;
  return {};
}

device_result file_log_device::sync_directory(const std::filesystem::path& path) const {
  auto fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return failure("cannot open", path, errno);
  descriptor directory{fd};
  if (::fsync(fd) != 0)
    return failure("cannot sync", path, errno);
  return {};
}

std::filesystem::path file_log_device::path_of(const segment_name& name) const {
  return log_ / to_file_name(name);
}

} // namespace baseplate::journal
