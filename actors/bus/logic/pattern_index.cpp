#include "actors/bus/logic/pattern_index.hpp"

#include "actors/bus/logic/value_key.hpp"
#include "messages/json/scan.hpp"

#include <algorithm>

namespace baseplate::bus {

namespace {

/// Levels that are followed; deeper values are skipped. Bounds the stack; the gateway takes no
/// deeper events.
constexpr int depth_max = 1024;

} // namespace

// -- building -------------------------------------------------------------------

std::uint64_t pattern_index::filter_bit(std::string_view name) {
  if (name.empty())
    return 1;
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  return std::uint64_t{1} << ((name.size() * 5 + first * 3u + last) & 63);
}

std::uint32_t pattern_index::path(std::string_view joined) {
  std::uint32_t node = 0;
  for (;;) {
    const auto dot = joined.find('.');
    const auto name = joined.substr(0, dot);
    nodes_[node].filter |= filter_bit(name);
    const auto [place, is_new] = nodes_[node].children.try_emplace(
        std::string(name), static_cast<std::uint32_t>(nodes_.size()));
    node = place->second;
    if (is_new)
      nodes_.emplace_back();
    if (dot == std::string_view::npos)
      break;
    joined.remove_prefix(dot + 1);
  }
  if (nodes_[node].field == none) {
    nodes_[node].field = static_cast<std::uint32_t>(fields_.size());
    fields_.emplace_back();
    hits_.emplace_back();
  }
  return nodes_[node].field;
}

std::uint32_t pattern_index::value(std::uint32_t field, const std::string& key) {
  auto& entry = fields_[field];
  entry.has_ip = entry.has_ip || key.front() == 'i';
  const auto [place, is_new]
      = entry.values.try_emplace(key, static_cast<std::uint32_t>(filed_.size()));
  if (is_new)
    filed_.emplace_back();
  return place->second;
}

std::uint32_t pattern_index::add(const event_pattern& pattern) {
  const auto slot = static_cast<std::uint32_t>(patterns_.size());
  auto& entry = patterns_.emplace_back();
  std::size_t best = 0;
  std::size_t best_cost = SIZE_MAX;
  for (const auto& field : pattern.fields) {
    auto& added = entry.conditions.emplace_back();
    added.field = path(field.path);
    std::size_t cost = 0;
    for (const auto& key : field.values) {
      added.values.push_back(value(added.field, key));
      cost += 1 + filed_[added.values.back()].size();
    }
    std::sort(added.values.begin(), added.values.end());
    if (cost < best_cost) {
      best = entry.conditions.size() - 1;
      best_cost = cost;
    }
  }
  for (const auto id : entry.conditions[best].values)
    filed_[id].push_back(slot);
  return slot;
}

// -- walking --------------------------------------------------------------------

std::uint32_t pattern_index::child(std::uint32_t node, std::string_view name) const {
  if (name.find('.') != std::string_view::npos)
    return child_of_dotted(node, name);
  if ((nodes_[node].filter & filter_bit(name)) == 0)
    return none;
  const auto found = nodes_[node].children.find(name);
  return found == nodes_[node].children.end() ? none : found->second;
}

std::uint32_t pattern_index::child_of_dotted(std::uint32_t node, std::string_view name) const {
  for (;;) {
    const auto dot = name.find('.');
    const auto found = nodes_[node].children.find(name.substr(0, dot));
    if (found == nodes_[node].children.end())
      return none;
    node = found->second;
    if (dot == std::string_view::npos)
      return node;
    name.remove_prefix(dot + 1);
  }
}

void pattern_index::take_scalar(std::uint32_t field, std::string_view text, std::uint32_t context) {
  auto& entry = fields_[field];
  key_.clear();
  switch (text.front()) {
  case '"': {
    auto inside = text.substr(1, text.size() - 2);
    if (inside.find('\\') != std::string_view::npos) {
      text_.clear();
      if (!json_text::unescape(inside, text_))
        return;
      inside = text_;
    }
    if (entry.has_ip)
      append_string_key(key_, inside);
    else
      (key_ += 's') += inside;
    break;
  }
  case 't':
    key_ = true_key;
    break;
  case 'f':
    key_ = false_key;
    break;
  case 'n':
    key_ = null_key;
    break;
  default:
    append_number_key(key_, text);
  }
  const auto found = entry.values.find(key_);
  if (found == entry.values.end())
    return;
  auto& hits = hits_[field];
  if (hits.empty())
    touched_.push_back(field);
  hits.push_back({found->second, context});
}

const char* pattern_index::walk_value(const char* p, std::uint32_t node, std::uint32_t context,
                                      int depth) {
  if (depth > depth_max)
    return json_text::skip_value(p, end_);
  if (*p == '{')
    return nodes_[node].children.empty() ? json_text::skip_value(p, end_)
                                         : walk_object(p, node, context, depth);
  if (*p == '[')
    return walk_array(p, node, context, depth);
  const char* after = json_text::skip_value(p, end_);
  if (after != nullptr && nodes_[node].field != none)
    take_scalar(nodes_[node].field, {p, static_cast<std::size_t>(after - p)}, context);
  return after;
}

const char* pattern_index::walk_array(const char* p, std::uint32_t node, std::uint32_t context,
                                      int depth) {
  const auto array = arrays_++;
  ++p;
  for (;;) {
    p = json_text::skip_space(p, end_);
    if (p == end_)
      return nullptr;
    if (*p == ']')
      return p + 1;
    if (*p == ',') {
      ++p;
      continue;
    }
    auto inner = context;
    if (*p == '{' || *p == '[') {
      inner = static_cast<std::uint32_t>(contexts_.size());
      contexts_.push_back({context, array});
    }
    p = walk_value(p, node, inner, depth + 1);
    if (p == nullptr)
      return nullptr;
  }
}

const char* pattern_index::walk_object(const char* p, std::uint32_t node, std::uint32_t context,
                                       int depth) {
  ++p;
  for (;;) {
    p = json_text::skip_space(p, end_);
    if (p == end_)
      return nullptr;
    if (*p == '}')
      return p + 1;
    if (*p == ',') {
      ++p;
      continue;
    }
    if (*p != '"')
      return nullptr;
    bool escaped = false;
    const char* after = json_text::skip_string(p, end_, escaped);
    if (after == nullptr)
      return nullptr;
    std::string_view name(p + 1, static_cast<std::size_t>(after - p - 2));
    if (escaped) {
      name_.clear();
      if (!json_text::unescape(name, name_))
        return nullptr;
      name = name_;
    }
    const auto next = child(node, name);
    p = json_text::skip_space(after, end_);
    if (p == end_ || *p != ':')
      return nullptr;
    p = json_text::skip_space(p + 1, end_);
    if (p == end_)
      return nullptr;
    p = next == none ? json_text::skip_value(p, end_) : walk_value(p, next, context, depth + 1);
    if (p == nullptr)
      return nullptr;
  }
}

// -- matching -------------------------------------------------------------------

bool pattern_index::verify(const pattern_entry& pattern) {
  std::size_t inside_arrays = 0;
  for (const auto& wanted : pattern.conditions) {
    bool anywhere = false;
    bool outside = false;
    if (inside_arrays == in_arrays_.size())
      in_arrays_.emplace_back();
    auto& contexts = in_arrays_[inside_arrays];
    contexts.clear();
    for (const auto& x : hits_[wanted.field]) {
      if (!std::binary_search(wanted.values.begin(), wanted.values.end(), x.value))
        continue;
      anywhere = true;
      if (x.context == 0) {
        outside = true;
        break;
      }
      contexts.push_back(x.context);
    }
    if (!anywhere)
      return false;
    if (!outside)
      ++inside_arrays;
  }
  if (inside_arrays < 2)
    return true;
  in_arrays_.resize(inside_arrays);
  return array_consistent(contexts_, in_arrays_);
}

void pattern_index::match(std::string_view envelope, std::vector<std::uint32_t>& slots) {
  end_ = envelope.data() + envelope.size();
  const char* p = json_text::skip_space(envelope.data(), end_);
  if (patterns_.empty() || p == end_ || *p != '{')
    return;
  ++stamp_;
  arrays_ = 0;
  contexts_.assign(1, {});
  for (const auto field : touched_)
    hits_[field].clear();
  touched_.clear();
  if (walk_object(p, 0, 0, 0) == nullptr)
    return;
  for (const auto field : touched_)
    for (const auto& x : hits_[field])
      for (const auto slot : filed_[x.value]) {
        auto& pattern = patterns_[slot];
        if (pattern.seen == stamp_)
          continue;
        pattern.seen = stamp_;
        if (verify(pattern))
          slots.push_back(slot);
      }
}

} // namespace baseplate::bus
