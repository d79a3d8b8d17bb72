// Lines of a file or of stdin, plain or gzip, one after the other, as they arrive.
// Limits: a line has at most line_bytes_max bytes. Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace baseplate::app {

class input_lines {
 public:
  static constexpr std::size_t line_bytes_max = 16 * 1024 * 1024;

  /// `path` "-": stdin. What cannot be opened is told by error().
  explicit input_lines(const std::string& path);
  ~input_lines();
  input_lines(const input_lines&) = delete;
  input_lines& operator=(const input_lines&) = delete;

  /// The next line without its line end, waiting for it; nullopt at the end, on an error, or when a
  /// signal came in between (then at_end() is false and error() empty). Valid until the next call.
  std::optional<std::string_view> next();

  /// True if next() would have to wait for a pipe or a terminal.
  bool would_wait() const;

  /// The last line was given, or there is an error.
  bool at_end() const;

  /// What went wrong, for people; empty: nothing. A truncated or damaged gzip file is an error, not
  /// an end.
  const std::string& error() const { return error_; }

  /// Number of the line that next() gave last, from 1.
  std::uint64_t line() const { return line_; }

  /// How much of the file has been read, 0 to 1; negative when that is not known (stdin, a pipe).
  double fraction() const;

 private:
  struct inflater;

  bool fill();
  void take(std::string_view bytes);
  void take_end();

  int file_ = -1;
  std::unique_ptr<inflater> inflater_;
  bool sniffed_ = false;
  std::string head_;
  std::string buffer_;
  std::size_t begin_ = 0;
  bool ended_ = false;
  std::string error_;
  std::uint64_t line_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t file_bytes_ = 0;
};

} // namespace baseplate::app
