#include "tests/bench/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

using baseplate::bench::latency_histogram;

TEST(LatencyHistogram, TellsNothingBeforeTheFirstDuration) {
  auto h = std::make_unique<latency_histogram>();
  EXPECT_EQ(h->count(), 0u);
  EXPECT_EQ(h->percentile(0.5), 0u);
  EXPECT_EQ(h->mean(), 0.0);
}

TEST(LatencyHistogram, IsExactBelowSixtyFour) {
  auto h = std::make_unique<latency_histogram>();
  for (int i = 1; i <= 50; ++i)
    h->add(i);
  EXPECT_EQ(h->percentile(0.5), 25u);
  EXPECT_EQ(h->percentile(1.0), 50u);
  EXPECT_EQ(h->percentile(0.0), 1u);
}

TEST(LatencyHistogram, IsWithinTwoPercentOfTheSortedList) {
  auto h = std::make_unique<latency_histogram>();
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(2.0, 10.0);
  std::vector<std::uint64_t> all;
  for (int i = 0; i < 20'000; ++i) {
    auto value = static_cast<std::uint64_t>(std::pow(10.0, exponent(random)));
    all.push_back(value);
    h->add(static_cast<std::int64_t>(value));
  }
  std::sort(all.begin(), all.end());
  for (double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    auto exact = static_cast<double>(all[static_cast<std::size_t>(std::ceil(share * 20'000)) - 1]);
    auto told = static_cast<double>(h->percentile(share));
    EXPECT_GE(told, exact) << share;
    EXPECT_LE(told, exact * 1.016) << share;
  }
  EXPECT_EQ(h->percentile(1.0), all.back());
  EXPECT_EQ(h->max(), all.back());
}

TEST(LatencyHistogram, CountsANegativeDurationAsZero) {
  auto h = std::make_unique<latency_histogram>();
  h->add(-5);
  EXPECT_EQ(h->count(), 1u);
  EXPECT_EQ(h->percentile(0.5), 0u);
}

TEST(LatencyHistogram, TakesTheLongestDurationThereIs) {
  auto h = std::make_unique<latency_histogram>();
  h->add(INT64_MAX);
  EXPECT_EQ(h->percentile(0.5), static_cast<std::uint64_t>(INT64_MAX));
}
