// Compares the folded log with what the outside saw and was told.
#pragma once

#include "app/wiring.hpp"
#include "tests/simulation/log_fold.hpp"
#include "tests/simulation/mortal_disk.hpp"
#include "tests/simulation/outside.hpp"

#include <string>
#include <vector>

namespace baseplate::simulation {

class judge {
 public:
  /// Folds the log as it is on the platter now.
  judge(const platter& disk, const std::vector<app::made_group>& groups);

  const log_fold& log() const { return log_; }

  /// What holds at any moment: I1 (acknowledged events are there once), I2, I3, I6 (in the fold),
  /// I4 (no phantom was delivered).
  std::vector<std::string> violations(const outside& world) const;

  /// I5: attempts of `incarnation` at events that were finished in the log it recovered from.
  std::vector<std::string> repeated(const judge& before, const outside& world,
                                    std::uint32_t incarnation) const;

  /// At the very end, everything finished: I4 (delivered at least once), I7, and each order as its
  /// payment.
  std::vector<std::string> conclusion(const outside& world) const;

  std::size_t orders() const { return orders_.size(); }

  /// Orders without an end.
  std::size_t open_orders() const;

  std::uint64_t fingerprint(const outside& world) const;

 private:
  struct order {
    unsigned placed = 0;
    unsigned complete = 0;
    unsigned cancelled = 0;
    std::string reason;
  };

  void read_orders();

  log_fold log_;
  std::map<std::string, order> orders_;
};

} // namespace baseplate::simulation
