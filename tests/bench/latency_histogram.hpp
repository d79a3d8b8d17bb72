// Counts durations so that percentiles can be told within 1.6 %, in fixed memory (HDR-like: 64
// linear steps in each power of two). Threads: one at a time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace baseplate::bench {

class latency_histogram {
 public:
  /// Counts one duration in ns; negative ones count as 0.
  void add(std::int64_t ns) {
    auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
    ++counts_[index_of(value)];
    ++total_;
    max_ = std::max(max_, value);
    sum_ += static_cast<double>(value);
  }

  std::uint64_t count() const { return total_; }

  /// ns; exact.
  std::uint64_t max() const { return max_; }

  /// ns; exact but for rounding. 0 when nothing was counted.
  double mean() const { return total_ == 0 ? 0 : sum_ / static_cast<double>(total_); }

  /// The duration in ns that `share` (0 to 1) of all are at or below, at most 1.6 % too high. 0
  /// when nothing was counted.
  std::uint64_t percentile(double share) const {
    if (total_ == 0)
      return 0;
    auto wanted = static_cast<std::uint64_t>(
        std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(total_)));
    wanted = std::max<std::uint64_t>(wanted, 1);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= wanted)
        return std::min(upper_bound_of(i), max_);
    }
    return max_;
  }

 private:
  static constexpr unsigned step_bits = 6;
  static constexpr std::uint64_t steps = 1u << step_bits;

  static std::size_t index_of(std::uint64_t value) {
    if (value < steps)
      return value;
    auto exponent = static_cast<unsigned>(std::bit_width(value)) - 1;
    auto shift = exponent - step_bits;
    return (std::size_t{exponent - step_bits} + 1) * steps + ((value >> shift) - steps);
  }

  static std::uint64_t upper_bound_of(std::size_t index) {
    if (index < steps)
      return index;
    auto shift = index / steps - 1;
    auto step = index % steps + steps;
    return ((step + 1) << shift) - 1;
  }

  std::array<std::uint64_t, (64 - step_bits + 1) * steps> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
  double sum_ = 0;
};

} // namespace baseplate::bench
