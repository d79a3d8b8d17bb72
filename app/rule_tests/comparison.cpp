#include "app/rule_tests/comparison.hpp"

#include "actors/bus/logic/transform/json_text.hpp"
#include "messages/json/pointer.hpp"
#include "messages/json/utf8.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace baseplate::app::rule_tests {

namespace json = boost::json;

namespace {

/// Attempts to fit a text with placeholders at most; behind them it counts as different.
constexpr std::size_t steps_max = 200'000;

std::string brief(const json::value& x) {
  auto text = json::serialize(x);
  constexpr std::size_t shown = 200;
  if (text.size() > shown) {
    text.resize(utf8_prefix(text, shown).size());
    text += "...";
  }
  return text;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
         || c == '-' || c == '.' || c == ':';
}

/// How long the placeholder at the beginning is: "<name>", "<name:2>"; 0: there is none.
std::size_t bracketed(std::string_view text) {
  if (text.size() < 3 || text[0] != '<' || !std::isalpha(static_cast<unsigned char>(text[1])))
    return 0;
  std::size_t end = 1;
  while (end < text.size() && is_name_character(text[end]))
    ++end;
  return end < text.size() && text[end] == '>' ? end + 1 : 0;
}

bool same_number(const json::value& a, const json::value& b) {
  if (a.is_double() || b.is_double())
    return a.to_number<double>() == b.to_number<double>();
  return a == b;
}

std::string joined(std::string at, std::string_view key) {
  append_pointer_token(at, key);
  return at;
}

} // namespace

std::optional<json::value> parse_value(std::string_view text) {
  json::parse_options options;
  options.max_depth = transform::json_depth_max + 1;
  boost::system::error_code error;
  auto value = json::parse(text, error, {}, options);
  if (error)
    return std::nullopt;
  return value;
}

std::vector<comparison::token> comparison::tokens_of(std::string_view expected) const {
  std::vector<token> out;
  std::size_t literal = 0;
  for (std::size_t at = 0; at < expected.size();) {
    auto rest = expected.substr(at);
    auto size = bracketed(rest);
    for (auto& word : words_)
      if (size == 0 && !word.empty() && rest.starts_with(word))
        size = word.size();
    if (size == 0) {
      ++at;
      continue;
    }
    if (at > literal)
      out.push_back({expected.substr(literal, at - literal), false});
    out.push_back({expected.substr(at, size), true});
    literal = at += size;
  }
  if (literal < expected.size())
    out.push_back({expected.substr(literal), false});
  return out;
}

bool comparison::match(const std::vector<token>& tokens, std::size_t at, std::string_view actual,
                       std::size_t& steps) {
  if (++steps > steps_max)
    return false;
  if (at == tokens.size())
    return actual.empty();
  auto& next = tokens[at];
  if (!next.placeholder)
    return actual.starts_with(next.text)
           && match(tokens, at + 1, actual.substr(next.text.size()), steps);
  if (auto known = bound_.find(next.text); known != bound_.end())
    return actual.starts_with(known->second)
           && match(tokens, at + 1, actual.substr(known->second.size()), steps);
  for (std::size_t size = 1; size <= actual.size(); ++size) {
    auto place = bound_.emplace(next.text, actual.substr(0, size)).first;
    if (match(tokens, at + 1, actual.substr(size), steps))
      return true;
    bound_.erase(place);
  }
  return false;
}

bool comparison::text(std::string_view expected, std::string_view actual) {
  if (expected == actual)
    return true;
  if (!placeholders_)
    return false;
  std::size_t steps = 0;
  return match(tokens_of(expected), 0, actual, steps);
}

std::optional<std::string> comparison::value(const json::value& expected, const json::value& actual,
                                             const std::string& at) {
  auto differ = [&](std::string_view what) {
    return (at.empty() ? "the value" : at) + std::string(what) + ": expected " + brief(expected)
           + ", got " + brief(actual);
  };
  if (expected.is_number())
    return actual.is_number() && same_number(expected, actual) ? std::nullopt
                                                               : std::optional{differ(" differs")};
  if (expected.kind() != actual.kind())
    return differ(" is of another type");
  switch (expected.kind()) {
  case json::kind::string:
    if (text(expected.get_string(), actual.get_string()))
      return std::nullopt;
    return differ(" differs");
  case json::kind::array: {
    auto& wanted = expected.get_array();
    auto& got = actual.get_array();
    if (wanted.size() != got.size())
      return differ(" has another number of elements");
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (auto fault = value(wanted[i], got[i], at + "/" + std::to_string(i)))
        return fault;
    return std::nullopt;
  }
  case json::kind::object: {
    auto& wanted = expected.get_object();
    auto& got = actual.get_object();
    for (auto& member : wanted) {
      auto place = joined(at, member.key());
      auto other = got.if_contains(member.key());
      if (other == nullptr)
        return place + " is absent: expected " + brief(member.value());
      if (auto fault = value(member.value(), *other, place))
        return fault;
    }
    for (auto& member : got)
      if (!wanted.contains(member.key()))
        return joined(at, member.key()) + " is not expected: got " + brief(member.value());
    return std::nullopt;
  }
  default:
    if (expected == actual)
      return std::nullopt;
    return differ(" differs");
  }
}

} // namespace baseplate::app::rule_tests
