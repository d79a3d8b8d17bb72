#include "app/psp_simulator/payment_plan.hpp"

#include <gtest/gtest.h>

namespace baseplate::psp_simulator {
namespace {

std::string text_of(const payment_plan& plan) {
  auto out = plan.outcome;
  for (auto& notice : plan.notices)
    out += " " + notice.type + (notice.success ? "+" : "-") + std::to_string(notice.sequence);
  return out;
}

TEST(PaymentPlan, FollowsTheLastTwoDigitsOfTheAmount) {
  const std::vector<std::pair<std::int64_t, std::string>> table{
      {1900, "approved AUTHORISATION+1 CAPTURE+2"},
      {1999, "approved AUTHORISATION+1 CAPTURE+2"},
      {1901, "declined AUTHORISATION-1"},
      {1902, "approved AUTHORISATION+1 CAPTURE+2 AUTHORISATION+1 CAPTURE+2"},
      {1903, "approved CAPTURE+2 AUTHORISATION+1"},
      {1904, "dropped"},
      {1905, "approved AUTHORISATION+1 CAPTURE+2"},
      {1906, "approved AUTHORISATION+1 CAPTURE+2 CHARGEBACK+3"},
      {1907, "approved CAPTURE+2 AUTHORISATION+1 CAPTURE+2 AUTHORISATION+1"},
      {1, "declined AUTHORISATION-1"},
  };
  for (auto& [amount, expected] : table)
    EXPECT_EQ(text_of(plan_payment({}, "o-1", amount)), expected) << amount;
}

TEST(PaymentPlan, DelaysByRuleTwoSecondsOrAsLongAsConfigured) {
  EXPECT_EQ(plan_payment({}, "o-1", 1905).notices.at(0).delay_ms, 2000);
  plan_options options;
  options.delay_ms_max = 50;
  EXPECT_EQ(plan_payment(options, "o-1", 1905).notices.at(0).delay_ms, 50);
  for (auto& notice : plan_payment(options, "o-1", 1900).notices) {
    EXPECT_GE(notice.delay_ms, 0);
    EXPECT_LE(notice.delay_ms, 50);
  }
}

TEST(PaymentPlan, IsTheSameForTheSameOrderAndSeedAndNotForAnother) {
  plan_options options;
  options.seed = 7;
  options.decline = options.duplicate = options.reorder = 0.5;
  options.delay_ms_max = 1000;
  auto other = options;
  other.seed = 8;
  int different = 0;
  for (int i = 0; i < 100; ++i) {
    auto order_id = "o-" + std::to_string(i);
    auto plan = plan_payment(options, order_id, 1901);
    EXPECT_EQ(plan.notices, plan_payment(options, order_id, 1904).notices);
    different += plan.notices != plan_payment(other, order_id, 1901).notices ? 1 : 0;
  }
  EXPECT_GT(different, 50);
}

TEST(PaymentPlan, DeclinesAboutAsOftenAsItIsTold) {
  plan_options options;
  options.decline = 0.1;
  int declined = 0;
  for (int i = 0; i < 10'000; ++i)
    declined += plan_payment(options, "o-" + std::to_string(i), 1900).outcome == "declined" ? 1 : 0;
  // Four standard deviations around 1,000.
  EXPECT_GT(declined, 880);
  EXPECT_LT(declined, 1120);
}

} // namespace
} // namespace baseplate::psp_simulator
