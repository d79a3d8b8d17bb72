#include "actors/group/crash_ledger.hpp"

#include <gtest/gtest.h>

namespace baseplate::group {
namespace {

TEST(CrashLedger, CallsAnInputPoisonAtItsThirdCrash) {
  crash_ledger ledger;
  ledger.record("event:7", "boom");
  ledger.record("event:7", "boom");
  EXPECT_FALSE(ledger.poison("event:7"));
  ledger.record("event:7", "boom again");
  const auto verdict = ledger.poison("event:7");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->crashes, 3u);
  EXPECT_EQ(verdict->reason, "boom again");
  EXPECT_FALSE(ledger.poison("event:8"));
}

TEST(CrashLedger, IsEmptyAgainOnceEveryInputIsSettled) {
  crash_ledger ledger;
  EXPECT_TRUE(ledger.empty());
  ledger.record("event:7", "boom");
  EXPECT_FALSE(ledger.empty());
  ledger.forget("event:7");
  ledger.forget("event:7");
  EXPECT_TRUE(ledger.empty());
}

TEST(CrashLedger, ForgetsTheOldestInputAboveItsLimit) {
  crash_ledger ledger{1};
  for (std::size_t i = 0; i <= crash_ledger::inputs_max; ++i)
    ledger.record("event:" + std::to_string(i), "x");
  EXPECT_FALSE(ledger.poison("event:0"));
  EXPECT_TRUE(ledger.poison("event:1"));
}

} // namespace
} // namespace baseplate::group
