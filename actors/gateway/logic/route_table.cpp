#include "actors/gateway/logic/route_table.hpp"

#include "actors/gateway/logic/request_target.hpp"

#include <algorithm>

namespace baseplate::gateway {

namespace {

/// Calls f(segment) for "/a/b": "a", "b"; stops when f returns false.
template <class F>
void for_each_segment(std::string_view path, F&& f) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    if (!f(path.substr(0, end)))
      return;
    path.remove_prefix(end);
  }
}

/// Fewer literal segments come later, so that a literal wins over a name at the first difference.
bool is_more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (a[i].empty() != b[i].empty())
      return b[i].empty();
  return false;
}

} // namespace

void route_table::add(std::string_view method, std::string_view path, endpoint target,
                      std::size_t index) {
  const auto fail = [&](const char* why) {
    throw std::invalid_argument("route " + std::string{method} + " " + std::string{path} + ": "
                                + why);
  };
  if (path.empty() || path.front() != '/' || method.empty())
    fail("a route needs a method and a path that begins with /");
  path_entry entry;
  entry.path = path;
  bool has_names = false;
  std::string shape;
  for_each_segment(path, [&](std::string_view segment) {
    const auto is_name = segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
    if (!is_name && segment.find_first_of("{}") != std::string_view::npos)
      fail("a name in braces takes a whole segment");
    has_names |= is_name;
    entry.segments.emplace_back(is_name ? std::string_view{} : segment);
    shape += '/';
    shape += is_name ? std::string_view{"{}"} : segment;
    return true;
  });
  path_entry* place = nullptr;
  if (!has_names) {
    place = &literal_.try_emplace(std::string{path}, std::move(entry)).first->second;
  } else {
    const auto same = std::find_if(named_.begin(), named_.end(), [&](const path_entry& x) {
      return x.segments == entry.segments;
    });
    if (same != named_.end()) {
      place = &*same;
    } else {
      const auto at = std::upper_bound(named_.begin(), named_.end(), entry,
                                       [](const path_entry& a, const path_entry& b) {
                                         return is_more_literal(a.segments, b.segments);
                                       });
      place = &*named_.insert(at, std::move(entry));
    }
  }
  for (auto& other : place->methods)
    if (other.method == method)
      fail("declared twice");
  place->methods.push_back({std::string{method}, target, index});
}

const route_table::path_entry* route_table::find(std::string_view path,
                                                 std::vector<std::string_view>* values) const {
  if (const auto hit = literal_.find(path); hit != literal_.end())
    return &hit->second;
  if (path.empty() || path.front() != '/')
    return nullptr;
  for (auto& entry : named_) {
    std::size_t i = 0;
    bool same = true;
    if (values)
      values->clear();
    for_each_segment(path, [&](std::string_view segment) {
      same = i < entry.segments.size()
             && (entry.segments[i].empty() ? !segment.empty() : entry.segments[i] == segment);
      if (same && values && entry.segments[i].empty())
        values->push_back(segment);
      ++i;
      return same;
    });
    if (same && i == entry.segments.size())
      return &entry;
  }
  return nullptr;
}

route_match route_table::match(std::string_view method, std::string_view path) const {
  route_match out;
  std::vector<std::string_view> values;
  const auto* entry = find(path, &values);
  if (!entry)
    return out;
  out.result = route_match::kind::method_not_allowed;
  const method_entry* get = nullptr;
  for (auto& candidate : entry->methods) {
    if (candidate.method == "GET")
      get = &candidate;
    if (candidate.method != method)
      continue;
    get = &candidate;
    out.result = route_match::kind::found;
    break;
  }
  if (out.result != route_match::kind::found) {
    if (method != "HEAD" || !get)
      return out;
    out.result = route_match::kind::found;
  }
  out.endpoint = get->target;
  out.index = get->index;
  for (const auto value : values) {
    auto decoded = percent_decode(value);
    if (!decoded) {
      out.result = route_match::kind::bad_encoding;
      return out;
    }
    out.path_values.push_back(std::move(*decoded));
  }
  return out;
}

std::string route_table::allowed(std::string_view path) const {
  const auto* entry = find(path, nullptr);
  if (!entry)
    return {};
  std::string out;
  for (auto& candidate : entry->methods) {
    out += candidate.method;
    out += candidate.method == "GET" ? ", HEAD, " : ", ";
  }
  return out + "OPTIONS";
}

} // namespace baseplate::gateway
