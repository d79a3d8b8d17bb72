#include "actors/bus/logic/event_matcher.hpp"

#include <algorithm>
#include <utility>

namespace baseplate::bus {

std::string to_string(const pattern_error& error) {
  return error.service_message() + (error.pointer.empty() ? "" : " (at " + error.pointer + ")");
}

// -- chunk_matches --------------------------------------------------------------

std::span<const std::uint32_t> chunk_matches::of(subscriber_id subscriber) const {
  const auto found
      = std::lower_bound(lists.begin(), lists.end(), subscriber,
                         [](const list& x, subscriber_id id) { return x.subscriber < id; });
  if (found == lists.end() || found->subscriber != subscriber)
    return {};
  return found->events;
}

std::size_t chunk_matches::size_bytes() const {
  std::size_t result = lists.capacity() * sizeof(list) + buses.capacity() * sizeof(count);
  for (const auto& x : lists)
    result += x.events.capacity() * sizeof(std::uint32_t);
  return result;
}

// -- compiled_pattern -----------------------------------------------------------

struct compiled_pattern::single {
  rules::rule_set rules{0};
  rules::matcher matcher;
  std::vector<rules::rule_id> found;
};

compiled_pattern::compiled_pattern() = default;

compiled_pattern::compiled_pattern(const rules::compiled_pattern& pattern)
    : rule_(std::make_unique<single>()) {
  rule_->rules.add(0, pattern); // the limits of one pattern are far below those of a set
}

compiled_pattern::compiled_pattern(compiled_pattern&&) noexcept = default;
compiled_pattern& compiled_pattern::operator=(compiled_pattern&&) noexcept = default;
compiled_pattern::~compiled_pattern() = default;

bool compiled_pattern::matches(std::string_view envelope) {
  if (!rule_)
    return true;
  rule_->found.clear();
  rule_->matcher.match(rule_->rules, envelope, rules::trust::trusted, rule_->found);
  return !rule_->found.empty();
}

pattern_result<compiled_pattern> compile_pattern(std::string_view text) {
  if (text.empty())
    return compiled_pattern{};
  auto compiled = rules::compile(text);
  if (!compiled)
    return std::move(compiled).error();
  return compiled_pattern{*compiled};
}

// -- event_matcher --------------------------------------------------------------

pattern_result<void> event_matcher::add(subscriber_id subscriber, bus_id bus,
                                        std::string_view pattern) {
  auto& members = buses_.try_emplace(bus, seed_).first->second;
  const auto slot = members.free.empty() ? static_cast<std::uint32_t>(members.members.size())
                                         : members.free.back();
  if (pattern.empty()) {
    members.everything.push_back(slot);
  } else {
    auto compiled = rules::compile(pattern);
    if (!compiled)
      return std::move(compiled).error();
    if (members.rules.add(slot, *compiled) == rules::add_result::too_many_branches) {
      pattern_error error;
      error.code = rules::pattern_fault::too_complex;
      error.reason = "the patterns of this bus have more than "
                     + std::to_string(rules::rule_set::branches_max_default) + " branches in all";
      return error;
    }
  }
  if (members.free.empty())
    members.members.emplace_back();
  else
    members.free.pop_back();
  members.members[slot].subscriber = subscriber;
  const place now{bus, slot};
  if (const auto [known, fresh] = places_.try_emplace(subscriber, now); !fresh)
    drop(std::exchange(known->second, now));
  return {};
}

void event_matcher::remove(subscriber_id subscriber) {
  const auto found = places_.find(subscriber);
  if (found == places_.end())
    return;
  drop(found->second);
  places_.erase(found);
}

void event_matcher::drop(const place& x) {
  auto& members = buses_.at(x.bus);
  if (!members.rules.remove(x.slot))
    std::erase(members.everything, x.slot);
  members.members[x.slot].subscriber = 0;
  members.free.push_back(x.slot);
}

chunk_matches event_matcher::match(const chunk& events, sequence_number behind,
                                   sequence_number until) {
  chunk_matches result;
  const auto& refs = events.events();
  bus_members* members = nullptr;
  chunk_matches::count* count = nullptr;
  std::vector<member*> touched;
  for (std::uint32_t i = 0; i < refs.size(); ++i) {
    const auto& ref = refs[i];
    if (ref.sequence <= behind || ref.sequence > until)
      continue;
    if (count == nullptr || count->bus != ref.bus) {
      const auto known = std::find_if(result.buses.begin(), result.buses.end(),
                                      [&](const auto& x) { return x.bus == ref.bus; });
      count = known != result.buses.end()
                  ? &*known
                  : &result.buses.emplace_back(chunk_matches::count{ref.bus});
      const auto found = buses_.find(ref.bus);
      members = found == buses_.end() ? nullptr : &found->second;
    }
    ++count->events;
    bool durable = false;
    if (members != nullptr) {
      const auto take = [&](std::uint32_t slot) {
        auto& x = members->members[slot];
        if (x.matched.empty())
          touched.push_back(&x);
        x.matched.push_back(i);
        durable = durable || x.subscriber < live_subscriber_min;
      };
      for (const auto slot : members->everything)
        take(slot);
      if (members->rules.size() > 0) {
        ids_.clear();
        members->matcher.match(members->rules, events.envelope(ref), rules::trust::trusted, ids_);
        for (const auto slot : ids_)
          take(slot);
      }
    }
    if (!durable)
      ++count->matched_none;
  }
  result.lists.reserve(touched.size());
  for (auto* x : touched)
    result.lists.push_back({x->subscriber, std::exchange(x->matched, {})});
  std::sort(result.lists.begin(), result.lists.end(),
            [](const auto& x, const auto& y) { return x.subscriber < y.subscriber; });
  return result;
}

} // namespace baseplate::bus
