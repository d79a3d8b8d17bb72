#include "actors/group/key_cache.hpp"

#include <gtest/gtest.h>

namespace baseplate::group {
namespace {

key_record record_of(std::string state) {
  key_record record;
  record.state = std::move(state);
  return record;
}

TEST(KeyCache, KeepsTheNewerOfTwoStatesOfAKey) {
  key_cache cache{16};
  cache.add("a", record_of("changed"));
  cache.add("a", record_of("as loaded"));
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("a")->record.state, "changed");
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_EQ(cache.size(), 1u);
}

TEST(KeyCache, DropsWhatWasNotUsedSinceTheHandLastPassed) {
  key_cache cache{2};
  cache.add("a", {});
  cache.add("b", {});
  cache.add("c", {});
  cache.evict(0); // passes all, takes the first
  EXPECT_FALSE(cache.contains("a"));
  ASSERT_NE(cache.find("c"), nullptr);
  cache.add("d", {});
  cache.evict(0);
  EXPECT_TRUE(cache.contains("c"));
  EXPECT_FALSE(cache.contains("b"));
}

TEST(KeyCache, NeverDropsWhatIsNotDurable) {
  key_cache cache{1};
  for (std::string key : {"a", "b", "c"}) {
    cache.add(key, {});
    cache.find(key)->changed_by = 7;
  }
  cache.evict(6);
  EXPECT_EQ(cache.size(), 3u);
  cache.evict(7);
  EXPECT_EQ(cache.size(), 1u);
}

TEST(KeyCache, FindsEveryOfManyKeys) {
  key_cache cache{10'000};
  for (int i = 0; i < 10'000; ++i)
    cache.add(std::to_string(i), record_of(std::to_string(i)));
  for (int i = 0; i < 10'000; ++i)
    ASSERT_EQ(cache.find(std::to_string(i))->record.state, std::to_string(i));
}

} // namespace
} // namespace baseplate::group
