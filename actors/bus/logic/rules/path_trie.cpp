#include "actors/bus/logic/rules/path_trie.hpp"

#include <algorithm>

namespace baseplate::rules {

namespace {

/// Calls use(name) for each name of a joined path.
template <class Use>
void for_names(std::string_view path, Use use) {
  for (;;) {
    const auto dot = path.find('.');
    use(path.substr(0, dot));
    if (dot == std::string_view::npos)
      return;
    path.remove_prefix(dot + 1);
  }
}

} // namespace

std::uint32_t path_trie::direct_child(std::uint32_t at, std::string_view name) const {
  const auto& from = nodes_[at];
  if (from.edges.empty())
    return no_id;
  const auto h = hash_of(from, name);
  for (auto i = h & from.mask;; i = (i + 1) & from.mask) {
    const auto& x = from.edges[i];
    if (x.child == no_id)
      return no_id;
    if (x.hash == h && x.name == name)
      return x.child;
  }
}

std::uint32_t path_trie::split_child(std::uint32_t at, std::string_view key) const {
  if (key.find('.') == std::string_view::npos)
    return no_id;
  auto here = at;
  for_names(key, [&](std::string_view name) {
    if (here != no_id)
      here = direct_child(here, name);
  });
  return here;
}

template <class Use>
void path_trie::for_aliases(std::uint32_t at, Use use) {
  std::string joined = nodes_[at].name;
  auto ancestor = nodes_[at].parent;
  for (std::size_t i = 0; ancestor != no_id && i < alias_depth_max; ++i) {
    use(ancestor, joined);
    joined.insert(0, nodes_[ancestor].name + ".");
    ancestor = nodes_[ancestor].parent;
  }
}

std::uint32_t path_trie::make_node(std::uint32_t parent, std::string_view name, std::size_t depth) {
  std::uint32_t id = 0;
  if (free_nodes_.empty()) {
    id = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    id = free_nodes_.back();
    free_nodes_.pop_back();
    nodes_[id] = {};
  }
  nodes_[id].parent = parent;
  nodes_[id].name = name;
  deepest_ = std::max(deepest_, depth);
  for_aliases(id,
              [&](std::uint32_t from, const std::string& joined) { add_edge(from, joined, id); });
  return id;
}

void path_trie::drop_node(std::uint32_t at) {
  for_aliases(at, [&](std::uint32_t from, const std::string& joined) { drop_edge(from, joined); });
  nodes_[at] = {};
  free_nodes_.push_back(at);
}

void path_trie::put(node& from, edge x) {
  auto i = x.hash & from.mask;
  while (from.edges[i].child != no_id)
    i = (i + 1) & from.mask;
  from.filter |= std::uint64_t{1} << (x.hash >> 26);
  from.edges[i] = std::move(x);
}

void path_trie::rehash(node& from, std::size_t slots) {
  std::vector<edge> old(slots);
  old.swap(from.edges);
  from.mask = static_cast<std::uint32_t>(slots) - 1;
  from.filter = 0;
  for (auto& x : old)
    if (x.child != no_id) {
      x.hash = hash_of(from, x.name);
      put(from, std::move(x));
    }
}

void path_trie::add_edge(std::uint32_t from, std::string_view name, std::uint32_t child) {
  auto& x = nodes_[from];
  const bool grows = (x.edge_count + 1) * 2 > x.edges.size();
  const bool becomes_big = !x.big && x.edge_count + 1 > big_from;
  x.big = x.big || becomes_big;
  if (grows || becomes_big)
    rehash(x, grows ? std::max<std::size_t>(4, x.edges.size() * 2) : x.edges.size());
  put(x, {hash_of(x, name), child, std::string(name)});
  ++x.edge_count;
}

void path_trie::drop_edge(std::uint32_t from, std::string_view name) {
  auto& x = nodes_[from];
  const auto h = hash_of(x, name);
  auto i = h & x.mask;
  while (x.edges[i].hash != h || x.edges[i].name != name)
    i = (i + 1) & x.mask;
  for (auto j = i;;) {
    j = (j + 1) & x.mask;
    if (x.edges[j].child == no_id)
      break;
    const auto home = x.edges[j].hash & x.mask;
    if (((j - home) & x.mask) >= ((j - i) & x.mask)) {
      x.edges[i] = std::move(x.edges[j]);
      i = j;
    }
  }
  x.edges[i] = {};
  --x.edge_count;
}

std::uint32_t path_trie::find(std::string_view path) const {
  auto at = root;
  for_names(path, [&](std::string_view name) {
    if (at != no_id)
      at = direct_child(at, name);
  });
  return at == no_id ? no_id : nodes_[at].path;
}

std::uint32_t path_trie::acquire(std::string_view path) {
  if (const auto known = find(path); known != no_id) {
    ++paths_[known].uses;
    return known;
  }
  std::uint32_t at = root;
  std::size_t depth = 0;
  for_names(path, [&](std::string_view name) {
    ++depth;
    const auto next = direct_child(at, name);
    at = next != no_id ? next : make_node(at, name, depth);
    ++nodes_[at].uses;
  });
  std::uint32_t id = 0;
  if (free_paths_.empty()) {
    id = static_cast<std::uint32_t>(paths_.size());
    paths_.emplace_back();
  } else {
    id = free_paths_.back();
    free_paths_.pop_back();
  }
  paths_[id] = {at, 1, std::string(path)};
  nodes_[at].path = id;
  return id;
}

void path_trie::release(std::uint32_t path) {
  auto& entry = paths_[path];
  if (--entry.uses > 0)
    return;
  auto at = entry.node;
  nodes_[at].path = no_id;
  entry = {};
  free_paths_.push_back(path);
  while (at != root) {
    const auto parent = nodes_[at].parent;
    if (--nodes_[at].uses == 0)
      drop_node(at);
    at = parent;
  }
}

std::size_t path_trie::memory_bytes() const {
  auto bytes = nodes_.capacity() * sizeof(node) + paths_.capacity() * sizeof(path_entry);
  for (const auto& x : nodes_)
    bytes += x.edges.capacity() * sizeof(edge);
  return bytes;
}

} // namespace baseplate::rules
