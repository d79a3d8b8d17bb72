#include "app/cli/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace baseplate::app {

std::string with_thousands(std::uint64_t value) {
  auto text = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

std::string render_progress(double fraction, std::uint64_t count, double per_second, int width,
                            std::string_view counted) {
  auto figures = with_thousands(count) + " " + std::string(counted) + "  "
                 + with_thousands(static_cast<std::uint64_t>(std::llround(per_second))) + "/s";
  if (fraction < 0)
    return figures;
  fraction = std::min(fraction, 1.0);
  auto percent = std::to_string(static_cast<int>(fraction * 100));
  percent.insert(0, percent.size() < 3 ? 3 - percent.size() : 0, ' ');
  auto room = std::clamp(width - static_cast<int>(figures.size()) - 13, 10, 40);
  auto filled = static_cast<int>(fraction * room);
  std::string bar(static_cast<std::size_t>(filled), '=');
  if (filled < room)
    bar += '>';
  bar.resize(static_cast<std::size_t>(room), ' ');
  return "[" + bar + "] " + percent + " %  " + figures;
}

progress::progress(bool quiet, std::string_view counted)
    : quiet_(quiet), counted_(counted), terminal_(::isatty(STDERR_FILENO) == 1) {
  if (!terminal_)
    next_ += std::chrono::seconds{5};
}

void progress::show(double fraction, std::uint64_t count, const std::string& note) {
  auto now = clock::now();
  if (quiet_ || now < next_)
    return;
  next_ = now + (terminal_ ? std::chrono::milliseconds{100} : std::chrono::milliseconds{5000});
  winsize size{};
  int width = 80;
  if (terminal_ && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    width = size.ws_col;
  std::chrono::duration<double> elapsed = now - begin_;
  auto line = render_progress(fraction, count, static_cast<double>(count) / elapsed.count(), width,
                              counted_);
  if (!note.empty())
    line += "  " + note;
  if (terminal_)
    std::fprintf(stderr, "\r\x1b[K%.*s", width - 1, line.c_str());
  else
    std::fprintf(stderr, "%s\n", line.c_str());
  std::fflush(stderr);
  drawn_ = terminal_;
}

void progress::finish() {
  if (drawn_)
    std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

} // namespace baseplate::app
