#include "actors/journal/logic/fence.hpp"

#include <gtest/gtest.h>

namespace baseplate::journal {
namespace {

TEST(Fence, TakesWhatContinuesFromTheLatestIncarnation) {
  fence_state state{5, 100};
  EXPECT_EQ(check_fence(&state, {5, 100, 110}, 200), journal_error::none);
  EXPECT_EQ(check_fence(&state, {5, 100, 100}, 200), journal_error::none)
      << "timers move no cursor";
  EXPECT_EQ(check_fence(&state, {5, 100, 200}, 200), journal_error::none);
}

TEST(Fence, RefusesEveryOtherIncarnation) {
  fence_state state{5, 100};
  EXPECT_EQ(check_fence(&state, {4, 100, 110}, 200), journal_error::stale_epoch);
  EXPECT_EQ(check_fence(&state, {6, 100, 110}, 200), journal_error::stale_epoch);
  fence_state never_opened{0, 100};
  EXPECT_EQ(check_fence(&never_opened, {0, 100, 110}, 200), journal_error::stale_epoch);
}

TEST(Fence, RefusesACursorThatIsNotWhereTheJournalHasIt) {
  fence_state state{5, 100};
  EXPECT_EQ(check_fence(&state, {5, 99, 110}, 200), journal_error::cursor_mismatch);
  EXPECT_EQ(check_fence(&state, {5, 101, 110}, 200), journal_error::cursor_mismatch);
  EXPECT_EQ(check_fence(&state, {5, 100, 99}, 200), journal_error::cursor_mismatch);
  EXPECT_EQ(check_fence(&state, {5, 100, 201}, 200), journal_error::cursor_mismatch);
}

TEST(Fence, KnowsNoStranger) {
  EXPECT_EQ(check_fence(nullptr, {5, 100, 110}, 200), journal_error::unknown_name);
}

} // namespace
} // namespace baseplate::journal
