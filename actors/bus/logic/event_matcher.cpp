#include "actors/bus/logic/event_matcher.hpp"

#include <algorithm>

namespace baseplate::bus {

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

compiled_pattern::compiled_pattern(const event_pattern& pattern)
    : index_(std::make_unique<pattern_index>()) {
  index_->add(pattern);
}

bool compiled_pattern::matches(std::string_view envelope) {
  if (!index_)
    return true;
  scratch_.clear();
  index_->match(envelope, scratch_);
  return !scratch_.empty();
}

pattern_result<compiled_pattern> compile_pattern(std::string_view text) {
  if (text.empty())
    return compiled_pattern{};
  auto parsed = parse_event_pattern(text);
  if (!parsed)
    return std::move(parsed).error();
  return compiled_pattern{*parsed};
}

// -- event_matcher --------------------------------------------------------------

boost::system::result<void, pattern_error> event_matcher::add(subscriber_id subscriber, bus_id bus,
                                                              std::string_view pattern) {
  std::shared_ptr<const event_pattern> compiled;
  if (!pattern.empty()) {
    auto parsed = parse_event_pattern(pattern);
    if (!parsed)
      return std::move(parsed).error();
    compiled = std::make_shared<const event_pattern>(std::move(*parsed));
  }
  remove(subscriber);
  auto& members = buses_[bus];
  members.members.push_back({subscriber, std::move(compiled)});
  members.index = nullptr;
  bus_of_[subscriber] = bus;
  return {};
}

void event_matcher::remove(subscriber_id subscriber) {
  const auto found = bus_of_.find(subscriber);
  if (found == bus_of_.end())
    return;
  auto& members = buses_[found->second];
  std::erase_if(members.members,
                [subscriber](const member& x) { return x.subscriber == subscriber; });
  members.index = nullptr;
  if (members.members.empty())
    buses_.erase(found->second);
  bus_of_.erase(found);
}

void event_matcher::build(bus_members& members) {
  members.index = std::make_unique<pattern_index>();
  members.member_of_slot.clear();
  members.everything.clear();
  members.matched.assign(members.members.size(), {});
  for (std::uint32_t i = 0; i < members.members.size(); ++i) {
    if (members.members[i].pattern) {
      members.index->add(*members.members[i].pattern);
      members.member_of_slot.push_back(i);
    } else {
      members.everything.push_back(i);
    }
  }
}

chunk_matches event_matcher::match(const chunk& events, sequence_number behind,
                                   sequence_number until) {
  chunk_matches result;
  const auto& refs = events.events();
  bus_members* members = nullptr;
  chunk_matches::count* count = nullptr;
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
      if (members != nullptr && !members->index)
        build(*members);
    }
    ++count->events;
    bool durable = false;
    if (members != nullptr) {
      const auto take = [&](std::uint32_t position) {
        members->matched[position].push_back(i);
        durable = durable || members->members[position].subscriber < live_subscriber_min;
      };
      for (const auto position : members->everything)
        take(position);
      if (members->index->size() > 0) {
        slots_.clear();
        members->index->match(events.envelope(ref), slots_);
        for (const auto slot : slots_)
          take(members->member_of_slot[slot]);
      }
    }
    if (!durable)
      ++count->matched_none;
  }
  for (const auto& x : result.buses) {
    const auto found = buses_.find(x.bus);
    if (found == buses_.end())
      continue;
    for (std::size_t i = 0; i < found->second.members.size(); ++i)
      if (auto& list = found->second.matched[i]; !list.empty()) {
        result.lists.push_back({found->second.members[i].subscriber, std::move(list)});
        list.clear();
      }
  }
  std::sort(result.lists.begin(), result.lists.end(),
            [](const auto& x, const auto& y) { return x.subscriber < y.subscriber; });
  return result;
}

} // namespace baseplate::bus
