// Numeric ranges of one place in the index, found by a value: one-sided ones in order of their
// bound, two-sided ones by their width (powers of two), then in order of the lower bound.
// Invariants: of one-sided ranges that leave nothing to verify, the rules stand beside the bounds
// in the
//             same order, so that the matching ones are copied in one go
// Cost:       finding is O(log n + found) for one-sided ranges; two-sided ones miss at most about
// half of
//             what they look at per width in use
// Threads:    const calls may run concurrently; changes need exclusive access
#pragma once

#include <cstdint>
#include <vector>

namespace baseplate::rules {

/// A branch filed somewhere, and which of its conditions are still to be verified there (bit i:
/// condition i; conditions from 32 on always are).
struct filing {
  std::uint32_t branch = 0;
  std::uint32_t residual = 0;
};

/// Sorted bounds with something beside each, in blocks, so that inserting moves little.
class bound_list {
 public:
  struct block {
    std::vector<double> bounds;
    /// Beside the bounds: the branch, and the rule or the residual mask.
    std::vector<std::uint32_t> branches;
    std::vector<std::uint32_t> seconds;
  };

  void insert(double bound, std::uint32_t branch, std::uint32_t second);
  /// Removes one entry that is equal in all three. False: there is none.
  bool erase(double bound, std::uint32_t branch, std::uint32_t second);

  bool empty() const { return size_ == 0; }

  std::size_t size() const { return size_; }

  const std::vector<block>& blocks() const { return blocks_; }

  /// Calls use(block, from, to) for the entries with bound in [low, high], block by block.
  template <class Use>
  void between(double low, double high, Use use) const {
    for (auto i = first_block(low); i < blocks_.size(); ++i) {
      const auto& b = blocks_[i];
      if (b.bounds.front() > high)
        return;
      const auto from = b.bounds.front() >= low ? 0 : lower(b, low);
      const auto to = b.bounds.back() <= high ? b.bounds.size() : upper(b, high);
      if (from < to)
        use(b, from, to);
    }
  }

  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t block_max = 512;

  /// The first block whose last bound is not below `bound`.
  std::size_t first_block(double bound) const;
  static std::size_t lower(const block& b, double bound);
  static std::size_t upper(const block& b, double bound);

  std::vector<block> blocks_;
  std::size_t size_ = 0;
};

class range_index {
 public:
  /// Rules of one-sided ranges with nothing to verify: `seconds` are rules.
  struct one_sided {
    bound_list rules;
    /// Entries of `rules` whose rule has several branches and must not be told twice.
    std::size_t shared_rules = 0;
    /// The others: `seconds` are residual masks.
    bound_list filings;
  };

  /// value >= bound: bounds up to the value match.
  one_sided at_least;
  /// value <= bound: bounds from the value on match.
  one_sided at_most;

  struct two_sided {
    /// Ranges here are at most 2^exponent wide.
    int exponent = 0;
    /// By lower bound; `seconds` are positions in `filings`.
    bound_list lows;
  };

  /// In no order; few.
  std::vector<two_sided> widths;

  /// One filing of a two-sided range.
  struct wide_filing {
    double high = 0;
    filing what;
  };

  std::vector<wide_filing> filings;
  std::vector<std::uint32_t> free_filings;

  bool empty() const;
  std::size_t memory_bytes() const;

  void insert_two_sided(double low, double high, filing what);
  bool erase_two_sided(double low, double high, filing what);

  /// The power of two that a width counts as.
  static int exponent_of(double low, double high);
};

} // namespace baseplate::rules
