#include "app/client/input_lines.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace baseplate::app {

/// One or more gzip members, piece by piece.
struct input_lines::inflater {
  z_stream stream{};
  bool in_member = true;

  inflater() { inflateInit2(&stream, 15 + 16); }

  ~inflater() { inflateEnd(&stream); }

  /// Appends what `bytes` unpack to; a fault's text, or null.
  const char* take(std::string_view bytes, std::string& out) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    char piece[64 * 1024];
    while (stream.avail_in > 0) {
      if (!in_member) {
        inflateReset(&stream);
        in_member = true;
      }
      int code = Z_OK;
      do {
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        code = inflate(&stream, Z_NO_FLUSH);
        out.append(piece, sizeof piece - stream.avail_out);
      } while (code == Z_OK && (stream.avail_out == 0 || stream.avail_in > 0));
      if (code == Z_STREAM_END)
        in_member = false;
      else if (code != Z_OK && code != Z_BUF_ERROR)
        return stream.msg ? stream.msg : "unknown";
      else if (stream.avail_in > 0)
        return "no progress";
    }
    return nullptr;
  }
};

input_lines::input_lines(const std::string& path) {
  file_ = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) {
    error_ = path + ": " + std::strerror(errno);
    return;
  }

  struct stat status {};

  if (::fstat(file_, &status) == 0) {
    if (S_ISREG(status.st_mode))
      file_bytes_ = static_cast<std::uint64_t>(status.st_size);
    if (S_ISDIR(status.st_mode))
      error_ = path + ": is a directory";
  }
}

input_lines::~input_lines() {
  if (file_ >= 0)
    ::close(file_);
}

void input_lines::take(std::string_view bytes) {
  if (!sniffed_) {
    head_ += bytes;
    if (head_.size() < 2)
      return;
    sniffed_ = true;
    if (head_.starts_with("\x1f\x8b"))
      inflater_ = std::make_unique<inflater>();
    bytes = head_;
  }
  if (!inflater_)
    buffer_ += bytes;
  else if (auto fault = inflater_->take(bytes, buffer_))
    error_ = std::string{"the gzip data is damaged: "} + fault;
  head_.clear();
}

void input_lines::take_end() {
  ended_ = true;
  buffer_ += head_;
  head_.clear();
  if (inflater_ && inflater_->in_member)
    error_ = "the gzip data ends in the middle";
}

bool input_lines::fill() {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  char piece[64 * 1024];
  auto count = ::read(file_, piece, sizeof piece);
  if (count < 0) {
    if (errno != EINTR)
      error_ = std::strerror(errno);
    return false;
  }
  bytes_read_ += static_cast<std::uint64_t>(count);
  if (count == 0)
    take_end();
  else
    take({piece, static_cast<std::size_t>(count)});
  return true;
}

std::optional<std::string_view> input_lines::next() {
  std::size_t searched = 0;
  while (error_.empty()) {
    auto end = buffer_.find('\n', begin_ + searched);
    if (end == std::string::npos) {
      searched = buffer_.size() - begin_;
      if (searched > line_bytes_max) {
        error_ = "line " + std::to_string(line_ + 1) + " is longer than 16 MiB";
        break;
      }
      if (!ended_) {
        if (!fill())
          return std::nullopt;
        continue;
      }
      if (searched == 0)
        return std::nullopt;
      end = buffer_.size();
    }
    std::string_view line{buffer_.data() + begin_, end - begin_};
    begin_ = std::min(end + 1, buffer_.size());
    ++line_;
    if (!line.empty() && line.back() == '\r')
      line.remove_suffix(1);
    return line;
  }
  return std::nullopt;
}

bool input_lines::would_wait() const {
  if (ended_ || !error_.empty() || buffer_.find('\n', begin_) != std::string::npos)
    return false;
  pollfd wanted{file_, POLLIN, 0};
  return ::poll(&wanted, 1, 0) == 0;
}

bool input_lines::at_end() const {
  return !error_.empty() || (ended_ && begin_ == buffer_.size());
}

double input_lines::fraction() const {
  if (file_bytes_ == 0)
    return -1;
  return std::min(1.0, static_cast<double>(bytes_read_) / static_cast<double>(file_bytes_));
}

} // namespace baseplate::app
