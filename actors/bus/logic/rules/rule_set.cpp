#include "actors/bus/logic/rules/rule_set.hpp"

#include "messages/assert.hpp"

#include <algorithm>

namespace baseplate::rules {

rule_set::rule_set(std::uint64_t seed, std::size_t branches_max)
    : hash_(seed), catalog_(hash_), index_(catalog_), branches_max_(branches_max) {}

rule_set::~rule_set() {
  for (auto& x : slots_)
    delete x.more;
}

std::uint32_t rule_set::find(rule_id id) const {
  return slot_ids_.find(hash_.number(id), [&](std::uint32_t at) { return slots_[at].id == id; });
}

std::uint32_t rule_set::take_slot(rule_id id) {
  std::uint32_t at = 0;
  if (free_slots_.empty()) {
    at = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    at = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[at].id = id;
  slot_ids_.insert(hash_.number(id), at);
  ++rules_;
  return at;
}

std::span<const std::uint32_t> rule_set::branches_of(const slot& x) const {
  if (x.more != nullptr)
    return *x.more;
  return {&x.first, 1};
}

void rule_set::intern(rule_id id, const compiled_pattern& pattern,
                      std::vector<std::uint32_t>* unfiled) {
  const auto at = take_slot(id);
  scratch_.clear();
  for (const auto& branch : pattern.branches)
    scratch_.push_back(catalog_.intern(pattern, branch));
  // Branches that are written differently may be one.
  std::sort(scratch_.begin(), scratch_.end());
  scratch_.erase(std::unique(scratch_.begin(), scratch_.end()), scratch_.end());
  rule_branches_ += scratch_.size();
  auto& slot = slots_[at];
  slot.first = scratch_.front();
  if (scratch_.size() > 1)
    slot.more = new std::vector<std::uint32_t>(scratch_);
  const auto reference = scratch_.size() > 1 ? at | shared_bit : id;
  for (const auto b : scratch_) {
    auto& branch = catalog_.at(b);
    const bool first = branch.rules.empty();
    branch.rules.push_back(reference);
    branch.shared_rules += (reference & shared_bit) != 0 ? 1 : 0;
    if (branch.filed)
      index_.add_rule(b, reference);
    else if (unfiled == nullptr)
      index_.add(b);
    else if (first)
      unfiled->push_back(b);
  }
}

add_result rule_set::add(rule_id id, const compiled_pattern& pattern) {
  BASEPLATE_ASSERT(id < rule_id_end);
  const auto known = find(id);
  const auto freed = known == no_id ? 0 : branches_of(slots_[known]).size();
  if (rule_branches_ - freed + pattern.branches.size() > branches_max_)
    return add_result::too_many_branches;
  if (known != no_id)
    drop(known);
  intern(id, pattern, nullptr);
  return known == no_id ? add_result::added : add_result::replaced;
}

std::size_t rule_set::add_all(std::span<const std::pair<rule_id, const compiled_pattern*>> rules) {
  std::vector<std::uint32_t> unfiled;
  std::size_t done = 0;
  const auto file = [&] {
    for (const auto b : unfiled)
      index_.add(b);
    unfiled.clear();
  };
  for (const auto& [id, pattern] : rules) {
    BASEPLATE_ASSERT(id < rule_id_end);
    if (contains(id)) {
      file(); // a removal needs everything in its place
      remove(id);
    }
    if (rule_branches_ + pattern->branches.size() > branches_max_)
      break;
    intern(id, *pattern, &unfiled);
    ++done;
  }
  file();
  return done;
}

void rule_set::drop(std::uint32_t at) {
  auto& slot = slots_[at];
  const auto reference = slot.more != nullptr ? at | shared_bit : slot.id;
  for (const auto b : branches_of(slot)) {
    auto& branch = catalog_.at(b);
    const bool last = branch.rules.size() == 1;
    if (last)
      index_.remove(b);
    else
      index_.remove_rule(b, reference);
    branch.rules.erase(reference);
    branch.shared_rules -= (reference & shared_bit) != 0 ? 1 : 0;
    if (last)
      catalog_.drop(b);
    --rule_branches_;
  }
  slot_ids_.erase(hash_.number(slot.id), at);
  delete slot.more;
  slot = {};
  free_slots_.push_back(at);
  --rules_;
}

bool rule_set::remove(rule_id id) {
  const auto at = find(id);
  if (at == no_id)
    return false;
  drop(at);
  return true;
}

std::size_t rule_set::memory_bytes() const {
  auto bytes = sizeof(*this) + catalog_.memory_bytes() + index_.memory_bytes()
               + slots_.capacity() * sizeof(slot) + slot_ids_.memory_bytes();
  for (const auto& x : slots_)
    bytes += x.more != nullptr ? sizeof(*x.more) + x.more->capacity() * 4 : 0;
  return bytes;
}

} // namespace baseplate::rules
