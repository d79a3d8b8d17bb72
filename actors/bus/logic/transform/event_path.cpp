#include "actors/bus/logic/transform/event_path.hpp"

#include "actors/bus/logic/transform/json_text.hpp"

#include <charconv>

namespace baseplate::transform {

namespace {

/// Not part of a name after a dot: what JSON paths give another meaning, and what cannot be seen.
bool ends_name(char c) {
  constexpr std::string_view special = ".[]*'\"()?,<>";
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F
         || special.find(c) != std::string_view::npos;
}

} // namespace

boost::system::result<event_path, path_error> event_path::parse(std::string_view text) {
  auto fault = [](std::size_t at, std::string what) { return path_error{std::move(what), at}; };
  if (text.empty() || text[0] != '$')
    return fault(0, "a path begins with $");
  if (text.size() > path_bytes_max)
    return fault(path_bytes_max,
                 "a path has at most " + std::to_string(path_bytes_max) + " characters");
  event_path path;
  std::size_t at = 1;
  while (at < text.size()) {
    step next;
    if (text[at] == '.') {
      ++at;
      auto begin = at;
      if (at < text.size() && text[at] == '*') {
        next.kind = step_kind::every;
        ++at;
      } else {
        while (at < text.size() && !ends_name(text[at]))
          ++at;
        if (at == begin)
          return fault(at, "expected a name or * behind the dot");
        next.name = text.substr(begin, at - begin);
      }
    } else if (text[at] == '[') {
      ++at;
      if (at < text.size() && text[at] == '*') {
        next.kind = step_kind::every;
        ++at;
      } else {
        next.kind = step_kind::index;
        auto [end, code] = std::from_chars(text.data() + at, text.data() + text.size(), next.index);
        if (code != std::errc{})
          return fault(at, "expected an index or * in the brackets; names follow a dot");
        at = static_cast<std::size_t>(end - text.data());
      }
      if (at == text.size() || text[at] != ']')
        return fault(at, "expected ]");
      ++at;
    } else {
      return fault(at, "expected . or [");
    }
    path.many_ = path.many_ || next.kind == step_kind::every;
    path.steps_.push_back(std::move(next));
  }
  return path;
}

bool event_path::append_value(std::string_view event, std::string& out) const {
  const char* end = event.data() + event.size();
  const char* p = skip_space(event.data(), end);
  const char* behind = skip_value(p, end);
  if (behind == nullptr)
    return false;
  std::string_view root(p, static_cast<std::size_t>(behind - p));
  auto before = out.size();
  std::size_t found = 0;
  if (many_)
    out += '[';
  follow(root, 0, out, found);
  if (found == 0) {
    out.resize(before);
    return false;
  }
  if (many_)
    out += ']';
  return true;
}

void event_path::follow(std::string_view value, std::size_t at, std::string& out,
                        std::size_t& found) const {
  // What no wildcard forks is followed in a loop; a wildcard calls for each branch, so the depth
  // of calls is that of the path.
  for (; at < steps_.size() && !value.empty(); ++at) {
    auto& next = steps_[at];
    if (next.kind == step_kind::name) {
      value = find_member(value, next.name);
    } else if (next.kind == step_kind::index) {
      std::size_t position = 0;
      std::string_view element;
      each_element(value, [&](std::string_view x) {
        if (position++ == next.index)
          element = x;
      });
      value = element;
    } else {
      each_member(value,
                  [&](std::string_view, std::string_view x) { follow(x, at + 1, out, found); });
      each_element(value, [&](std::string_view x) { follow(x, at + 1, out, found); });
      return;
    }
  }
  if (value.empty())
    return;
  if (found++ > 0)
    out += ',';
  append_minified(value, out);
}

} // namespace baseplate::transform
