#include "actors/bus/logic/rules/event_scan.hpp"

#include "actors/bus/logic/rules/event_structure.hpp"
#include "actors/bus/logic/rules/unicode.hpp"

#include <array>
#include <cstring>

namespace baseplate::rules {

namespace {

/// +1 for what opens, -1 for what closes.
constexpr std::array<std::int8_t, 256> nesting = [] {
  std::array<std::int8_t, 256> out{};
  out['{'] = out['['] = 1;
  out['}'] = out[']'] = -1;
  return out;
}();

bool read_unit(std::string_view digits, std::uint32_t& unit) {
  if (digits.size() < 4)
    return false;
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = digits[static_cast<std::size_t>(i)];
    if (c >= '0' && c <= '9')
      unit = unit * 16 + static_cast<std::uint32_t>(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
      unit = unit * 16 + static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    else
      return false;
  }
  return true;
}

} // namespace

bool unescape_json(std::string_view inside, std::string& out) {
  while (!inside.empty()) {
    const auto plain = std::min(inside.find('\\'), inside.size());
    out.append(inside.substr(0, plain));
    inside.remove_prefix(plain);
    if (inside.empty())
      break;
    if (inside.size() < 2)
      return false;
    const char c = inside[1];
    inside.remove_prefix(2);
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (const auto i = names.find(c); i != std::string_view::npos) {
      out += meant[i];
      continue;
    }
    std::uint32_t unit = 0;
    if (c != 'u' || !read_unit(inside, unit))
      return false;
    inside.remove_prefix(4);
    std::uint32_t low = 0;
    if (unit >= 0xD800 && unit < 0xDC00 && inside.starts_with("\\u")
        && read_unit(inside.substr(2), low) && low >= 0xDC00 && low < 0xE000) {
      inside.remove_prefix(6);
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, unit);
  }
  return true;
}

event_scan::event_scan() : structure_(std::make_unique<structure>()) {}

event_scan::~event_scan() = default;

void event_scan::reset(std::size_t path_ids, std::size_t bytes) {
  if (paths_.size() < path_ids)
    paths_.resize(path_ids);
  if (++stamp_ == 0) { // it went round: old stamps would be taken for new ones
    for (auto& x : paths_)
      x.stamp = 0;
    stamp_ = 1;
  }
  present_.clear();
  values_.clear();
  contexts_.assign(1, {0, no_id});
  arrays_.clear();
  unescaped_.clear();
  if (has_backslash_ && unescaped_.capacity() < bytes)
    unescaped_.reserve(bytes + bytes / 2);
  several_ = false;
  too_deep_ = false;
  paths_in_arrays_ = 0;
}

event_status event_scan::read(const path_trie& paths, std::string_view event, trust how) {
  has_backslash_ = false;
  if (event.size() > event_bytes_max || event.empty()) {
    reset(paths.path_ids(), 0);
    return event.empty() ? event_status::malformed : event_status::too_large;
  }
  has_backslash_ = std::memchr(event.data(), '\\', event.size()) != nullptr;
  reset(paths.path_ids(), event.size());
  if (!structure_->find(event))
    return event_status::malformed;
  trie_ = &paths;
  text_ = event.data();
  size_ = event.size();
  at_ = structure_->begin();
  end_ = structure_->end();
  bool good = true;
  if (how == trust::validated)
    good = structure_->validate(event, has_backslash_, too_deep_);
  else
    good = at_ != end_ && text_[*at_] == '{';
  if (good) {
    ++at_;
    good = walk_object(path_trie::root, root_context, 1);
  }
  if (!good) {
    const bool deep = too_deep_;
    reset(paths.path_ids(), 0);
    return deep ? event_status::too_deep : event_status::malformed;
  }
  return event_status::ok;
}

// at_ is behind the opening brace; leaves it behind the closing one.
bool event_scan::walk_object(std::uint32_t node, std::uint32_t context, std::size_t depth) {
  if (depth > event_depth_max) {
    too_deep_ = true;
    return false;
  }
  for (;;) {
    if (at_ >= end_)
      return false;
    const char c = text_[*at_];
    if (c == ',') {
      ++at_;
      continue;
    }
    if (c == '}') {
      ++at_;
      return true;
    }
    // A name, a colon, a value and something behind it.
    if (c != '"' || end_ - at_ < 4)
      return false;
    const auto colon = at_[1];
    const char* const begin = text_ + *at_ + 1;
    const char* stop = text_ + colon - 1;
    while (stop > begin && *stop != '"')
      --stop;
    if (text_[colon] != ':' || stop < begin)
      return false;
    std::string_view name(begin, static_cast<std::size_t>(stop - begin));
    at_ += 2;
    if (has_backslash_)
      name = unescape(name);
    const auto child = trie_->child(node, name);
    if (child == no_id) {
      if (!skip_value())
        return false;
    } else if (!walk_value(child, context, depth)) {
      return false;
    }
  }
}

bool event_scan::walk_value(std::uint32_t node, std::uint32_t context, std::size_t depth) {
  const char c = text_[*at_];
  if (c == '{') {
    if (!trie_->has_children(node))
      return skip_value();
    ++at_;
    return walk_object(node, context, depth + 1);
  }
  if (c == '[') {
    ++at_;
    return walk_array(node, context, depth + 1);
  }
  const auto path = trie_->path_at(node);
  if (path == no_id)
    return skip_value();
  scalar x;
  if (!read_scalar(x))
    return false;
  keep(path, x, context);
  return true;
}

// at_ is behind the opening bracket. Scalars belong to the context of the array, so that big plain
// arrays cost nothing when elements are told apart.
bool event_scan::walk_array(std::uint32_t node, std::uint32_t context, std::size_t depth) {
  if (depth > event_depth_max) {
    too_deep_ = true;
    return false;
  }
  const auto path = trie_->path_at(node);
  const bool deeper = trie_->has_children(node);
  auto array = no_id;
  for (;;) {
    if (at_ >= end_)
      return false;
    const char c = text_[*at_];
    if (c == ',') {
      ++at_;
      continue;
    }
    if (c == ']') {
      ++at_;
      return true;
    }
    if ((c == '{' && deeper) || c == '[') {
      if (array == no_id) {
        array = static_cast<std::uint32_t>(arrays_.size());
        arrays_.push_back(context);
      }
      const auto inner = static_cast<std::uint32_t>(contexts_.size());
      contexts_.push_back({context, array});
      ++at_;
      if (!(c == '{' ? walk_object(node, inner, depth + 1) : walk_array(node, inner, depth + 1)))
        return false;
    } else if (c == '{' || path == no_id) {
      if (!skip_value())
        return false;
    } else {
      scalar x;
      if (!read_scalar(x))
        return false;
      keep(path, x, context);
    }
  }
}

bool event_scan::skip_value() {
  if (at_ >= end_)
    return false;
  int depth = nesting[static_cast<unsigned char>(text_[*at_++])];
  if (depth < 0)
    return false;
  while (depth > 0) {
    if (at_ >= end_)
      return false;
    depth += nesting[static_cast<unsigned char>(text_[*at_++])];
  }
  return true;
}

bool event_scan::read_scalar(scalar& out) {
  const auto text = scalar_text(text_, size_, at_, end_);
  ++at_;
  if (text.empty())
    return false;
  switch (text.front()) {
  case '"': {
    if (text.size() < 2 || text.back() != '"')
      return false;
    out.type = scalar_type::string;
    out.text = text.substr(1, text.size() - 2);
    if (has_backslash_)
      out.text = unescape(out.text);
    return true;
  }
  case 't':
    out = {text, scalar_type::true_value};
    return true;
  case 'f':
    out = {text, scalar_type::false_value};
    return true;
  case 'n':
    out = {text, scalar_type::null_value};
    return true;
  case '}':
  case ']':
  case ':':
  case ',':
    return false;
  default:
    out = {text, scalar_type::number};
    return true;
  }
}

std::string_view event_scan::unescape(std::string_view inside) {
  if (inside.empty() || std::memchr(inside.data(), '\\', inside.size()) == nullptr)
    return inside;
  // What it stands for is never longer, and each is read once: the buffer does not move.
  const auto from = unescaped_.size();
  unescape_json(inside, unescaped_);
  return std::string_view(unescaped_).substr(from);
}

void event_scan::keep(std::uint32_t path, const scalar& x, std::uint32_t context) {
  auto& here = paths_[path];
  const auto id = static_cast<std::uint32_t>(values_.size());
  values_.push_back({x, context, no_id});
  if (here.stamp != stamp_) {
    here = {stamp_, id, id, 1, false};
    present_.push_back(path);
  } else {
    values_[here.last].next = id;
    here.last = id;
    ++here.count;
    several_ = true;
  }
  if (context != root_context && !here.in_arrays) {
    here.in_arrays = true;
    ++paths_in_arrays_;
  }
}

} // namespace baseplate::rules
