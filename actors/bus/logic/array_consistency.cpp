#include "actors/bus/logic/array_consistency.hpp"

#include <algorithm>
#include <functional>
#include <map>

namespace baseplate::bus {

namespace {

/// Sets of fields that can hold together; none is part of another.
using family = std::vector<std::uint64_t>;

void add_undominated(family& sets, std::uint64_t set) {
  for (const auto x : sets)
    if ((x & set) == set)
      return;
  std::erase_if(sets, [set](std::uint64_t x) { return (x & set) == x; });
  sets.push_back(set);
}

/// Every way to take one set (or none) of each.
family product(const family& x, const family& y) {
  family result;
  for (const auto a : x) {
    add_undominated(result, a);
    for (const auto b : y) {
      add_undominated(result, a | b);
      if (result.size() > consistency_states_max)
        return result;
    }
  }
  return result;
}

struct node {
  /// Fields that have a wanted value in this context itself.
  std::uint64_t direct = 0;
  /// Of each array in this context: what one of its elements can give.
  std::map<std::uint32_t, family> arrays;
};

} // namespace

bool array_consistent(const std::vector<array_context>& contexts,
                      const std::vector<std::vector<std::uint32_t>>& satisfied) {
  const auto fields = std::min<std::size_t>(satisfied.size(), 64);
  const auto all = fields == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << fields) - 1;
  // Children have higher numbers than their parents: the last context first means that each is
  // complete when its turn comes.
  std::map<std::uint32_t, node, std::greater<>> open;
  for (std::size_t f = 0; f < fields; ++f)
    for (const auto context : satisfied[f])
      open[context].direct |= std::uint64_t{1} << f;
  while (!open.empty()) {
    const auto first = open.begin();
    const auto context = first->first;
    family sets{0};
    for (const auto& [array, choices] : first->second.arrays) {
      sets = product(sets, choices);
      if (sets.size() > consistency_states_max)
        return true;
    }
    family complete;
    for (const auto set : sets)
      add_undominated(complete, set | first->second.direct);
    if (complete.front() == all)
      return true;
    if (context == 0)
      return false;
    open.erase(first);
    auto& choices = open[contexts[context].parent].arrays[contexts[context].array];
    for (const auto set : complete)
      add_undominated(choices, set);
  }
  return all == 0;
}

} // namespace baseplate::bus
