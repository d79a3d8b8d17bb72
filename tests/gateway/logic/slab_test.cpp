#include "actors/gateway/logic/slab.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace baseplate::gateway {

TEST(Slab, GivesBackWhatWasPut) {
  slab<std::unique_ptr<int>> things;
  const auto a = things.put(std::make_unique<int>(1));
  const auto b = things.put(std::make_unique<int>(2));
  EXPECT_NE(a, 0u);
  EXPECT_NE(a, b);
  EXPECT_EQ(**things.find(b), 2);
  EXPECT_EQ(**things.take(a), 1);
  EXPECT_EQ(things.size(), 1u);
}

TEST(Slab, NeverFindsAnOldTokenAgain) {
  slab<int> things;
  const auto first = things.put(1);
  EXPECT_TRUE(things.take(first));
  const auto second = things.put(2);
  EXPECT_NE(first, second);
  EXPECT_FALSE(things.take(first));
  EXPECT_EQ(things.find(first), nullptr);
  EXPECT_FALSE(things.take(12345));
  int seen = 0;
  things.for_each([&](std::uint64_t token, int& value) {
    EXPECT_EQ(token, second);
    EXPECT_EQ(value, 2);
    ++seen;
  });
  EXPECT_EQ(seen, 1);
}

} // namespace baseplate::gateway
