#include "actors/payments/logic/payment_state.hpp"
#include "messages/json/decode.hpp"
#include "tests/payments/notice_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace baseplate::payments {
namespace {

using test::notice;

payment_state requested() {
  payment_state state;
  state.amount_minor = 1999;
  state.currency = "EUR";
  return state;
}

std::string text_of(const payment_fact& fact) {
  std::string out(json_name(fact.type));
  out += fact.success ? "+" : "-";
  if (fact.implied_by)
    out += " by " + std::string(json_name(*fact.implied_by));
  return out;
}

/// What a sequence of notices says, and where it ends.
struct told {
  std::vector<std::string> facts;
  payment_state state = requested();
};

told tell(const std::vector<psp_notice>& notices) {
  told out;
  for (auto& each : notices)
    for (auto& fact : apply_notice(out.state, each).facts)
      out.facts.push_back(text_of(fact));
  return out;
}

using strings = std::vector<std::string>;

const auto authorised = notice("n-auth", payment_type::authorisation);
const auto refused = notice("n-refused", payment_type::authorisation, false);
const auto captured = notice("n-capture", payment_type::capture);
const auto not_captured = notice("n-capture-failed", payment_type::capture, false);
const auto voided = notice("n-void", payment_type::cancellation);
const auto refunded = notice("n-refund", payment_type::refund, true, 1000);
const auto refunded_rest = notice("n-refund-2", payment_type::refund, true, 999);
const auto charged_back = notice("n-chargeback", payment_type::chargeback);

TEST(PaymentState, SaysWhatEachSequenceOfNoticesMeans) {
  struct row {
    std::vector<psp_notice> notices;
    strings facts;
    payment_rank rank;
  };

  const std::vector<row> table{
      {{authorised}, {"AUTHORISATION+"}, payment_rank::authorised},
      {{refused}, {"AUTHORISATION-"}, payment_rank::refused},
      {{authorised, captured}, {"AUTHORISATION+", "CAPTURE+"}, payment_rank::captured},
      {{captured}, {"AUTHORISATION+ by CAPTURE", "CAPTURE+"}, payment_rank::captured},
      {{captured, authorised}, {"AUTHORISATION+ by CAPTURE", "CAPTURE+"}, payment_rank::captured},
      {{authorised, refused}, {"AUTHORISATION+"}, payment_rank::authorised},
      {{captured, refused}, {"AUTHORISATION+ by CAPTURE", "CAPTURE+"}, payment_rank::captured},
      {{refused, authorised}, {"AUTHORISATION-", "AUTHORISATION+"}, payment_rank::authorised},
      {{authorised, not_captured, captured},
       {"AUTHORISATION+", "CAPTURE-", "CAPTURE+"},
       payment_rank::captured},
      {{authorised, captured, not_captured},
       {"AUTHORISATION+", "CAPTURE+"},
       payment_rank::captured},
      {{authorised, voided}, {"AUTHORISATION+", "CANCELLATION+"}, payment_rank::voided},
      {{refunded},
       {"AUTHORISATION+ by REFUND", "CAPTURE+ by REFUND", "REFUND+"},
       payment_rank::refunded},
      {{authorised, captured, refunded, refunded_rest},
       {"AUTHORISATION+", "CAPTURE+", "REFUND+", "REFUND+"},
       payment_rank::refunded},
      {{charged_back, refunded},
       {"AUTHORISATION+ by CHARGEBACK", "CAPTURE+ by CHARGEBACK", "CHARGEBACK+", "REFUND+"},
       payment_rank::charged_back},
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    auto result = tell(table[i].notices);
    EXPECT_EQ(result.facts, table[i].facts) << "row " << i;
    EXPECT_EQ(result.state.rank, table[i].rank) << "row " << i;
  }
}

TEST(PaymentState, AddsUpPartialAmounts) {
  auto result = tell({authorised, notice("c-1", payment_type::capture, true, 1000),
                      notice("c-2", payment_type::capture, true, 999), refunded, refunded_rest});
  EXPECT_EQ(result.state.authorised_minor, 1999);
  EXPECT_EQ(result.state.captured_minor, 1999);
  EXPECT_EQ(result.state.refunded_minor, 1999);
}

TEST(PaymentState, TakesAnyCopyOfANoticeForADuplicate) {
  auto state = requested();
  EXPECT_FALSE(apply_notice(state, refunded).duplicate);
  auto before = state;
  auto again = apply_notice(state, refunded);
  EXPECT_TRUE(again.duplicate);
  EXPECT_TRUE(again.facts.empty());
  EXPECT_EQ(state, before);
}

TEST(PaymentState, RefusesNoticesThatDoNotFitThePaymentAndStaysAsItWas) {
  auto state = requested();
  apply_notice(state, authorised);
  const auto before = state;
  auto other_payment = captured;
  other_payment.payment_id = "pay-2";
  EXPECT_EQ(apply_notice(state, other_payment).refused, "other_payment");
  auto other_currency = captured;
  other_currency.currency = "USD";
  EXPECT_EQ(apply_notice(state, other_currency).refused, "other_currency");
  auto less = notice("n-less", payment_type::authorisation, true, 1998);
  EXPECT_EQ(apply_notice(state, less).refused, "amount_below_order");
  EXPECT_EQ(state, before);
}

TEST(PaymentState, RemembersSixtyFourNoticesAndRefusesTheNext) {
  auto state = requested();
  for (std::size_t i = 0; i < notices_max; ++i)
    EXPECT_EQ(
        apply_notice(state, notice("n-" + std::to_string(i), payment_type::refund, false)).refused,
        "");
  EXPECT_EQ(apply_notice(state, captured).refused, "too_many_notices");
  EXPECT_TRUE(apply_notice(state, notice("n-5", payment_type::refund, false)).duplicate);
}

TEST(PaymentState, ComesBackFromItsTextAsItWas) {
  auto state = tell({captured, refunded, charged_back}).state;
  state.refund_requested = true;
  auto read = from_json_text<payment_state>(to_json_text(state));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, state);
}

/// What may differ between orders of arrival: which notice implied an earlier stage.
std::multiset<std::string> essence(const strings& facts) {
  std::multiset<std::string> out;
  for (auto& fact : facts)
    out.insert(fact.substr(0, fact.find(' ')));
  return out;
}

TEST(PaymentState, EndsTheSameForEveryOrderOfNotices) {
  std::vector<psp_notice> notices{authorised, captured,      voided,
                                  refunded,   refunded_rest, charged_back};
  std::vector<std::size_t> order(notices.size());
  std::iota(order.begin(), order.end(), 0);
  const auto expected = tell(notices);
  std::size_t orders = 0;
  do {
    std::vector<psp_notice> arriving;
    for (auto index : order)
      arriving.push_back(notices[index]);
    auto result = tell(arriving);
    ASSERT_EQ(result.state, expected.state);
    ASSERT_EQ(essence(result.facts), essence(expected.facts));
    auto first = result.facts.front();
    ASSERT_TRUE(first.starts_with("AUTHORISATION+")) << first;
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(orders, 720u);
}

TEST(PaymentState, EndsTheSameForEveryOrderWithARefusalAmongThem) {
  std::vector<psp_notice> notices{refused, authorised, not_captured, captured, refunded};
  std::vector<std::size_t> order(notices.size());
  std::iota(order.begin(), order.end(), 0);
  const auto expected = tell(notices).state;
  do {
    std::vector<psp_notice> arriving;
    for (auto index : order)
      arriving.push_back(notices[index]);
    ASSERT_EQ(tell(arriving).state, expected);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(PaymentState, SaysNothingTwiceForRandomOrdersWithDuplicates) {
  const std::vector<psp_notice> notices{authorised,    captured, refunded,
                                        refunded_rest, voided,   charged_back};
  const auto expected = tell(notices);
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    std::mt19937 dice(seed);
    auto arriving = notices;
    for (auto copies = dice() % 12; copies > 0; --copies)
      arriving.push_back(notices[dice() % notices.size()]);
    std::shuffle(arriving.begin(), arriving.end(), dice);
    auto result = tell(arriving);
    ASSERT_EQ(result.state, expected.state) << "seed " << seed;
    ASSERT_EQ(essence(result.facts), essence(expected.facts)) << "seed " << seed;
  }
}

TEST(PaymentState, NeverFallsInRank) {
  for (std::uint32_t seed = 1; seed <= 500; ++seed) {
    std::mt19937 dice(seed);
    auto state = requested();
    for (int i = 0; i < 30; ++i) {
      auto before = state.rank;
      apply_notice(state, notice("n-" + std::to_string(dice() % 20),
                                 static_cast<payment_type>(dice() % 5), dice() % 2 == 0));
      ASSERT_GE(state.rank, before) << "seed " << seed;
    }
  }
}

} // namespace
} // namespace baseplate::payments
