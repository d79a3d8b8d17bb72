// How long something took, counted in buckets: four to an octave, from 16 us to 67 s.
// Threads: observe() and the readers may run concurrently; one relaxed addition per observation.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <vector>

namespace baseplate {

class latency_histogram {
 public:
  static constexpr std::size_t bucket_count = 4 * 22 + 1;

  void observe(std::int64_t nanoseconds) {
    const auto ns = nanoseconds < 0 ? 0 : static_cast<std::uint64_t>(nanoseconds);
    buckets_[bucket_of(ns)].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(ns, std::memory_order_relaxed);
  }

  /// The same duration `times` times.
  void observe(std::int64_t nanoseconds, std::uint64_t times) {
    const auto ns = nanoseconds < 0 ? 0 : static_cast<std::uint64_t>(nanoseconds);
    buckets_[bucket_of(ns)].fetch_add(times, std::memory_order_relaxed);
    sum_ns_.fetch_add(ns * times, std::memory_order_relaxed);
  }

  /// Upper bounds in seconds; the last bucket has none.
  static std::vector<double> bounds_s() {
    std::vector<double> out;
    for (std::size_t i = 0; i + 1 < bucket_count; ++i)
      out.push_back(static_cast<double>(upper_ns(i)) * 1e-9);
    return out;
  }

  std::vector<std::uint64_t> counts() const {
    std::vector<std::uint64_t> out;
    for (auto& bucket : buckets_)
      out.push_back(bucket.load(std::memory_order_relaxed));
    return out;
  }

  double sum_s() const {
    return static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) * 1e-9;
  }

 private:
  static constexpr unsigned first_octave = 14; // 2^14 ns is 16.4 us

  /// Four buckets between 2^o and 2^(o+1), each including its upper bound.
  static std::size_t bucket_of(std::uint64_t ns) {
    if (ns <= (std::uint64_t{1} << first_octave))
      return 0;
    const auto octave = static_cast<unsigned>(std::bit_width(ns - 1)) - 1;
    const auto quarter = ((ns - 1) >> (octave - 2)) & 3;
    const auto at = std::size_t{4} * (octave - first_octave) + quarter + 1;
    return at < bucket_count ? at : bucket_count - 1;
  }

  static std::uint64_t upper_ns(std::size_t bucket) {
    if (bucket == 0)
      return std::uint64_t{1} << first_octave;
    const auto octave = first_octave + (bucket - 1) / 4;
    const auto quarter = (bucket - 1) % 4;
    return (std::uint64_t{4} + quarter + 1) << (octave - 2);
  }

  std::array<std::atomic<std::uint64_t>, bucket_count> buckets_{};
  std::atomic<std::uint64_t> sum_ns_{0};
};

} // namespace baseplate
