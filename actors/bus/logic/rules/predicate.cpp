#include "actors/bus/logic/rules/predicate.hpp"

#include "actors/bus/logic/rules/number.hpp"
#include "actors/bus/logic/rules/text_match.hpp"

#include <algorithm>
#include <cstring>

namespace baseplate::rules {

namespace {

/// True if the value is a number that may be compared; then `out` is it.
bool read_comparable(const scalar& value, double& out) {
  if (value.type != scalar_type::number)
    return false;
  out = read_double(value.text);
  return comparable(value.text, out);
}

void append_text(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof(size));
  out.append(text);
}

void append_double(std::string& out, double value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

bool none_of_texts(const predicate& wanted, const scalar& value,
                   bool (*holds)(std::string_view, std::string_view)) {
  if (value.type != scalar_type::string)
    return true;
  for (const auto& x : wanted.lists->texts)
    if (holds(x, value.text))
      return false;
  return true;
}

} // namespace

bool accepts(const predicate& wanted, const scalar& value) {
  const bool is_string = value.type == scalar_type::string;
  switch (wanted.kind) {
  case predicate_kind::literal:
    return !is_string && value.text == wanted.text;
  case predicate_kind::string:
    return is_string && value.text == wanted.text;
  case predicate_kind::number: {
    double x = 0;
    return value.type == scalar_type::number && read_comparable(value, x) && x == wanted.low;
  }
  case predicate_kind::address: {
    if (!is_string)
      return false;
    const auto x = parse_ip(value.text);
    return x && x->v4 == wanted.address.v4 && x->masked(wanted.bits) == wanted.address;
  }
  case predicate_kind::prefix:
    return is_string && value.text.starts_with(wanted.text);
  case predicate_kind::suffix:
    return is_string && value.text.ends_with(wanted.text);
  case predicate_kind::equals_fold:
    return is_string && fold_equals(wanted.text, value.text);
  case predicate_kind::prefix_fold:
    return is_string && fold_prefix(wanted.text, value.text);
  case predicate_kind::suffix_fold:
    return is_string && fold_suffix(wanted.text, value.text);
  case predicate_kind::wildcard:
    return is_string && wildcard_matches(wanted.lists->texts, value.text);
  case predicate_kind::range: {
    double x = 0;
    if (value.type != scalar_type::number)
      return false;
    x = read_double(value.text);
    return wanted.low <= x && x <= wanted.high && comparable(value.text, x);
  }
  case predicate_kind::exists:
    return true;
  case predicate_kind::absent:
    return false;
  case predicate_kind::not_strings:
    return none_of_texts(wanted, value,
                         [](std::string_view a, std::string_view b) { return a == b; });
  case predicate_kind::not_numbers: {
    double x = 0;
    if (!read_comparable(value, x))
      return true;
    const auto& numbers = wanted.lists->numbers;
    return std::find(numbers.begin(), numbers.end(), x) == numbers.end();
  }
  case predicate_kind::not_prefixes:
    return none_of_texts(wanted, value,
                         [](std::string_view a, std::string_view b) { return b.starts_with(a); });
  case predicate_kind::not_suffixes:
    return none_of_texts(wanted, value,
                         [](std::string_view a, std::string_view b) { return b.ends_with(a); });
  case predicate_kind::not_folds:
    return none_of_texts(wanted, value, fold_equals);
  case predicate_kind::not_wildcards:
    return !is_string
           || std::none_of(
               wanted.lists->wildcards.begin(), wanted.lists->wildcards.end(),
               [&](const auto& pieces) { return wildcard_matches(pieces, value.text); });
  }
  return false;
}

void predicate::append_key(std::string& out) const {
  out += static_cast<char>(kind);
  switch (kind) {
  case predicate_kind::number:
    append_double(out, low);
    return;
  case predicate_kind::range:
    append_double(out, low);
    append_double(out, high);
    return;
  case predicate_kind::address:
    out += static_cast<char>(bits);
    out += address.v4 ? '4' : '6';
    out.append(reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size());
    return;
  default:
    break;
  }
  if (!lists) {
    append_text(out, text);
    return;
  }
  for (const auto& x : lists->texts)
    append_text(out, x);
  for (const auto x : lists->numbers)
    append_double(out, x);
  for (const auto& pieces : lists->wildcards) {
    out += '|';
    for (const auto& x : pieces)
      append_text(out, x);
  }
}

} // namespace baseplate::rules
