#include "actors/journal/logic/overlay.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>

namespace baseplate::journal {
namespace {

TEST(Overlay, KnowsNothingAtFirst) {
  overlay x;
  std::string_view value;
  EXPECT_EQ(x.find("a", value), overlay::answer::unknown);
  EXPECT_EQ(x.size(), 0U);
}

TEST(Overlay, TellsErasedFromUnknown) {
  overlay x;
  std::string_view value;
  x.erase("a");
  EXPECT_EQ(x.find("a", value), overlay::answer::erased);
  x.put("a", "");
  EXPECT_EQ(x.find("a", value), overlay::answer::value);
  EXPECT_EQ(value, "");
  x.put("", "empty key");
  ASSERT_EQ(x.find("", value), overlay::answer::value);
  EXPECT_EQ(value, "empty key");
}

TEST(Overlay, IsTheSameAsAMapWhateverIsWritten) {
  std::mt19937_64 random{3};
  overlay x;
  std::map<std::string, std::optional<std::string>> model;
  for (int i = 0; i < 50'000; ++i) {
    auto key = "key-" + std::to_string(random() % 3000);
    if (random() % 8 == 0) {
      x.erase(key);
      model[key] = std::nullopt;
      continue;
    }
    // Most are small; some are larger than a block.
    std::string value(random() % 100 == 0 ? random() % 60'000 : random() % 80,
                      static_cast<char>('a' + i % 26));
    x.put(key, value);
    model[key] = value;
  }
  ASSERT_EQ(x.size(), model.size());
  auto rows = x.sorted();
  auto expected = model.begin();
  for (const auto& row : rows) {
    ASSERT_EQ(row.key, expected->first);
    ASSERT_EQ(row.value.has_value(), expected->second.has_value());
    if (row.value) {
      ASSERT_EQ(*row.value, *expected->second);
    }
    std::string_view found;
    ASSERT_EQ(x.find(row.key, found), row.value ? overlay::answer::value : overlay::answer::erased);
    ++expected;
  }
}

TEST(Overlay, ReplacesInPlaceWhatFits) {
  overlay x;
  x.put("counter", "0000");
  auto bytes = x.bytes();
  for (int i = 0; i < 100'000; ++i)
    x.put("counter", std::to_string(1000 + i % 9000));
  EXPECT_EQ(x.bytes(), bytes);
}

} // namespace
} // namespace baseplate::journal
