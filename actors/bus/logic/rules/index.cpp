#include "actors/bus/logic/rules/index.hpp"

#include "messages/assert.hpp"

#include <algorithm>
#include <cmath>

namespace baseplate::rules {

namespace {

constexpr std::uint32_t all_conditions(std::size_t count) {
  return count >= 32 ? ~0U : (1U << count) - 1;
}

} // namespace

// -- entry points --------------------------------------------------------------------------------

void index::add(std::uint32_t branch) {
  auto& x = catalog_.at(branch);
  x.root_choice = choose_at_root(x);
  x.filed = true;
  run({action::file, branch, 0});
}

void index::remove(std::uint32_t branch) {
  run({action::unfile, branch, 0});
  catalog_.at(branch).filed = false;
}

void index::add_rule(std::uint32_t branch, std::uint32_t rule) {
  run({action::add_rule, branch, rule});
}

void index::remove_rule(std::uint32_t branch, std::uint32_t rule) {
  run({action::remove_rule, branch, rule});
}

void index::run(const order& x) {
  const auto& b = catalog_.at(x.branch);
  const auto residual = all_conditions(b.condition_count);
  if (b.root_choice == b.condition_count) { // every condition accepts absence: no value leads here
    auto& local = nodes_[root].local;
    if (x.what == action::file) {
      local.push_back({x.branch, residual});
    } else if (x.what == action::unfile) {
      const auto at = std::find_if(local.begin(), local.end(),
                                   [&](const filing& f) { return f.branch == x.branch; });
      *at = local.back();
      local.pop_back();
    }
    return;
  }
  const auto path = catalog_.condition_at(catalog_.conditions_of(b)[b.root_choice]).path;
  if (nodes_[root].splits.size() <= path)
    nodes_[root].splits.resize(std::max<std::size_t>(path + 1, catalog_.paths().path_ids()));
  nodes_[root].splits[path].path = path;
  under(x, root, path, b.root_choice, residual);
}

// -- the way down --------------------------------------------------------------------------------

bool index::at_node(const order& x, std::uint32_t id, std::uint32_t residual) {
  const auto& b = catalog_.at(x.branch);
  for (std::size_t i = 0; i < nodes_[id].splits.size(); ++i)
    if (const auto c = divisible_by(b, nodes_[id].splits[i].path); c >= 0) {
      under(x, id, i, static_cast<std::size_t>(c), residual);
      return x.what == action::unfile && empty(id);
    }
  auto& local = nodes_[id].local;
  if (x.what == action::file) {
    local.push_back({x.branch, residual});
    if (local.size() > nodes_[id].threshold)
      divide(id);
  } else if (x.what == action::unfile) {
    const auto at = std::find_if(local.begin(), local.end(), [&](const filing& f) {
      return f.branch == x.branch && f.residual == residual;
    });
    BASEPLATE_ASSERT(at != local.end());
    *at = local.back();
    local.pop_back();
    return empty(id);
  }
  return false;
}

void index::under(const order& x, std::uint32_t id, std::size_t split_at, std::size_t condition_at,
                  std::uint32_t residual) {
  const auto& c
      = catalog_.condition_at(catalog_.conditions_of(catalog_.at(x.branch))[condition_at]);
  if (!c.filable) {
    always(x, split_at, residual);
    return;
  }
  for (std::size_t i = 0; i < c.accesses.size(); ++i) {
    const auto& a = c.accesses[i];
    const auto rest = a.sure && condition_at < 32 ? residual & ~(1U << condition_at) : residual;
    if (a.how == access::keyed)
      under_key(x, id, split_at, a.key, rest);
    else
      under_range(x, id, split_at, c.any_of[i], rest);
  }
}

void index::under_key(const order& x, std::uint32_t id, std::size_t split_at, std::uint32_t key,
                      std::uint32_t residual) {
  const auto place = pair_map::key(id, key);
  auto* found = postings_.find(place);
  if (x.what == action::file && found == nullptr) {
    postings_.insert(place, posting::of({x.branch, residual}).bits());
    ++nodes_[id].splits[split_at].keyed;
    return;
  }
  BASEPLATE_ASSERT(found != nullptr);
  const posting here(*found);
  if (here.is_node()) {
    if (at_node(x, here.node(), residual)) {
      drop_node(here.node());
      postings_.erase(place);
      --nodes_[id].splits[split_at].keyed;
    }
  } else if (x.what == action::file) {
    const auto made = make_node(id, nodes_[id].splits[split_at].path);
    *found = posting::of_node(made).bits();
    at_node({action::file, here.one().branch, 0}, made, here.one().residual);
    at_node(x, made, residual);
  } else if (x.what == action::unfile) {
    postings_.erase(place);
    --nodes_[id].splits[split_at].keyed;
  }
}

void index::under_range(const order& x, std::uint32_t id, std::size_t split_at,
                        const predicate& range, std::uint32_t residual) {
  auto list = nodes_[id].splits[split_at].ranges;
  if (list == no_id) {
    if (free_ranges_.empty()) {
      list = static_cast<std::uint32_t>(ranges_.size());
      ranges_.push_back(std::make_unique<range_index>());
    } else {
      list = free_ranges_.back();
      free_ranges_.pop_back();
      ranges_[list] = std::make_unique<range_index>();
    }
    nodes_[id].splits[split_at].ranges = list;
  }
  auto& ranges = *ranges_[list];
  const bool once
      = residual == 0 && reached_once(catalog_.at(x.branch), id, nodes_[id].splits[split_at].path);
  if (std::isinf(range.high))
    one_sided(x, ranges.at_least, range.low, residual, once);
  else if (std::isinf(range.low))
    one_sided(x, ranges.at_most, range.high, residual, once);
  else if (x.what == action::file)
    ranges.insert_two_sided(range.low, range.high, {x.branch, residual});
  else if (x.what == action::unfile)
    ranges.erase_two_sided(range.low, range.high, {x.branch, residual});
  if (x.what == action::unfile && ranges.empty()) {
    ranges_[list].reset();
    free_ranges_.push_back(list);
    nodes_[id].splits[split_at].ranges = no_id;
  }
}

void index::one_sided(const order& x, range_index::one_sided& list, double bound,
                      std::uint32_t residual, bool once) {
  const auto insert_rule = [&](std::uint32_t rule) {
    list.rules.insert(bound, x.branch, rule);
    list.shared_rules += (rule & shared_rule) != 0 ? 1 : 0;
  };
  const auto erase_rule = [&](std::uint32_t rule) {
    list.rules.erase(bound, x.branch, rule);
    list.shared_rules -= (rule & shared_rule) != 0 ? 1 : 0;
  };
  if (!once) {
    if (x.what == action::file)
      list.filings.insert(bound, x.branch, residual);
    else if (x.what == action::unfile)
      list.filings.erase(bound, x.branch, residual);
    return;
  }
  switch (x.what) {
  case action::file:
    for (const auto rule : catalog_.at(x.branch).rules.all())
      insert_rule(rule);
    break;
  case action::unfile:
    for (const auto rule : catalog_.at(x.branch).rules.all())
      erase_rule(rule);
    break;
  case action::add_rule:
    insert_rule(x.rule);
    break;
  case action::remove_rule:
    erase_rule(x.rule);
    break;
  }
}

bool index::reached_once(const branch& x, std::uint32_t id, std::uint32_t path) const {
  for (;;) {
    for (const auto c : catalog_.conditions_of(x)) {
      const auto& condition = catalog_.condition_at(c);
      if (condition.path == path && condition.accesses.size() > 1)
        return false;
    }
    if (nodes_[id].parent == no_id)
      return true;
    path = nodes_[id].path;
    id = nodes_[id].parent;
  }
}

void index::always(const order& x, std::size_t split_at, std::uint32_t residual) {
  auto list = nodes_[root].splits[split_at].always;
  if (list == no_id) {
    list = make_node(root, static_cast<std::uint32_t>(split_at));
    nodes_[root].splits[split_at].always = list;
  }
  if (at_node(x, list, residual)) {
    drop_node(list);
    nodes_[root].splits[split_at].always = no_id;
  }
}

// -- choices -------------------------------------------------------------------------------------

double index::expected(const condition& x) const {
  constexpr double never = 1e18;
  constexpr double last = 1e12;
  if (x.has_absent)
    return never;
  if (!x.filable)
    return last;
  double sum = 0;
  for (std::size_t i = 0; i < x.accesses.size(); ++i) {
    const auto& a = x.accesses[i];
    const auto& p = x.any_of[i];
    if (a.how == access::range) {
      const bool two_sided = !std::isinf(p.low) && !std::isinf(p.high);
      sum += catalog_.keys_of(x.path).ranges * (two_sided ? 0.5 : 2.0);
      continue;
    }
    const double weight = p.kind == predicate_kind::wildcard ? 3
                          : p.kind == predicate_kind::prefix || p.kind == predicate_kind::suffix
                              ? 2
                              : 1;
    sum += weight * catalog_.uses_of_key(a.key);
  }
  return x.accesses.size() > spread_max ? sum * 16 : sum;
}

std::uint16_t index::choose_at_root(const branch& x) const {
  // Rounded to powers of 4, ties by path: else branches of one shape choose differently by noise,
  // and places fill with what nothing separates.
  const auto conditions = catalog_.conditions_of(x);
  auto best = static_cast<std::uint16_t>(conditions.size());
  int least = 0;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const auto& c = catalog_.condition_at(conditions[i]);
    if (c.has_absent)
      continue;
    const auto cost = static_cast<int>(std::ceil(std::log2(std::max(1.0, expected(c))) / 2));
    if (best == conditions.size() || cost < least) {
      best = static_cast<std::uint16_t>(i);
      least = cost;
    }
  }
  return best;
}

int index::divisible_by(const branch& x, std::uint32_t path) const {
  const auto conditions = catalog_.conditions_of(x);
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const auto& c = catalog_.condition_at(conditions[i]);
    if (c.path == path)
      return c.filable && c.accesses.size() <= spread_max ? static_cast<int>(i) : -1;
  }
  return -1;
}

bool index::used_above(std::uint32_t id, std::uint32_t path) const {
  for (; nodes_[id].parent != no_id; id = nodes_[id].parent)
    if (nodes_[id].path == path)
      return true;
  return false;
}

std::uint32_t index::best_division(std::uint32_t id) {
  constexpr std::uint32_t is_range = no_id;
  constexpr std::uint32_t is_filing = no_id - 1;
  candidates_.clear();
  const auto& local = nodes_[id].local;
  for (const auto& f : local)
    for (const auto c : catalog_.conditions_of(catalog_.at(f.branch))) {
      const auto& x = catalog_.condition_at(c);
      if (!x.filable || x.accesses.size() > spread_max || used_above(id, x.path))
        continue;
      candidates_.push_back({x.path, is_filing});
      for (const auto& a : x.accesses)
        candidates_.push_back({x.path, a.how == access::range ? is_range : a.key});
    }
  std::sort(candidates_.begin(), candidates_.end(), [](const candidate& a, const candidate& b) {
    return a.path != b.path ? a.path < b.path : a.key < b.key;
  });
  const auto all = static_cast<double>(local.size());
  double least = all * (1 - gain_least);
  std::uint32_t best = no_id;
  // Where nothing separates by value, a path that only some have may still be absent or different.
  double second_least = least;
  std::uint32_t second_best = no_id;
  for (std::size_t i = 0; i < candidates_.size();) {
    const auto path = candidates_[i].path;
    double filings = 0;
    double looked_at = 0;
    double ranges = 0;
    while (i < candidates_.size() && candidates_[i].path == path) {
      const auto key = candidates_[i].key;
      const auto begin = i;
      while (i < candidates_.size() && candidates_[i].path == path && candidates_[i].key == key)
        ++i;
      const auto n = static_cast<double>(i - begin);
      if (key == is_filing)
        filings = n;
      else if (key == is_range)
        ranges = n;
      else
        looked_at += n * n;
    }
    const auto rest = all - filings + looked_at / filings + ranges / 2;
    if (rest < least) {
      least = rest;
      best = path;
    }
    const auto by_chance = all - filings + (looked_at / filings + ranges / 2) / 2;
    if (filings < all && by_chance < second_least) {
      second_least = by_chance;
      second_best = path;
    }
  }
  return best != no_id ? best : second_best;
}

void index::divide(std::uint32_t id) {
  while (nodes_[id].local.size() > nodes_[id].threshold) {
    const auto path = nodes_[id].depth < depth_max ? best_division(id) : no_id;
    if (path == no_id) {
      nodes_[id].threshold = static_cast<std::uint32_t>(nodes_[id].local.size()) * 2;
      return;
    }
    const auto split_at = nodes_[id].splits.size();
    split made;
    made.path = path;
    nodes_[id].splits.push_back(made);
    std::vector<filing> old;
    old.swap(nodes_[id].local);
    for (const auto& f : old) {
      const auto c = divisible_by(catalog_.at(f.branch), path);
      if (c < 0)
        nodes_[id].local.push_back(f);
      else
        under({action::file, f.branch, 0}, id, split_at, static_cast<std::size_t>(c), f.residual);
    }
  }
}

// -- nodes ---------------------------------------------------------------------------------------

std::uint32_t index::make_node(std::uint32_t parent, std::uint32_t path) {
  std::uint32_t id = 0;
  if (free_nodes_.empty()) {
    id = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    id = free_nodes_.back();
    free_nodes_.pop_back();
  }
  nodes_[id].parent = parent;
  nodes_[id].path = path;
  nodes_[id].depth = nodes_[parent].depth + 1;
  return id;
}

void index::drop_node(std::uint32_t id) {
  nodes_[id] = {};
  free_nodes_.push_back(id);
}

bool index::empty(std::uint32_t id) const {
  const auto& x = nodes_[id];
  return x.local.empty() && std::all_of(x.splits.begin(), x.splits.end(), [](const split& s) {
           return s.keyed == 0 && s.ranges == no_id && s.always == no_id;
         });
}

std::size_t index::memory_bytes() const {
  auto bytes = nodes_.capacity() * sizeof(node) + postings_.memory_bytes();
  for (const auto& x : nodes_)
    bytes += x.local.capacity() * sizeof(filing) + x.splits.capacity() * sizeof(split);
  for (const auto& x : ranges_)
    bytes += x ? x->memory_bytes() : 0;
  return bytes + ranges_.capacity() * sizeof(void*);
}

} // namespace baseplate::rules
