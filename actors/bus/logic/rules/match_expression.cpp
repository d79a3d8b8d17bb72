// The operators: `{"prefix": "a"}` and all others. The order of the checks is the service's,
// because the first fault is the one that is told.
#include "actors/bus/logic/rules/number.hpp"
#include "actors/bus/logic/rules/pattern_parser.hpp"
#include "actors/bus/logic/rules/text_match.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace baseplate::rules {

namespace {

constexpr auto infinity = std::numeric_limits<double>::infinity();
constexpr auto bad_operand = pattern_fault::invalid_operand;
constexpr const char* one_key = "Only one key allowed in match expression";
constexpr const char* anything_but_type
    = "Value of anything-but must be an array or single string/number value.";

bool fail_operand(pattern_source& in, std::string reason) {
  return in.fail(bad_operand, std::move(reason));
}

bool end_object(pattern_source& in) {
  return in.next() == token::end_object || fail_operand(in, one_key);
}

bool fail_wildcard(pattern_source& in, const wildcard_text& parsed) {
  switch (parsed.fault) {
  case wildcard_fault::consecutive_stars:
    return fail_operand(in, "Consecutive wildcard characters at pos "
                                + std::to_string(parsed.position));
  case wildcard_fault::invalid_escape:
    return fail_operand(in, "Invalid escape character at pos " + std::to_string(parsed.position));
  default:
    return in.fail(pattern_fault::too_complex,
                   "Rule is too complex - try using fewer wildcard characters or fewer repeating "
                   "character sequences after a wildcard character");
  }
}

/// A string, or with `fold` allowed {"equals-ignore-case": string}.
bool affix(pattern_source& in, predicate& out, predicate_kind plain, predicate_kind folded,
           const std::string& name) {
  const auto kind = in.next();
  if (kind == token::string) {
    out.kind = plain;
    out.text = in.text();
    return end_object(in);
  }
  if (kind != token::begin_object)
    return fail_operand(in, name + " match pattern must be a string");
  if (in.next() != token::name)
    return fail_operand(in, (name == "prefix" ? "Prefix" : "Suffix")
                                + std::string(" expression name not found"));
  if (in.text() != "equals-ignore-case")
    return fail_operand(in, "Unsupported " + name + " pattern: " + in.text());
  if (in.next() != token::string)
    return fail_operand(in, "equals-ignore-case match pattern must be a string");
  out.kind = folded;
  out.text = in.text();
  return end_object(in) && end_object(in);
}

bool plain_string(pattern_source& in, predicate& out, predicate_kind kind, const char* name) {
  if (in.next() != token::string)
    return fail_operand(in, name + std::string(" match pattern must be a string"));
  out.kind = kind;
  out.text = in.text();
  return end_object(in);
}

bool wildcard(pattern_source& in, predicate& out) {
  if (in.next() != token::string)
    return fail_operand(in, "wildcard match pattern must be a string");
  auto parsed = parse_wildcard(in.text());
  if (parsed.fault != wildcard_fault::none)
    return fail_wildcard(in, parsed);
  out.text = in.text();
  if (parsed.pieces.size() == 1) {
    out.kind = predicate_kind::string;
    out.text = parsed.pieces.front();
    return end_object(in);
  }
  out.kind = predicate_kind::wildcard;
  auto lists = std::make_shared<predicate_lists>();
  lists->texts = std::move(parsed.pieces);
  out.lists = std::move(lists);
  return end_object(in);
}

bool exists(pattern_source& in, predicate& out) {
  const auto kind = in.next();
  if (kind != token::true_value && kind != token::false_value)
    return fail_operand(in, "exists match pattern must be either true or false.");
  out.kind = kind == token::true_value ? predicate_kind::exists : predicate_kind::absent;
  return end_object(in);
}

bool cidr(pattern_source& in, predicate& out) {
  // The service's own words, although it is no prefix.
  if (in.next() != token::string)
    return fail_operand(in, "prefix match pattern must be a string");
  const std::string text = in.text();
  const auto slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size()
      || text.find('/', slash + 1) != std::string::npos)
    return fail_operand(in, "Malformed CIDR, one '/' required");
  int bits = 0;
  const char* begin = text.data() + slash + 1;
  const char* end = text.data() + text.size();
  if (*begin == '+')
    ++begin;
  const auto read = std::from_chars(begin, end, bits);
  if (read.ec != std::errc{} || read.ptr != end)
    return fail_operand(in, "Malformed CIDR, mask bits must be an integer");
  if (bits < 0)
    return fail_operand(in, "Malformed CIDR, mask bits must not be negative");
  const auto address = parse_ip(std::string_view(text).substr(0, slash));
  if (!address)
    return fail_operand(in, "Nonstandard IP address: " + text.substr(0, slash));
  if (address->v4 && bits > 31)
    return fail_operand(in, "IPv4 mask bits must be < 32");
  if (!address->v4 && bits > 127)
    return fail_operand(in, "IPv6 mask bits must be < 128");
  out.kind = predicate_kind::address;
  out.bits = static_cast<std::uint8_t>(bits);
  out.address = address->masked(out.bits);
  out.text = text;
  return end_object(in);
}

/// The number at the current token, if it can be compared.
bool read_bound(pattern_source& in, const std::string& name, double& out) {
  if (in.current() != token::number)
    return fail_operand(in, "Value of " + name + " must be numeric");
  out = read_double(in.text());
  if (!comparable(in.text(), out))
    return fail_operand(in,
                        "Value of " + name + " has more digits than can be compared: " + in.text());
  return true;
}

bool numeric(pattern_source& in, predicate& out) {
  if (in.next() != token::begin_array)
    return fail_operand(in, "Value of numeric must be an array.");
  if (in.next() != token::string)
    return fail_operand(in, "Invalid member in numeric match: " + in.text());
  const std::string op = in.text();
  in.next();
  if (op == "=") {
    double value = 0;
    if (in.current() != token::number)
      return fail_operand(in, "Value of equals must be numeric");
    if (!read_bound(in, "=", value))
      return false;
    out = number_predicate(in.text());
    if (in.next() != token::end_array)
      return fail_operand(in, "Too many elements in numeric expression");
    return end_object(in);
  }
  const bool lower = op == ">" || op == ">=";
  const bool upper = op == "<" || op == "<=";
  if (!lower && !upper)
    return fail_operand(in, "Unrecognized numeric range operator: " + op);
  double value = 0;
  if (!read_bound(in, op, value))
    return false;
  out.kind = predicate_kind::range;
  out.text = op + " " + in.text();
  out.low = -infinity;
  out.high = infinity;
  if (upper) {
    out.high = op == "<" ? std::nextafter(value, -infinity) : value;
    if (in.next() != token::end_array)
      return fail_operand(in, "Too many elements in numeric expression");
    return end_object(in);
  }
  out.low = op == ">" ? std::nextafter(value, infinity) : value;
  if (in.next() == token::end_array)
    return end_object(in);
  if (in.current() != token::string)
    return fail_operand(in, "Bad value in numeric range: " + in.text());
  const std::string second = in.text();
  if (second != "<" && second != "<=")
    return fail_operand(in, "Bad numeric range operator: " + second);
  in.next();
  double top = 0;
  if (!read_bound(in, second, top))
    return false;
  if (!(value < top))
    return fail_operand(in, "Bottom must be less than top");
  out.high = second == "<" ? std::nextafter(top, -infinity) : top;
  out.text += " and " + second + " " + in.text();
  if (in.next() != token::end_array)
    return fail_operand(in, "Too many terms in numeric range expression");
  return end_object(in);
}

/// {"anything-but": {OPERATOR: string or list of strings}}, behind the inner opening brace.
bool anything_but_operator(pattern_source& in, predicate& out) {
  if (in.next() != token::name)
    return fail_operand(in, "Anything-But expression name not found");
  const std::string op = in.text();
  const bool affix_operator = op == "prefix" || op == "suffix";
  if (op == "prefix")
    out.kind = predicate_kind::not_prefixes;
  else if (op == "suffix")
    out.kind = predicate_kind::not_suffixes;
  else if (op == "equals-ignore-case")
    out.kind = predicate_kind::not_folds;
  else if (op == "wildcard")
    out.kind = predicate_kind::not_wildcards;
  else
    return fail_operand(in, "Unsupported anything-but pattern: " + op);
  const char* wrong_type = affix_operator ? "prefix/suffix match pattern must be a string"
                           : op == "wildcard"
                               ? "wildcard match pattern must be a string"
                               : "Inside anything-but/ignore-case list, number|start|null|boolean "
                                 "is not supported.";
  auto lists = std::make_shared<predicate_lists>();
  const auto take = [&] {
    if (in.current() != token::string)
      return fail_operand(in, wrong_type);
    if (affix_operator && in.text().empty())
      return fail_operand(in, "Null prefix/suffix not allowed");
    if (op != "wildcard") {
      lists->texts.push_back(in.text());
      return true;
    }
    auto parsed = parse_wildcard(in.text());
    if (parsed.fault != wildcard_fault::none)
      return fail_wildcard(in, parsed);
    lists->wildcards.push_back(std::move(parsed.pieces));
    return true;
  };
  const auto kind = in.next();
  if (kind == token::begin_object)
    return fail_operand(in, anything_but_type);
  if (kind == token::begin_array) {
    while (in.next() != token::end_array)
      if (!take())
        return false;
    if (lists->texts.empty() && lists->wildcards.empty())
      return in.fail(pattern_fault::empty_array, "Empty arrays are not allowed");
  } else if (!take()) {
    return false;
  }
  out.lists = std::move(lists);
  return end_object(in) && end_object(in);
}

bool anything_but(pattern_source& in, predicate& out) {
  auto lists = std::make_shared<predicate_lists>();
  const auto take_number = [&] {
    double value = 0;
    if (!read_bound(in, "anything-but", value))
      return false;
    lists->numbers.push_back(value);
    return true;
  };
  const auto kind = in.next();
  if (kind == token::begin_object)
    return anything_but_operator(in, out);
  if (kind == token::string) {
    lists->texts.push_back(in.text());
  } else if (kind == token::number) {
    if (!take_number())
      return false;
  } else if (kind == token::begin_array) {
    while (in.next() != token::end_array) {
      if (in.current() == token::string) {
        lists->texts.push_back(in.text());
      } else if (in.current() == token::number) {
        if (!take_number())
          return false;
      } else {
        return fail_operand(in, "Inside anything but list, start|null|boolean is not supported.");
      }
      if (!lists->texts.empty() && !lists->numbers.empty())
        return fail_operand(in, "Inside anything but list, either all values are number or string, "
                                "mixed type is not supported");
    }
    if (lists->texts.empty() && lists->numbers.empty())
      return in.fail(pattern_fault::empty_array, "Empty arrays are not allowed");
  } else {
    return fail_operand(in, anything_but_type);
  }
  out.kind = lists->numbers.empty() ? predicate_kind::not_strings : predicate_kind::not_numbers;
  out.lists = std::move(lists);
  return end_object(in);
}

} // namespace

predicate string_predicate(std::string text) {
  predicate out;
  if (const auto address = parse_ip(text)) {
    out.kind = predicate_kind::address;
    out.address = *address;
    out.bits = address->bits_max();
  } else {
    out.kind = predicate_kind::string;
  }
  out.text = std::move(text);
  return out;
}

predicate number_predicate(const std::string& text) {
  predicate out;
  out.text = text;
  out.low = read_double(text);
  out.kind = comparable(text, out.low) ? predicate_kind::number : predicate_kind::literal;
  return out;
}

bool parse_match_expression(pattern_source& in, predicate& out) {
  if (in.next() != token::name)
    return fail_operand(in, "Match expression name not found");
  const std::string op = in.text();
  in.enter(op);
  bool good = false;
  if (op == "prefix")
    good = affix(in, out, predicate_kind::prefix, predicate_kind::prefix_fold, op);
  else if (op == "suffix")
    good = affix(in, out, predicate_kind::suffix, predicate_kind::suffix_fold, op);
  else if (op == "exactly")
    good = plain_string(in, out, predicate_kind::string, "exact");
  else if (op == "equals-ignore-case")
    good = plain_string(in, out, predicate_kind::equals_fold, "equals-ignore-case");
  else if (op == "wildcard")
    good = wildcard(in, out);
  else if (op == "numeric")
    good = numeric(in, out);
  else if (op == "cidr")
    good = cidr(in, out);
  else if (op == "exists")
    good = exists(in, out);
  else if (op == "anything-but")
    good = anything_but(in, out);
  else {
    // The service reads the operand first, so that broken JSON is told as such.
    in.next();
    return in.fail(pattern_fault::unknown_operator, "Unrecognized match type " + op);
  }
  if (good)
    in.leave();
  return good;
}

} // namespace baseplate::rules
