// Decides how a payment turns out and which notices the provider sends, in which order and how
// late. Pure: the same payment under the same options has the same plan, so tests can foretell it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::psp_simulator {

/// With every probability 0 and no seed, the last two digits of amount_minor decide (see
/// README.md):
///   01 decline · 02 duplicate · 03 reorder · 04 drop · 05 delay · 06 charge back · 07 duplicate
///   and reorder
/// With a seed or a probability above 0, chance decides, seeded by (seed, order_id).
struct plan_options {
  std::optional<std::uint64_t> seed;
  /// Probabilities, 0 to 1, each thrown on its own.
  double decline = 0;
  double duplicate = 0;
  double reorder = 0;
  double drop = 0;
  /// Before each notice, uniformly between these, in ms; also the delay of rule 05 when above 0
  /// (else 2000 ms).
  std::int64_t delay_ms_min = 0;
  std::int64_t delay_ms_max = 0;

  bool by_chance() const { return seed || decline > 0 || duplicate > 0 || reorder > 0 || drop > 0; }
};

/// One webhook to send. Its id follows from the payment and `sequence`, so that a duplicate has the
/// same id.
struct planned_notice {
  /// AUTHORISATION, CAPTURE, REFUND, CHARGEBACK
  std::string type;
  bool success = true;
  /// Position in the payment's life at the provider, from 1; not the order of sending.
  std::uint32_t sequence = 1;
  /// Pause before sending, in ms.
  std::int64_t delay_ms = 0;

  bool operator==(const planned_notice&) const = default;
};

struct payment_plan {
  /// approved, declined, or dropped (approved, but no notice is ever sent).
  std::string outcome;
  /// In the order of sending.
  std::vector<planned_notice> notices;
};

/// The plan of a payment.
payment_plan plan_payment(const plan_options& options, std::string_view order_id,
                          std::int64_t amount_minor);

} // namespace baseplate::psp_simulator
