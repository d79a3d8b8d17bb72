#include "app/psp_simulator/payment_plan.hpp"

#include <algorithm>

namespace baseplate::psp_simulator {

namespace {

/// SplitMix64, seeded by a text: the same on every platform, unlike the standard's distributions.
class dice {
 public:
  dice(std::uint64_t seed, std::string_view text) : state_(seed ^ 0xcbf29ce484222325ull) {
    for (unsigned char c : text)
      state_ = (state_ ^ c) * 0x100000001b3ull;
  }

  std::uint64_t next() {
    auto z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }

  bool chance(double probability) {
    return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
  }

  std::int64_t between(std::int64_t low, std::int64_t high) {
    if (high <= low)
      return low;
    return low + static_cast<std::int64_t>(next() % (static_cast<std::uint64_t>(high - low) + 1));
  }

 private:
  std::uint64_t state_;
};

struct verdict {
  bool decline = false;
  bool duplicate = false;
  bool reorder = false;
  bool drop = false;
  bool delay = false;
  bool charge_back = false;
};

verdict by_amount(std::int64_t amount_minor) {
  verdict out;
  switch (amount_minor % 100) {
  case 1:
    out.decline = true;
    break;
  case 2:
    out.duplicate = true;
    break;
  case 3:
    out.reorder = true;
    break;
  case 4:
    out.drop = true;
    break;
  case 5:
    out.delay = true;
    break;
  case 6:
    out.charge_back = true;
    break;
  case 7:
    out.duplicate = out.reorder = true;
    break;
  default:
    break;
  }
  return out;
}

verdict by_chance(const plan_options& options, dice& dice) {
  verdict out;
  out.decline = dice.chance(options.decline);
  out.duplicate = dice.chance(options.duplicate);
  out.reorder = dice.chance(options.reorder);
  out.drop = dice.chance(options.drop);
  return out;
}

} // namespace

payment_plan plan_payment(const plan_options& options, std::string_view order_id,
                          std::int64_t amount_minor) {
  dice dice(options.seed.value_or(1), order_id);
  auto verdict = options.by_chance() ? by_chance(options, dice) : by_amount(amount_minor);
  payment_plan plan;
  plan.outcome = verdict.drop ? "dropped" : verdict.decline ? "declined" : "approved";
  if (verdict.drop)
    return plan;
  auto& notices = plan.notices;
  notices.push_back({"AUTHORISATION", !verdict.decline, 1, 0});
  if (!verdict.decline) {
    notices.push_back({"CAPTURE", true, 2, 0});
    if (verdict.charge_back)
      notices.push_back({"CHARGEBACK", true, 3, 0});
  }
  if (verdict.reorder)
    std::reverse(notices.begin(), notices.end());
  if (verdict.duplicate) {
    auto once = notices;
    notices.insert(notices.end(), once.begin(), once.end());
  }
  constexpr std::int64_t rule_delay_ms = 2000;
  for (auto& notice : notices) {
    notice.delay_ms = dice.between(options.delay_ms_min, options.delay_ms_max);
    if (verdict.delay)
      notice.delay_ms = std::max(notice.delay_ms,
                                 options.delay_ms_max > 0 ? options.delay_ms_max : rule_delay_ms);
  }
  return plan;
}

} // namespace baseplate::psp_simulator
