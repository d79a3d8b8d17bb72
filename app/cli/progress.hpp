// How far a transfer is: a bar that is drawn anew on a terminal, a line every five seconds
// elsewhere. To stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace baseplate::app {

/// "[=====>    ]  45 %  4,500 events  12,345/s"; without a known end (fraction < 0) only the
/// figures. Pure.
std::string render_progress(double fraction, std::uint64_t count, double per_second, int width,
                            std::string_view counted = "events");

/// "1,234,567". Pure.
std::string with_thousands(std::uint64_t value);

class progress {
 public:
  /// `counted`: what is counted, in the plural; a literal.
  explicit progress(bool quiet, std::string_view counted = "events");

  /// Shows the state if it is time to.
  void show(double fraction, std::uint64_t count, const std::string& note);

  /// Ends the line that was being drawn.
  void finish();

 private:
  using clock = std::chrono::steady_clock;
  bool quiet_;
  std::string_view counted_;
  bool terminal_;
  bool drawn_ = false;
  clock::time_point begin_ = clock::now();
  clock::time_point next_ = begin_;
};

} // namespace baseplate::app
