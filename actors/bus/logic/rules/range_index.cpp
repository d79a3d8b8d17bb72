#include "actors/bus/logic/rules/range_index.hpp"

#include <algorithm>
#include <cmath>

namespace baseplate::rules {

std::size_t bound_list::first_block(double bound) const {
  const auto found = std::lower_bound(blocks_.begin(), blocks_.end(), bound,
                                      [](const block& b, double x) { return b.bounds.back() < x; });
  return static_cast<std::size_t>(found - blocks_.begin());
}

std::size_t bound_list::lower(const block& b, double bound) {
  return static_cast<std::size_t>(std::lower_bound(b.bounds.begin(), b.bounds.end(), bound)
                                  - b.bounds.begin());
}

std::size_t bound_list::upper(const block& b, double bound) {
  return static_cast<std::size_t>(std::upper_bound(b.bounds.begin(), b.bounds.end(), bound)
                                  - b.bounds.begin());
}

void bound_list::insert(double bound, std::uint32_t branch, std::uint32_t second) {
  if (blocks_.empty()) {
    blocks_.push_back({{bound}, {branch}, {second}});
    size_ = 1;
    return;
  }
  auto i = std::min(first_block(bound), blocks_.size() - 1);
  if (blocks_[i].bounds.size() >= block_max) {
    const auto half = static_cast<std::ptrdiff_t>(blocks_[i].bounds.size() / 2);
    block right;
    auto& left = blocks_[i];
    const auto move_half = [&](auto& from, auto& to) {
      to.assign(from.begin() + half, from.end());
      from.resize(static_cast<std::size_t>(half));
    };
    move_half(left.bounds, right.bounds);
    move_half(left.branches, right.branches);
    move_half(left.seconds, right.seconds);
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(right));
    if (blocks_[i].bounds.back() < bound)
      ++i;
  }
  auto& b = blocks_[i];
  const auto at = static_cast<std::ptrdiff_t>(upper(b, bound));
  b.bounds.insert(b.bounds.begin() + at, bound);
  b.branches.insert(b.branches.begin() + at, branch);
  b.seconds.insert(b.seconds.begin() + at, second);
  ++size_;
}

bool bound_list::erase(double bound, std::uint32_t branch, std::uint32_t second) {
  for (auto i = first_block(bound); i < blocks_.size() && blocks_[i].bounds.front() <= bound; ++i) {
    auto& b = blocks_[i];
    const auto to = upper(b, bound);
    for (auto k = lower(b, bound); k < to; ++k) {
      if (b.branches[k] != branch || b.seconds[k] != second)
        continue;
      const auto at = static_cast<std::ptrdiff_t>(k);
      b.bounds.erase(b.bounds.begin() + at);
      b.branches.erase(b.branches.begin() + at);
      b.seconds.erase(b.seconds.begin() + at);
      --size_;
      if (b.bounds.empty())
        blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
  }
  return false;
}

std::size_t bound_list::memory_bytes() const {
  std::size_t bytes = blocks_.capacity() * sizeof(block);
  for (const auto& b : blocks_)
    bytes += b.bounds.capacity() * 8 + b.branches.capacity() * 4 + b.seconds.capacity() * 4;
  return bytes;
}

int range_index::exponent_of(double low, double high) {
  const double width = high - low; // infinite for enormous ranges: one class of its own
  if (!(width > 0))
    return -1100;
  if (std::isinf(width))
    return 1100;
  int exponent = 0;
  std::frexp(width, &exponent);
  return exponent;
}

void range_index::insert_two_sided(double low, double high, filing what) {
  const auto exponent = exponent_of(low, high);
  auto at = std::find_if(widths.begin(), widths.end(),
                         [&](const two_sided& x) { return x.exponent == exponent; });
  if (at == widths.end())
    at = widths.insert(at, {exponent, {}});
  std::uint32_t id = 0;
  if (free_filings.empty()) {
    id = static_cast<std::uint32_t>(filings.size());
    filings.emplace_back();
  } else {
    id = free_filings.back();
    free_filings.pop_back();
  }
  filings[id] = {high, what};
  at->lows.insert(low, what.branch, id);
}

bool range_index::erase_two_sided(double low, double high, filing what) {
  const auto exponent = exponent_of(low, high);
  const auto at = std::find_if(widths.begin(), widths.end(),
                               [&](const two_sided& x) { return x.exponent == exponent; });
  if (at == widths.end())
    return false;
  std::uint32_t id = ~0U;
  at->lows.between(low, low, [&](const bound_list::block& b, std::size_t from, std::size_t to) {
    for (; from < to; ++from)
      if (b.branches[from] == what.branch && filings[b.seconds[from]].high == high
          && filings[b.seconds[from]].what.residual == what.residual)
        id = b.seconds[from];
  });
  if (id == ~0U)
    return false;
  at->lows.erase(low, what.branch, id);
  free_filings.push_back(id);
  if (at->lows.empty())
    widths.erase(at);
  return true;
}

bool range_index::empty() const {
  return at_least.rules.empty() && at_least.filings.empty() && at_most.rules.empty()
         && at_most.filings.empty() && widths.empty();
}

std::size_t range_index::memory_bytes() const {
  std::size_t bytes = sizeof(range_index) + filings.capacity() * sizeof(wide_filing)
                      + at_least.rules.memory_bytes() + at_least.filings.memory_bytes()
                      + at_most.rules.memory_bytes() + at_most.filings.memory_bytes();
  for (const auto& x : widths)
    bytes += sizeof(x) + x.lows.memory_bytes();
  return bytes;
}

} // namespace baseplate::rules
