// A rule set that many match while one changes it: two copies, of which readers use one while the
// writer changes the other (left-right). Readers never wait and never see half a change.
// Invariants: both copies got the same changes in the same order, so that their inner ids agree
// Cost:       twice the memory; each change is done twice, and waits for readers that are in the
// middle of
//             a batch
// Threads:    any number of readers, one writer at a time
#pragma once

#include "actors/bus/logic/rules/rule_set.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

namespace baseplate::rules {

/// One step of a change: a rule with its pattern, or a rule to be removed (null).
struct rule_change {
  rule_id id = 0;
  const compiled_pattern* pattern = nullptr;
};

class shared_rule_set {
 public:
  /// See rule_set.
  explicit shared_rule_set(std::uint64_t seed,
                           std::size_t branches_max = rule_set::branches_max_default)
      : copies_{{rule_set(seed, branches_max), rule_set(seed, branches_max)}} {}

  shared_rule_set(const shared_rule_set&) = delete;
  shared_rule_set& operator=(const shared_rule_set&) = delete;

  /// Holds the set still for one reader. Keep it for a batch, not longer: the writer waits for it.
  class guard {
   public:
    guard(guard&& x) noexcept : rules_(x.rules_), readers_(x.readers_) { x.readers_ = nullptr; }

    guard(const guard&) = delete;
    guard& operator=(const guard&) = delete;
    guard& operator=(guard&&) = delete;

    ~guard() {
      if (readers_ != nullptr && readers_->fetch_sub(1) == 1)
        readers_->notify_all();
    }

    const rule_set& operator*() const { return *rules_; }

    const rule_set* operator->() const { return rules_; }

   private:
    friend class shared_rule_set;

    guard(const rule_set* rules, std::atomic<std::uint32_t>* readers)
        : rules_(rules), readers_(readers) {}

    const rule_set* rules_;
    std::atomic<std::uint32_t>* readers_;
  };

  /// The rules as they are now. Wait-free.
  guard read() const {
    auto& readers = readers_[version_.load()].count;
    readers.fetch_add(1);
    return {&copies_[current_.load()], &readers};
  }

  /// Does all steps as one change: readers see all of them or none. Steps that do not fit (see
  /// rule_set::add) are left out; returns how many were done. Waits for readers of before.
  std::size_t change(std::span<const rule_change> steps) {
    const auto old = current_.load();
    const auto done = run(copies_[1 - old], steps);
    current_.store(1 - old);
    // New readers count on the other side; then nobody of before is on either.
    const auto before = version_.load();
    wait_for_none(1 - before);
    version_.store(1 - before);
    wait_for_none(before);
    run(copies_[old], steps);
    return done;
  }

 private:
  struct alignas(64) reader_count {
    std::atomic<std::uint32_t> count{0};
  };

  static std::size_t run(rule_set& rules, std::span<const rule_change> steps) {
    std::size_t done = 0;
    for (const auto& x : steps) {
      if (x.pattern == nullptr)
        done += rules.remove(x.id) ? 1 : 0;
      else
        done += rules.add(x.id, *x.pattern) != add_result::too_many_branches ? 1 : 0;
    }
    return done;
  }

  void wait_for_none(std::uint32_t version) const {
    auto& count = readers_[version].count;
    for (auto n = count.load(); n != 0; n = count.load())
      count.wait(n);
  }

  std::array<rule_set, 2> copies_;
  std::atomic<std::uint32_t> current_{0};
  std::atomic<std::uint32_t> version_{0};
  mutable std::array<reader_count, 2> readers_;
};

} // namespace baseplate::rules
