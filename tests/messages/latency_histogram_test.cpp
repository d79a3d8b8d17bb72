#include "messages/latency_histogram.hpp"

#include <gtest/gtest.h>

namespace baseplate {
namespace {

TEST(LatencyHistogram, PutsADurationIntoTheFirstBucketWhoseBoundIsNotBelowIt) {
  const auto bounds = latency_histogram::bounds_s();
  for (std::int64_t ns :
       {0LL, 1LL, 16384LL, 16385LL, 20480LL, 20481LL, 1000000LL, 999999999LL, 30000000000LL}) {
    latency_histogram x;
    x.observe(ns);
    const auto counts = x.counts();
    std::size_t at = 0;
    while (counts[at] == 0)
      ++at;
    ASSERT_LT(at, bounds.size()) << ns;
    EXPECT_LE(static_cast<double>(ns) * 1e-9, bounds[at] + 1e-12) << ns;
    if (at > 0) {
      EXPECT_GT(static_cast<double>(ns) * 1e-9, bounds[at - 1]) << ns;
    }
  }
}

TEST(LatencyHistogram, KeepsWhatIsAboveItsLastBound) {
  latency_histogram x;
  x.observe(3'600'000'000'000, 2);
  EXPECT_EQ(x.counts().back(), 2u);
  EXPECT_DOUBLE_EQ(x.sum_s(), 7200.0);
}

} // namespace
} // namespace baseplate
