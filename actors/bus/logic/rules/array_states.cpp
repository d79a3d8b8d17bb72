#include "actors/bus/logic/rules/array_states.hpp"

#include <algorithm>

namespace baseplate::rules {

void array_states::begin(const event_scan& event) {
  event_ = &event;
  fields_ = 0;
  absent_ = 0;
  highest_ = 0;
  if (++stamp_ == 0) {
    for (auto& x : places_)
      x.stamp = 0;
    for (auto& x : arrays_)
      x.stamp = 0;
    stamp_ = 1;
  }
  if (places_.size() < event.contexts().size())
    places_.resize(event.contexts().size());
  if (arrays_.size() < event.arrays())
    arrays_.resize(event.arrays());
  pool_.clear();
  at(event_scan::root_context);
}

std::size_t array_states::add_field(bool may_be_absent) {
  if (fields_ == fields_max)
    return fields_max;
  if (may_be_absent)
    absent_ |= std::uint64_t{1} << fields_;
  return fields_++;
}

array_states::place& array_states::at(std::uint32_t context) {
  auto& x = places_[context];
  if (x.stamp != stamp_)
    x = {stamp_, no_id, {}, 0};
  highest_ = std::max(highest_, context);
  return x;
}

array_states::array_place& array_states::array_at(std::uint32_t array) {
  auto& x = arrays_[array];
  if (x.stamp != stamp_) {
    x = {stamp_, no_id, no_id, 0, 0};
    auto& owner = at(event_->context_of_array(array));
    x.next = owner.first_array;
    owner.first_array = array;
  }
  return x;
}

void array_states::add_value(std::size_t field, std::uint32_t context, bool accepted) {
  auto& x = at(context);
  const auto bit = std::uint64_t{1} << field;
  if (accepted)
    x.own.satisfied |= bit;
  if ((absent_ & bit) != 0)
    x.own.spoiled |= bit;
}

// Contexts are numbered in walk order: from the last to the first, each comes before the one it is
// in.
void array_states::spread_spoiled() {
  for (auto c = highest_; c > 0; --c) {
    const auto& x = places_[c];
    if (x.stamp != stamp_)
      continue;
    const auto any = x.any | x.own.spoiled;
    const auto& context = event_->contexts()[c];
    array_at(context.array).any |= any;
    at(context.parent).any |= any;
  }
}

bool array_states::offer(array_place& to, const state& x) {
  auto* link = &to.first_state;
  while (*link != no_id) {
    if (pool_[*link].what.dominates(x))
      return true;
    if (x.dominates(pool_[*link].what)) {
      *link = pool_[*link].next;
      --to.states;
    } else {
      link = &pool_[*link].next;
    }
  }
  const auto id = static_cast<std::uint32_t>(pool_.size());
  pool_.push_back({x, to.first_state}); // may move the pool: `link` is not used again
  to.first_state = id;
  return ++to.states <= states_max;
}

bool array_states::families(std::uint32_t context) {
  const auto& here = places_[context];
  family_.assign(1, here.own);
  const auto add = [&](const state& x) {
    for (auto& known : product_)
      if (known.dominates(x))
        return;
    std::erase_if(product_, [&](const state& known) { return x.dominates(known); });
    product_.push_back(x);
  };
  for (auto a = here.first_array; a != no_id; a = arrays_[a].next) {
    product_.clear();
    for (const auto& base : family_)
      for (auto s = arrays_[a].first_state; s != no_id; s = pool_[s].next) {
        state x = base;
        x.satisfied |= pool_[s].what.satisfied;
        x.spoiled |= pool_[s].what.spoiled;
        x.spoiled &= ~x.satisfied; // satisfied by a value: need not be absent
        add(x);
        if (product_.size() > states_max)
          return false;
      }
    if (!product_.empty())
      std::swap(family_, product_);
  }
  for (auto& x : family_)
    x.spoiled &= ~x.satisfied;
  return true;
}

bool array_states::fold(std::uint32_t context) {
  if (!families(context))
    return false;
  auto& array = array_at(event_->contexts()[context].array);
  for (auto x : family_) {
    // A satisfied field pins the element for the absent fields behind it in order of path; for
    // others the element is not chosen yet, and any element's value counts.
    std::uint64_t pinned = 0;
    if (x.satisfied != 0) {
      const auto lowest = x.satisfied & (~x.satisfied + 1);
      pinned = ~(lowest | (lowest - 1));
    }
    x.spoiled = ((x.spoiled & pinned) | (array.any & ~pinned)) & ~x.satisfied;
    if (!offer(array, x))
      return false;
  }
  return true;
}

bool array_states::fulfilled(const state& x) const {
  const auto all = fields_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << fields_) - 1;
  const auto by_absence = absent_ & ~x.spoiled;
  return ((x.satisfied | by_absence) & all) == all;
}

bool array_states::consistent() {
  if (absent_ != 0)
    spread_spoiled();
  for (auto c = highest_; c > 0; --c) {
    if (places_[c].stamp != stamp_)
      continue;
    if (!fold(c))
      return true;
  }
  if (!families(event_scan::root_context))
    return true;
  return std::any_of(family_.begin(), family_.end(), [&](const state& x) { return fulfilled(x); });
}

} // namespace baseplate::rules
