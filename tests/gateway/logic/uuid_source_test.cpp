#include "actors/gateway/logic/uuid_source.hpp"

#include <gtest/gtest.h>

#include <set>

namespace baseplate::gateway {

TEST(UuidSource, RepeatsForTheSameSeedAndDiffersForAnother) {
  uuid_source a{[] { return std::uint64_t{1}; }}, b{[] { return std::uint64_t{1}; }},
      c{[] { return std::uint64_t{2}; }};
  const auto first = a.make();
  EXPECT_EQ(first, b.make());
  EXPECT_NE(first, c.make());
}

TEST(UuidSource, MakesDifferentIdsEvenFromAZeroSeed) {
  uuid_source ids{[] { return std::uint64_t{0}; }};
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i)
    seen.insert(ids.make());
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(UuidSource, WritesVersionFour) {
  uuid_source ids{[] { return std::uint64_t{99}; }};
  const auto id = ids.make();
  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(std::string{"89ab"}.find(id[19]), std::string::npos);
}

} // namespace baseplate::gateway
