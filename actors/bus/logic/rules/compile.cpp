// The structure of patterns: objects, leaves, $or.
#include "actors/bus/logic/rules/number.hpp"
#include "actors/bus/logic/rules/pattern_parser.hpp"
#include "messages/json/pointer.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace baseplate::rules {

namespace {

constexpr std::string_view or_keyword = "$or";

/// Not allowed as names of the fields directly inside $or: a forgotten list would read as one.
constexpr std::array<std::string_view, 24> reserved_in_or = {"exactly",
                                                             "equals-ignore-case",
                                                             "prefix",
                                                             "suffix",
                                                             "anything-but",
                                                             "exists",
                                                             "wildcard",
                                                             "numeric",
                                                             "cidr",
                                                             "=",
                                                             "<",
                                                             "<=",
                                                             ">",
                                                             ">=",
                                                             "regex",
                                                             "not-wildcard",
                                                             "not-equals-ignore-case",
                                                             "date-after",
                                                             "date-on-or-after",
                                                             "date-before",
                                                             "date-on-or-before",
                                                             "in-date-range",
                                                             "ip-address-in-range",
                                                             "ip-address-not-in-range"};

/// Fields of one branch in order of text; a path may still occur twice.
using branch_draft = std::vector<std::uint32_t>;

class parser {
 public:
  parser(std::string_view text, const pattern_limits& limits)
      : source_(text, limits), limits_(limits) {}

  bool run() {
    if (source_.next() != token::begin_object)
      return source_.fail(pattern_fault::not_an_object, "Filter is not an object");
    if (!parse_object("", "", false))
      return false;
    if (source_.next() != token::end)
      return source_.fail(pattern_fault::not_json, "Unexpected text behind the pattern");
    finish();
    return true;
  }

  compiled_pattern take() { return std::move(result_); }

  pattern_error take_error() { return source_.take_error(); }

 private:
  // The text of a path is the names joined by dots; only the root's has no name in front.
  static std::string extended(const std::string& path, const std::string& pointer,
                              const std::string& name) {
    return pointer.empty() ? name : path + "." + name;
  }

  bool parse_object(const std::string& path, const std::string& pointer, bool directly_in_or) {
    bool any = false;
    while (source_.next() != token::end_object) {
      if (source_.current() == token::error)
        return source_.fail(pattern_fault::not_json, "");
      any = true;
      const std::string name = source_.text();
      source_.enter(name);
      if (name == or_keyword) {
        if (!parse_or(path, pointer))
          return false;
        source_.leave();
        continue;
      }
      if (directly_in_or
          && std::find(reserved_in_or.begin(), reserved_in_or.end(), name) != reserved_in_or.end())
        return source_.fail(pattern_fault::invalid_or,
                            name + " is Ruler reserved fieldName which cannot be used inside $or.");
      const auto inner = extended(path, pointer, name);
      const auto place = child_pointer(pointer, name);
      const auto kind = source_.next();
      if (kind == token::begin_object) {
        if (!parse_object(inner, place, false))
          return false;
      } else if (kind == token::begin_array) {
        if (!parse_leaf(inner, place))
          return false;
      } else {
        return source_.fail(pattern_fault::not_object_or_array,
                            "\"" + name + "\" must be an object or an array");
      }
      source_.leave();
    }
    if (!any)
      return source_.fail(pattern_fault::empty_object, "Empty objects are not allowed");
    return true;
  }

  bool parse_leaf(const std::string& path, const std::string& pointer) {
    field_condition field{path, pointer, {}};
    std::size_t index = 0;
    while (source_.next() != token::end_array) {
      source_.enter(std::to_string(index++));
      predicate value;
      switch (source_.current()) {
      case token::begin_object:
        if (!parse_match_expression(source_, value))
          return false;
        break;
      case token::string:
        value = string_predicate(source_.text());
        break;
      case token::number:
        value = number_predicate(source_.text());
        break;
      case token::true_value:
      case token::false_value:
      case token::null_value:
        value.text = source_.text();
        break;
      default:
        return source_.fail(pattern_fault::invalid_value,
                            "Match value must be String, number, true, false, or null");
      }
      field.any_of.push_back(std::move(value));
      source_.leave();
    }
    if (field.any_of.empty())
      return source_.fail(pattern_fault::empty_array, "Empty arrays are not allowed");
    const auto id = static_cast<std::uint32_t>(result_.fields.size());
    result_.fields.push_back(std::move(field));
    if (drafts_.empty())
      drafts_.emplace_back();
    for (auto& x : drafts_)
      x.push_back(id);
    return within_limits();
  }

  bool parse_or(const std::string& path, const std::string& pointer) {
    if (source_.next() != token::begin_array)
      return source_.fail(pattern_fault::invalid_or, "It must be an Array followed with $or.");
    const auto before = std::move(drafts_);
    drafts_.clear();
    std::vector<branch_draft> all;
    std::size_t count = 0;
    while (source_.next() != token::end_array) {
      source_.enter(std::to_string(count++));
      if (source_.current() != token::begin_object)
        return source_.fail(pattern_fault::invalid_or,
                            "Only JSON object is allowed in array of $or relationship.");
      drafts_ = before;
      done_elsewhere_ += all.size();
      const bool good = parse_object(path, pointer, true);
      done_elsewhere_ -= all.size();
      if (!good)
        return false;
      std::move(drafts_.begin(), drafts_.end(), std::back_inserter(all));
      drafts_.clear();
      std::swap(drafts_, all);
      const bool fits = within_limits();
      std::swap(drafts_, all);
      if (!fits)
        return false;
      source_.leave();
    }
    if (count < 2)
      return source_.fail(pattern_fault::invalid_or,
                          "There must have at least 2 Objects in $or relationship.");
    drafts_ = std::move(all);
    return true;
  }

  bool within_limits() {
    const auto branches = drafts_.size() + done_elsewhere_;
    if (branches > limits_.branches_max)
      return source_.fail(pattern_fault::too_complex,
                          "Rule is too complex - $or multiplies out to more than "
                              + std::to_string(limits_.branches_max) + " branches");
    std::size_t fields = 0;
    for (const auto& x : drafts_)
      fields += x.size();
    if (fields > limits_.branch_fields_max)
      return source_.fail(pattern_fault::too_complex,
                          "Rule is too complex - its $or branches have more than "
                              + std::to_string(limits_.branch_fields_max) + " fields together");
    return true;
  }

  /// Of a path that is named twice the last mention counts; equal branches are one.
  void finish() {
    const auto& fields = result_.fields;
    for (auto& draft : drafts_) {
      std::stable_sort(draft.begin(), draft.end(), [&](std::uint32_t a, std::uint32_t b) {
        return fields[a].path < fields[b].path;
      });
      pattern_branch branch;
      for (std::size_t i = 0; i < draft.size(); ++i)
        if (i + 1 == draft.size() || fields[draft[i]].path != fields[draft[i + 1]].path)
          branch.fields.push_back(draft[i]);
      result_.branches.push_back(std::move(branch));
    }
    auto& branches = result_.branches;
    std::sort(branches.begin(), branches.end(),
              [](const auto& a, const auto& b) { return a.fields < b.fields; });
    branches.erase(std::unique(branches.begin(), branches.end(),
                               [](const auto& a, const auto& b) { return a.fields == b.fields; }),
                   branches.end());
  }

  pattern_source source_;
  const pattern_limits& limits_;
  compiled_pattern result_;
  std::vector<branch_draft> drafts_;
  /// Branches of $or alternatives before the one being read.
  std::size_t done_elsewhere_ = 0;
};

} // namespace

pattern_source::pattern_source(std::string_view text, const pattern_limits& limits)
    : in_(text), reader_(text, limits.depth_max) {}

bool pattern_source::fail(pattern_fault code, std::string reason) {
  if (reader_.current() == token::error) {
    code = reader_.too_deep() ? pattern_fault::too_complex : pattern_fault::not_json;
    reason = reader_.error();
  }
  error_.code = code;
  error_.reason = std::move(reason);
  error_.offset = std::min(reader_.offset(), in_.size());
  const auto before = in_.substr(0, error_.offset);
  error_.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const auto line_end = before.rfind('\n');
  error_.column = error_.offset - (line_end == std::string_view::npos ? 0 : line_end + 1) + 1;
  error_.pointer = pointer();
  return false;
}

std::string pattern_source::pointer() const {
  std::string out;
  for (const auto& x : place_)
    append_pointer_token(out, x);
  return out;
}

boost::system::result<compiled_pattern, pattern_error> compile(std::string_view pattern,
                                                               const pattern_limits& limits) {
  if (pattern.size() > limits.bytes_max) {
    pattern_error error;
    error.code = pattern_fault::too_complex;
    error.reason = "Event pattern is longer than " + std::to_string(limits.bytes_max) + " bytes";
    error.offset = limits.bytes_max;
    return error;
  }
  parser p(pattern, limits);
  if (!p.run())
    return p.take_error();
  return p.take();
}

} // namespace baseplate::rules
