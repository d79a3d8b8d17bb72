// The provider's memory: payments, refunds, and which of their notices were taken by the shop.
// On disk:    JSON Lines, appended. A payment or refund is synced before it counts; "sent" lines
// are not: losing one
//             costs a duplicate webhook, which the shop must bear anyhow.
// Invariants: one payment per order_id; the same Idempotency-Key gives the same payment.
// Recovery:   a last line without an end is cut off (a kill in mid-write); any other broken line is
// an error. Threads:    one at a time.
#pragma once

#include "app/psp_simulator/payment_plan.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baseplate::psp_simulator {

struct kept_payment {
  std::string payment_id;
  std::string order_id;
  std::string idempotency_key;
  std::int64_t amount_minor = 0;
  std::string currency;
  std::int64_t accepted_at_ms = 0;
  payment_plan plan;
  /// Notices of the plan the shop took, counted from the first: they are sent one after the other.
  std::size_t sent = 0;
  /// Refund ids that were taken; each appended a REFUND notice to the plan.
  std::vector<std::string> refunds;
  /// Sum of the refunds.
  std::int64_t refunded_minor = 0;
  /// Amount of each notice of the plan that is not the whole payment, by its sequence.
  std::map<std::uint32_t, std::int64_t> partial_minor;
};

struct payment_request {
  std::string order_id;
  std::string idempotency_key;
  std::int64_t amount_minor = 0;
  std::string currency;
};

class payment_ledger {
 public:
  /// Reads `file` if it exists. Throws std::runtime_error: cannot be opened, or damaged and where.
  payment_ledger(std::string file, plan_options options);
  ~payment_ledger();
  payment_ledger(const payment_ledger&) = delete;
  payment_ledger& operator=(const payment_ledger&) = delete;

  /// What became of a request to pay or refund.
  enum class answer { accepted, known, conflict, unknown, failed };

  /// Takes a payment, or finds the one of this order or key. `conflict`: same key or order, other
  /// amount or currency. `failed`: the file did not take it; nothing changed.
  std::pair<answer, const kept_payment*> pay(const payment_request& request, std::int64_t now_ms);

  /// Takes a refund of an approved payment. `unknown`: no such payment; `conflict`: declined, or
  /// more than was paid.
  answer refund(std::string_view order_id, std::string_view refund_id, std::int64_t amount_minor);

  /// The shop took the next notice of this payment.
  void sent(const std::string& payment_id);

  const kept_payment* find(const std::string& payment_id) const;

  /// In the order of acceptance.
  const std::vector<std::unique_ptr<kept_payment>>& payments() const { return payments_; }

 private:
  bool append(const std::string& line, bool sync);
  void replay(const std::string& text);
  void apply(std::string_view line);
  kept_payment* insert(std::unique_ptr<kept_payment> payment);
  void apply_refund(kept_payment& payment, std::string_view refund_id, std::int64_t amount_minor);

  std::string file_;
  plan_options options_;
  int descriptor_ = -1;
  std::vector<std::unique_ptr<kept_payment>> payments_;
  std::unordered_map<std::string, kept_payment*> by_id_;
  std::unordered_map<std::string, kept_payment*> by_order_;
  std::unordered_map<std::string, kept_payment*> by_key_;
};

/// The JSON body of a payment's notice number `index` of its plan.
std::string notice_body(const kept_payment& payment, std::size_t index);

} // namespace baseplate::psp_simulator
