#include "app/psp_simulator/payment_ledger.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace baseplate::psp_simulator {
namespace {

using answer = payment_ledger::answer;

class PaymentLedger : public ::testing::Test {
 protected:
  PaymentLedger() {
    auto name = (std::filesystem::temp_directory_path() / "psp-ledger-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    file_ = (directory_ / "payments.jsonl").string();
  }

  ~PaymentLedger() override { std::filesystem::remove_all(directory_); }

  std::string text() {
    std::ifstream in(file_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  void write(const std::string& bytes) { std::ofstream(file_, std::ios::trunc) << bytes; }

  std::filesystem::path directory_;
  std::string file_;
};

const payment_request first{"o-1", "key-1", 1900, "EUR"};

TEST_F(PaymentLedger, TakesAPaymentOncePerOrderAndPerKey) {
  payment_ledger ledger(file_, {});
  auto [taken, payment] = ledger.pay(first, 5);
  ASSERT_EQ(taken, answer::accepted);
  EXPECT_EQ(ledger.pay(first, 6), (std::pair{answer::known, payment}));
  EXPECT_EQ(ledger.pay({"o-1", "", 1900, "EUR"}, 6), (std::pair{answer::known, payment}));
  EXPECT_EQ(ledger.pay({"o-1", "key-2", 1900, "EUR"}, 6).first, answer::known);
  EXPECT_EQ(ledger.pay({"o-1", "key-1", 1901, "EUR"}, 6).first, answer::conflict);
  EXPECT_EQ(ledger.pay({"o-2", "key-1", 1900, "EUR"}, 6).first, answer::conflict);
  EXPECT_EQ(ledger.payments().size(), 1u);
}

TEST_F(PaymentLedger, KnowsAfterARestartWhatItTookAndWhatItStillOwes) {
  std::string id;
  {
    payment_ledger ledger(file_, {});
    id = ledger.pay(first, 5).second->payment_id;
    ledger.pay({"o-2", "", 1901, "EUR"}, 6);
    ledger.sent(id);
    EXPECT_EQ(ledger.refund("o-1", "r-1", 400), answer::accepted);
  }
  plan_options changed;
  changed.drop = 1;
  payment_ledger ledger(file_, changed);
  ASSERT_EQ(ledger.payments().size(), 2u);
  auto payment = ledger.find(id);
  ASSERT_TRUE(payment);
  EXPECT_EQ(payment->sent, 1u);
  EXPECT_EQ(payment->refunded_minor, 400);
  ASSERT_EQ(payment->plan.notices.size(), 3u);
  EXPECT_EQ(payment->plan.notices[2].type, "REFUND");
  EXPECT_EQ(ledger.payments()[1]->plan.outcome, "declined");
  EXPECT_EQ(ledger.pay(first, 9).first, answer::known);
  EXPECT_EQ(ledger.refund("o-1", "r-1", 400), answer::known);
}

TEST_F(PaymentLedger, CutsOffHalfALineThatAKillLeft) {
  {
    payment_ledger ledger(file_, {});
    ledger.pay(first, 5);
  }
  auto whole = text();
  for (std::size_t cut = 1; cut < whole.size(); cut += 7) {
    write(whole + whole.substr(0, cut));
    payment_ledger ledger(file_, {});
    EXPECT_EQ(ledger.payments().size(), 1u);
    EXPECT_EQ(text(), whole);
    EXPECT_EQ(ledger.pay({"o-2", "", 100, "EUR"}, 6).first, answer::accepted);
  }
}

TEST_F(PaymentLedger, SaysWhichLineIsDamaged) {
  {
    payment_ledger ledger(file_, {});
    ledger.pay(first, 5);
  }
  auto whole = text();
  for (auto& bad : {whole + "rubbish\n" + whole, whole + "{\"op\":\"sent\",\"payment_id\":\"x\"}\n",
                    whole + "{\"op\":\"what\",\"payment_id\":\"x\"}\n"}) {
    write(bad);
    try {
      payment_ledger ledger(file_, {});
      FAIL() << bad;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string(error.what()).find("line 2"), std::string::npos) << error.what();
    }
  }
}

TEST_F(PaymentLedger, RefundsNoMoreThanWasPaidAndNothingThatWasDeclined) {
  payment_ledger ledger(file_, {});
  ledger.pay(first, 5);
  ledger.pay({"o-2", "", 1901, "EUR"}, 6);
  EXPECT_EQ(ledger.refund("o-9", "r-1", 1), answer::unknown);
  EXPECT_EQ(ledger.refund("o-2", "r-1", 1), answer::conflict);
  EXPECT_EQ(ledger.refund("o-1", "r-1", 1901), answer::conflict);
  EXPECT_EQ(ledger.refund("o-1", "r-1", 0), answer::conflict);
  EXPECT_EQ(ledger.refund("o-1", "r-1", 1500), answer::accepted);
  EXPECT_EQ(ledger.refund("o-1", "r-2", 401), answer::conflict);
  EXPECT_EQ(ledger.refund("o-1", "r-2", 400), answer::accepted);
}

TEST_F(PaymentLedger, WritesNoticesWithStableIdsAndTheirOwnAmounts) {
  payment_ledger ledger({}, {});
  auto payment = ledger.pay(first, 1000).second;
  ledger.refund("o-1", "r-1", 400);
  auto capture = boost::json::parse(notice_body(*payment, 1));
  EXPECT_EQ(capture.at("id").as_string(), "ntc-" + payment->payment_id + "-2");
  EXPECT_EQ(capture.at("type").as_string(), "CAPTURE");
  EXPECT_EQ(capture.at("amount_minor").as_int64(), 1900);
  EXPECT_EQ(capture.at("occurred_at").as_int64(), 1002);
  EXPECT_EQ(boost::json::parse(notice_body(*payment, 2)).at("amount_minor").as_int64(), 400);
}

TEST_F(PaymentLedger, RefusesAFileThatCannotBeOpened) {
  EXPECT_THROW(payment_ledger("/no/such/directory/file", {}), std::runtime_error);
}

} // namespace
} // namespace baseplate::psp_simulator
