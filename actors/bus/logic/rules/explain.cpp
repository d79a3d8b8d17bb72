#include "actors/bus/logic/rules/explain.hpp"

#include "actors/bus/logic/rules/event_leaves.hpp"
#include "actors/bus/logic/rules/unicode.hpp"

#include <algorithm>

namespace baseplate::rules {

namespace {

/// A value as JSON, cut off when it is long.
std::string shown(const scalar& x) {
  if (x.type != scalar_type::string && x.text.size() <= value_shown_bytes_max)
    return std::string(x.text);
  std::string out;
  auto text = x.text;
  if (text.size() > value_shown_bytes_max) {
    auto end = value_shown_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
      --end;
    append_json_string(out, std::string(text.substr(0, end)) + "…");
  } else {
    append_json_string(out, text);
  }
  return out;
}

std::string listed(const std::vector<std::string>& parts, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0)
      out += i + 1 == parts.size() ? std::string(last) : ", ";
    out += parts[i];
  }
  return out;
}

std::string wanted_words(const field_condition& field) {
  constexpr std::size_t words_max = 6;
  std::vector<std::string> words;
  for (const auto& p : field.any_of) {
    if (words.size() == words_max) {
      words.push_back(std::to_string(field.any_of.size() - words_max) + " others");
      break;
    }
    words.push_back(p.describe());
  }
  return listed(words, " or ");
}

bool accepts_any(const field_condition& field, const scalar& value) {
  return std::any_of(field.any_of.begin(), field.any_of.end(),
                     [&](const predicate& p) { return accepts(p, value); });
}

bool may_be_absent(const field_condition& field) {
  return std::any_of(field.any_of.begin(), field.any_of.end(),
                     [](const predicate& p) { return p.kind == predicate_kind::absent; });
}

std::string sentence_of(const field_failure& x, const field_condition& field) {
  const auto wanted = wanted_words(field);
  auto there = listed(x.actual, " and ");
  if (x.actual_count > x.actual.size())
    there += " and " + std::to_string(x.actual_count - x.actual.size()) + " more";
  const auto verb = x.actual_count == 1 ? " is " : " has the values ";
  switch (x.why) {
  case failure::missing:
    return "The event has no " + x.path + "; it must be " + wanted + ".";
  case failure::unwanted:
  case failure::different:
    return x.path + verb + there + ", but must be " + wanted + ".";
  case failure::other_element:
    return x.path
           + " is satisfied, but not by the array element that satisfies the other fields; it must "
             "be "
           + wanted + " in the same element.";
  }
  return "";
}

} // namespace

const char* to_string(failure x) {
  switch (x) {
  case failure::missing:
    return "missing";
  case failure::different:
    return "different";
  case failure::unwanted:
    return "unwanted";
  case failure::other_element:
    return "other_element";
  }
  return "unknown";
}

/// What a branch comes to.
struct explainer::verdict {
  struct failed {
    std::uint32_t field = 0;
    failure why = failure::missing;
  };

  bool matched = false;
  std::vector<std::uint32_t> fields;
  std::vector<failed> failures;
};

explainer::explainer() : leaves_(std::make_unique<event_leaves>()) {}

explainer::explainer(explainer&& x) noexcept : leaves_(std::move(x.leaves_)) {}

explainer& explainer::operator=(explainer&& x) noexcept {
  leaves_ = std::move(x.leaves_);
  return *this;
}

explainer::~explainer() = default;

boost::system::result<explainer, event_status> explainer::of(std::string_view event) {
  explainer out;
  if (const auto status = out.leaves_->read(event); status != event_status::ok)
    return status;
  return out;
}

bool explainer::matches(const compiled_pattern& pattern, std::span<const std::uint32_t> fields) {
  if (fields.empty())
    return true;
  compiled_pattern part;
  part.branches.emplace_back();
  for (const auto f : fields) {
    part.branches[0].fields.push_back(static_cast<std::uint32_t>(part.fields.size()));
    part.fields.push_back(pattern.fields[f]);
  }
  constexpr std::uint64_t any_seed = 1;
  rule_set one(any_seed);
  one.add(0, part);
  std::vector<rule_id> found;
  matcher_.match(one, {leaves_->bytes.data(), leaves_->size}, trust::trusted, found);
  return !found.empty();
}

explainer::verdict explainer::judge(const compiled_pattern& pattern, const pattern_branch& branch) {
  verdict out;
  out.fields = branch.fields;
  for (const auto f : branch.fields) {
    const auto& field = pattern.fields[f];
    const auto* values = leaves_->at(field.path);
    if (values == nullptr) {
      if (!may_be_absent(field))
        out.failures.push_back({f, failure::missing});
      continue;
    }
    const bool good = std::any_of(values->begin(), values->end(),
                                  [&](const auto& x) { return accepts_any(field, x.what()); });
    if (good)
      continue;
    // With values, absence can only be absence from the element that the other fields choose.
    if (may_be_absent(field) && matches(pattern, std::span(&f, 1)))
      continue;
    const bool only_absent = field.any_of.size() == 1 && may_be_absent(field);
    out.failures.push_back({f, only_absent ? failure::unwanted : failure::different});
  }
  if (!leaves_->has_elements) { // nothing can come from different elements
    out.matched = out.failures.empty();
    return out;
  }
  // An absent field may hold after all beside the others, and fields that hold may not do so
  // together.
  if (matches(pattern, out.fields)) {
    out.failures.clear();
    out.matched = true;
  } else {
    find_elements_at_fault(pattern, out);
  }
  return out;
}

// The fields that are left must hold together. While they do not, the field is named without which
// most is gained: the first whose leaving makes the rest hold, or else the last in order of path.
void explainer::find_elements_at_fault(const compiled_pattern& pattern, verdict& x) {
  std::vector<std::uint32_t> rest;
  for (const auto f : x.fields)
    if (std::none_of(x.failures.begin(), x.failures.end(),
                     [&](const auto& y) { return y.field == f; }))
      rest.push_back(f);
  while (!rest.empty() && !matches(pattern, rest)) {
    std::size_t at_fault = rest.size() - 1;
    for (auto i = rest.size(); i-- > 0;) {
      auto others = rest;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      if (matches(pattern, others)) {
        at_fault = i;
        break;
      }
    }
    x.failures.push_back({rest[at_fault], failure::other_element});
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at_fault));
  }
  std::sort(x.failures.begin(), x.failures.end(), [&](const auto& a, const auto& b) {
    return pattern.fields[a.field].path < pattern.fields[b.field].path;
  });
}

field_failure explainer::describe(const field_condition& field, failure why) const {
  field_failure out;
  out.why = why;
  out.path = field.path;
  out.pointer = field.pointer;
  std::vector<std::string> wanted;
  for (const auto& p : field.any_of)
    wanted.push_back(p.to_json());
  out.expected = "[";
  for (std::size_t i = 0; i < wanted.size(); ++i)
    out.expected += (i > 0 ? "," : "") + wanted[i];
  out.expected += "]";
  if (const auto* values = leaves_->at(field.path)) {
    out.pointer = values->front().pointer;
    out.actual_count = values->size();
    for (const auto& x : *values) {
      if (out.actual.size() == values_shown_max)
        break;
      out.actual.push_back(shown(x.what()));
    }
  }
  out.sentence = sentence_of(out, field);
  return out;
}

explanation explainer::explain(const compiled_pattern& pattern, bool all) {
  verdict best;
  bool any = false;
  for (const auto& branch : pattern.branches) {
    auto x = judge(pattern, branch);
    const auto held = [](const verdict& v) {
      return static_cast<double>(v.fields.size() - v.failures.size())
             / static_cast<double>(v.fields.size());
    };
    if (!any || (x.matched && !best.matched) || (!best.matched && held(x) > held(best)))
      best = std::move(x);
    any = true;
    if (best.matched)
      break;
  }
  explanation out;
  out.matched = best.matched;
  out.fields = best.fields.size();
  out.satisfied = best.fields.size() - best.failures.size();
  for (const auto& x : best.failures) {
    out.failures.push_back(describe(pattern.fields[x.field], x.why));
    if (!all)
      break;
  }
  return out;
}

std::vector<explainer::near_miss>
explainer::explain_all(std::span<const std::pair<rule_id, const compiled_pattern*>> rules,
                       std::size_t count_max, bool all) {
  std::vector<near_miss> out;
  out.reserve(rules.size());
  for (const auto& [id, pattern] : rules)
    out.push_back({id, explain(*pattern, all)});
  std::sort(out.begin(), out.end(), [](const near_miss& a, const near_miss& b) {
    const auto sa = a.why.share();
    const auto sb = b.why.share();
    if (sa != sb)
      return sa > sb;
    const auto fa = a.why.fields - a.why.satisfied;
    const auto fb = b.why.fields - b.why.satisfied;
    return fa != fb ? fa < fb : a.id < b.id;
  });
  if (out.size() > count_max)
    out.resize(count_max);
  return out;
}

std::string explanation::to_json() const {
  std::string out = R"({"matched":)";
  out += matched ? "true" : "false";
  out += R"(,"fields":)" + std::to_string(fields);
  out += R"(,"satisfied":)" + std::to_string(satisfied);
  out += R"(,"failures":[)";
  for (std::size_t i = 0; i < failures.size(); ++i) {
    const auto& x = failures[i];
    out += i > 0 ? ",{" : "{";
    out += R"("why":")" + std::string(to_string(x.why)) + R"(","path":)";
    append_json_string(out, x.path);
    out += R"(,"pointer":)";
    append_json_string(out, x.pointer);
    out += R"(,"expected":)" + x.expected + R"(,"actual":[)";
    for (std::size_t k = 0; k < x.actual.size(); ++k)
      out += (k > 0 ? "," : "") + x.actual[k];
    out += R"(],"actual_count":)" + std::to_string(x.actual_count) + R"(,"sentence":)";
    append_json_string(out, x.sentence);
    out += '}';
  }
  return out + "]}";
}

std::string explanation::sentence() const {
  if (matched)
    return "Matched.";
  std::string out;
  for (const auto& x : failures)
    out += (out.empty() ? "" : " ") + x.sentence;
  return out;
}

} // namespace baseplate::rules
