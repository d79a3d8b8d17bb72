// One payment's state machine: what a provider's notices mean, whatever order and however often
// they come.
//
//   requested 0 → refused 1 → authorised 2 → voided 3 → captured 4 → refunded 5 → charged_back 6 it
//   only ever rises
//
// Invariants: - the same notices in any order, with any duplicates, end in the same state
//             - AUTHORISATION true and CAPTURE true are each said once, AUTHORISATION always before
//             CAPTURE: a notice of
//               a later stage implies the earlier ones, which are then said with it (`implied_by`)
//             - each CANCELLATION, REFUND and CHARGEBACK notice is said once
//             - a refusal that comes after an authorisation says nothing; an authorisation after a
//             refusal is said,
//               since money is held, and whoever cancelled must ask for it back
// Pure. Spec: docs/spec/shop.md
#pragma once

#include "messages/payments.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::payments {

enum class payment_rank : std::uint8_t {
  requested = 0,
  refused = 1,
  authorised = 2,
  /// The authorisation was cancelled at the provider; a capture that happened all the same outranks
  /// it.
  voided = 3,
  captured = 4,
  refunded = 5,
  charged_back = 6,
};
BOOST_DESCRIBE_ENUM(payment_rank, requested, refused, authorised, voided, captured, refunded,
                    charged_back)

/// Notices remembered per payment; a further one is refused, so that a state stays small.
inline constexpr std::size_t notices_max = 64;

struct payment_state {
  payment_rank rank = payment_rank::requested;
  /// What the order asks for.
  std::int64_t amount_minor = 0;
  std::string currency;
  std::string country_code;
  /// The provider's; empty until its first notice.
  std::string payment_id;
  /// Largest amount authorised; sums of the others. Amounts that were only implied do not count.
  std::int64_t authorised_minor = 0;
  std::int64_t captured_minor = 0;
  std::int64_t refunded_minor = 0;
  std::int64_t charged_back_minor = 0;
  /// The order asked for its money back.
  bool refund_requested = false;
  /// Ids of the notices that counted, sorted.
  std::vector<std::string> notices;

  bool operator==(const payment_state&) const = default;
};
BOOST_DESCRIBE_STRUCT(payment_state, (),
                      (rank, amount_minor, currency, country_code, payment_id, authorised_minor,
                       captured_minor, refunded_minor, charged_back_minor, refund_requested,
                       notices))

/// Something the shop is told about a payment.
struct payment_fact {
  payment_type type = payment_type::authorisation;
  bool success = false;
  std::int64_t amount_minor = 0;
  /// The type of the notice this follows from, when it was not said itself.
  std::optional<payment_type> implied_by;

  bool operator==(const payment_fact&) const = default;
};

struct notice_outcome {
  std::vector<payment_fact> facts;
  /// Not empty: the notice does not fit this payment and changed nothing.
  std::string_view refused;
  /// The notice had been taken before and changed nothing.
  bool duplicate = false;
};

/// Lets the notice act on the state.
notice_outcome apply_notice(payment_state& state, const psp_notice& notice);

} // namespace baseplate::payments
