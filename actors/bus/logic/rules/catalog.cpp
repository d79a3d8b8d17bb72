#include "actors/bus/logic/rules/catalog.hpp"

#include <algorithm>

namespace baseplate::rules {

namespace {

template <class T>
std::uint32_t take_id(std::vector<T>& all, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    all.emplace_back();
    return static_cast<std::uint32_t>(all.size() - 1);
  }
  const auto id = free.back();
  free.pop_back();
  return id;
}

} // namespace

void length_set::add(std::uint8_t length) {
  const auto at = std::lower_bound(lengths_.begin(), lengths_.end(), length);
  const auto i = at - lengths_.begin();
  if (at == lengths_.end() || *at != length) {
    lengths_.insert(at, length);
    counts_.insert(counts_.begin() + i, 0);
  }
  ++counts_[static_cast<std::size_t>(i)];
}

void length_set::remove(std::uint8_t length) {
  const auto at = std::lower_bound(lengths_.begin(), lengths_.end(), length);
  const auto i = at - lengths_.begin();
  if (--counts_[static_cast<std::size_t>(i)] == 0) {
    lengths_.erase(at);
    counts_.erase(counts_.begin() + i);
  }
}

// -- keys ----------------------------------------------------------------------------------------

std::uint64_t catalog::key_hash(std::uint32_t path, key_kind kind, std::string_view text) const {
  const auto s = salt(path, kind);
  std::uint64_t state = 0;
  switch (kind) {
  case key_kind::prefix:
  case key_kind::prefix_fold:
    for (const char c : text)
      state = hash_.roll(state, c);
    return hash_.finish(state, s);
  case key_kind::suffix:
  case key_kind::suffix_fold:
    for (auto i = text.rbegin(); i != text.rend(); ++i)
      state = hash_.roll(state, *i);
    return hash_.finish(state, s);
  case key_kind::gram3:
  case key_kind::gram4:
    return gram_hash(hash_, text, s);
  case key_kind::number: {
    std::memcpy(&state, text.data(), sizeof(state));
    return hash_.number(state, s);
  }
  default:
    return hash_.bytes(text, s);
  }
}

void catalog::count_key(const key& x, bool up) {
  auto& keys = path_keys_[x.path];
  auto& count = keys.counts[static_cast<std::size_t>(x.kind)];
  count += up ? 1 : -1;
  const auto bit = 1U << static_cast<unsigned>(x.kind);
  keys.kinds = count > 0 ? keys.kinds | bit : keys.kinds & ~bit;
  length_set* lengths = nullptr;
  auto length = static_cast<std::uint8_t>(std::min<std::size_t>(x.text.size(), 255));
  switch (x.kind) {
  case key_kind::prefix:
    lengths = &keys.prefixes;
    break;
  case key_kind::suffix:
    lengths = &keys.suffixes;
    break;
  case key_kind::prefix_fold:
    lengths = &keys.prefix_folds;
    break;
  case key_kind::suffix_fold:
    lengths = &keys.suffix_folds;
    break;
  case key_kind::network:
    lengths = x.text[0] == '4' ? &keys.v4_bits : &keys.v6_bits;
    length = static_cast<std::uint8_t>(x.text[1]);
    break;
  default:
    return;
  }
  if (up)
    lengths->add(length);
  else
    lengths->remove(length);
}

std::uint32_t catalog::acquire_key(std::uint32_t path, key_kind kind, std::string_view text) {
  const auto h = key_hash(path, kind, text);
  auto id = find_key(path, kind, text, h);
  if (id == no_id) {
    id = take_id(keys_, free_keys_);
    keys_[id] = {std::string(text), path, kind, 0, 0};
    key_ids_.insert(h, id);
    count_key(keys_[id], true);
  }
  ++keys_[id].refs;
  return id;
}

void catalog::release_key(std::uint32_t id) {
  auto& x = keys_[id];
  if (--x.refs > 0)
    return;
  key_ids_.erase(key_hash(x.path, x.kind, x.text), id);
  count_key(x, false);
  x = {};
  free_keys_.push_back(id);
}

void network_key(std::string& out, const ip_address& network, std::uint8_t bits) {
  out.assign(1, network.v4 ? '4' : '6');
  out += static_cast<char>(bits);
  out.append(reinterpret_cast<const char*>(network.bytes.data()), network.v4 ? 4 : 16);
}

// -- conditions ----------------------------------------------------------------------------------

std::uint64_t catalog::condition_hash(const condition& x) {
  member_keys_.clear();
  for (const auto& p : x.any_of) {
    member_keys_.emplace_back();
    p.append_key(member_keys_.back());
  }
  std::uint64_t h = x.path;
  for (const auto& k : member_keys_)
    h = hash_.number(h ^ hash_.bytes(k));
  return h;
}

std::uint32_t catalog::intern_condition(const field_condition& field) {
  const auto path = paths_.acquire(field.path);
  if (path_keys_.size() < paths_.path_ids())
    path_keys_.resize(paths_.path_ids());
  // In order of their keys, no two equal: lists that say the same are one condition.
  std::vector<std::pair<std::string, const predicate*>> members;
  members.reserve(field.any_of.size());
  for (const auto& p : field.any_of) {
    members.emplace_back(std::string(), &p);
    p.append_key(members.back().first);
  }
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  members.erase(std::unique(members.begin(), members.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }),
                members.end());
  std::uint64_t h = path;
  for (const auto& m : members)
    h = hash_.number(h ^ hash_.bytes(m.first));
  const auto known = condition_ids_.find(h, [&](std::uint32_t id) {
    const auto& x = conditions_[id];
    if (x.path != path || x.any_of.size() != members.size())
      return false;
    for (std::size_t i = 0; i < members.size(); ++i) {
      scratch_.clear();
      x.any_of[i].append_key(scratch_);
      if (scratch_ != members[i].first)
        return false;
    }
    return true;
  });
  if (known != no_id) {
    paths_.release(path);
    return known;
  }
  const auto id = take_id(conditions_, free_conditions_);
  condition made;
  made.path = path;
  made.filable = true;
  made.all_sure_keys = true;
  made.any_of.reserve(members.size());
  made.accesses.reserve(members.size());
  for (const auto& m : members) {
    made.any_of.push_back(*m.second);
    const auto a = access_of(path, *m.second);
    made.accesses.push_back(a);
    made.has_absent = made.has_absent || m.second->kind == predicate_kind::absent;
    made.filable = made.filable && a.how != access::always;
    made.all_sure_keys = made.all_sure_keys && a.how == access::keyed && a.sure;
  }
  conditions_[id] = std::move(made);
  condition_ids_.insert(h, id);
  return id;
}

void catalog::drop_condition(std::uint32_t id) {
  auto& x = conditions_[id];
  condition_ids_.erase(condition_hash(x), id);
  for (const auto& a : x.accesses)
    if (a.key != no_id)
      release_key(a.key);
  paths_.release(x.path);
  x = {};
  free_conditions_.push_back(id);
}

// -- branches ------------------------------------------------------------------------------------

std::uint64_t catalog::branch_hash(std::span<const std::uint32_t> conditions) const {
  return hash_.bytes({reinterpret_cast<const char*>(conditions.data()), conditions.size_bytes()});
}

void catalog::count_uses(std::span<const std::uint32_t> conditions, bool up) {
  for (const auto c : conditions)
    for (const auto& a : conditions_[c].accesses) {
      if (a.key != no_id)
        keys_[a.key].uses += up ? 1 : -1;
      else if (a.how == access::range)
        path_keys_[conditions_[c].path].ranges += up ? 1 : -1;
    }
}

std::uint32_t catalog::intern(const compiled_pattern& pattern, const pattern_branch& branch) {
  ids_.clear();
  for (const auto field : branch.fields)
    ids_.push_back(intern_condition(pattern.fields[field]));
  std::sort(ids_.begin(), ids_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return conditions_[a].path < conditions_[b].path;
  });
  const auto h = branch_hash(ids_);
  const auto known = branch_ids_.find(h, [&](std::uint32_t id) {
    const auto have = conditions_of(branches_[id]);
    return std::equal(have.begin(), have.end(), ids_.begin(), ids_.end());
  });
  if (known != no_id)
    return known;
  const auto id = take_id(branches_, free_branches_);
  auto& made = branches_[id];
  made = {};
  made.condition_count = static_cast<std::uint16_t>(ids_.size());
  if (ids_.size() <= branch::inline_max) {
    std::copy(ids_.begin(), ids_.end(), made.conditions.begin());
  } else {
    made.conditions[0] = take_id(long_lists_, free_long_lists_);
    long_lists_[made.conditions[0]] = ids_;
  }
  for (const auto c : ids_) {
    ++conditions_[c].uses;
    made.has_absent = made.has_absent || conditions_[c].has_absent;
  }
  count_uses(ids_, true);
  branch_ids_.insert(h, id);
  return id;
}

void catalog::drop(std::uint32_t id) {
  auto& x = branches_[id];
  const auto conditions = conditions_of(x);
  ids_.assign(conditions.begin(), conditions.end());
  branch_ids_.erase(branch_hash(ids_), id);
  count_uses(ids_, false);
  if (x.condition_count > branch::inline_max) {
    std::vector<std::uint32_t>().swap(long_lists_[x.conditions[0]]);
    free_long_lists_.push_back(x.conditions[0]);
  }
  x = {};
  free_branches_.push_back(id);
  for (const auto c : ids_)
    if (--conditions_[c].uses == 0)
      drop_condition(c);
}

std::size_t catalog::memory_bytes() const {
  auto bytes = paths_.memory_bytes() + path_keys_.capacity() * sizeof(path_keys)
               + keys_.capacity() * sizeof(key) + key_ids_.memory_bytes()
               + conditions_.capacity() * sizeof(condition) + condition_ids_.memory_bytes()
               + branches_.capacity() * sizeof(branch) + branch_ids_.memory_bytes();
  for (const auto& x : keys_)
    bytes += x.text.capacity() > 15 ? x.text.capacity() + 1 : 0;
  for (const auto& x : conditions_) {
    bytes += x.any_of.capacity() * sizeof(predicate) + x.accesses.capacity() * sizeof(access);
    for (const auto& p : x.any_of)
      bytes += p.text.capacity() > 15 ? p.text.capacity() + 1 : 0;
  }
  for (const auto& x : branches_)
    bytes += x.rules.memory_bytes();
  for (const auto& x : long_lists_)
    bytes += x.capacity() * 4;
  return bytes;
}

} // namespace baseplate::rules
