// Predicates in words and as JSON.
#include "actors/bus/logic/rules/predicate.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace baseplate::rules {

namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string shortest(double value) {
  std::array<char, 40> out;
  const auto written = std::to_chars(out.data(), out.data() + out.size(), value);
  return {out.data(), written.ptr};
}

std::string wildcard_of(const std::vector<std::string>& pieces) {
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0)
      out += '*';
    for (const char c : pieces[i]) {
      if (c == '*' || c == '\\')
        out += '\\';
      out += c;
    }
  }
  return out;
}

/// The operands of an anything-but, each as JSON.
std::vector<std::string> operands(const predicate& x) {
  std::vector<std::string> out;
  for (const auto& text : x.lists->texts)
    out.push_back(quoted(text));
  for (const auto number : x.lists->numbers)
    out.push_back(shortest(number));
  for (const auto& pieces : x.lists->wildcards)
    out.push_back(quoted(wildcard_of(pieces)));
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between,
                   std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0)
      out += i + 1 == parts.size() ? last : between;
    out += parts[i];
  }
  return out;
}

std::string operation(std::string_view name, std::string_view operand) {
  return "{\"" + std::string(name) + "\":" + std::string(operand) + "}";
}

std::string anything_but(const predicate& x, std::string_view inner) {
  const auto list = operands(x);
  auto value = list.size() == 1 ? list[0] : "[" + joined(list, ",", ",") + "]";
  if (!inner.empty())
    value = operation(inner, value);
  return operation("anything-but", value);
}

/// Range bounds as written, [">=",1,"<",5].
std::string range_words(const predicate& x) {
  return "a number " + x.text;
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (u < 0x20) {
      out += "\\u00";
      out += digits[u >> 4];
      out += digits[u & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string predicate::to_json() const {
  switch (kind) {
  case predicate_kind::literal:
  case predicate_kind::number:
    return text;
  case predicate_kind::string:
    return quoted(text);
  case predicate_kind::address:
    return bits == address.bits_max() ? quoted(text) : operation("cidr", quoted(text));
  case predicate_kind::prefix:
    return operation("prefix", quoted(text));
  case predicate_kind::suffix:
    return operation("suffix", quoted(text));
  case predicate_kind::equals_fold:
    return operation("equals-ignore-case", quoted(text));
  case predicate_kind::prefix_fold:
    return operation("prefix", operation("equals-ignore-case", quoted(text)));
  case predicate_kind::suffix_fold:
    return operation("suffix", operation("equals-ignore-case", quoted(text)));
  case predicate_kind::wildcard:
    return operation("wildcard", quoted(wildcard_of(lists->texts)));
  case predicate_kind::range: {
    // The text is `> 1 and <= 5`: operator, number, perhaps once more.
    std::string list = "[";
    bool is_operator = true;
    std::size_t at = 0;
    while (at < text.size()) {
      auto end = text.find(' ', at);
      if (end == std::string::npos)
        end = text.size();
      const auto word = text.substr(at, end - at);
      at = end + 1;
      if (word == "and")
        continue;
      if (list.size() > 1)
        list += ',';
      list += is_operator ? quoted(word) : word;
      is_operator = !is_operator;
    }
    return operation("numeric", list + "]");
  }
  case predicate_kind::exists:
    return operation("exists", "true");
  case predicate_kind::absent:
    return operation("exists", "false");
  case predicate_kind::not_strings:
  case predicate_kind::not_numbers:
    return anything_but(*this, "");
  case predicate_kind::not_prefixes:
    return anything_but(*this, "prefix");
  case predicate_kind::not_suffixes:
    return anything_but(*this, "suffix");
  case predicate_kind::not_folds:
    return anything_but(*this, "equals-ignore-case");
  case predicate_kind::not_wildcards:
    return anything_but(*this, "wildcard");
  }
  return "null";
}

std::string predicate::describe() const {
  switch (kind) {
  case predicate_kind::literal:
  case predicate_kind::number:
    return text;
  case predicate_kind::string:
    return quoted(text);
  case predicate_kind::address:
    return bits == address.bits_max() ? "the IP address " + text
                                      : "an IP address in the network " + text;
  case predicate_kind::prefix:
    return text.empty() ? "any string" : "a string that begins with " + quoted(text);
  case predicate_kind::suffix:
    return text.empty() ? "any string" : "a string that ends with " + quoted(text);
  case predicate_kind::equals_fold:
    return quoted(text) + " in any letter case";
  case predicate_kind::prefix_fold:
    return "a string that begins with " + quoted(text) + " in any letter case";
  case predicate_kind::suffix_fold:
    return "a string that ends with " + quoted(text) + " in any letter case";
  case predicate_kind::wildcard:
    return "a string of the form " + quoted(wildcard_of(lists->texts));
  case predicate_kind::range:
    return range_words(*this);
  case predicate_kind::exists:
    return "any value";
  case predicate_kind::absent:
    return "no value at all";
  case predicate_kind::not_strings:
  case predicate_kind::not_numbers:
    return "any value but " + joined(operands(*this), ", ", " and ");
  case predicate_kind::not_prefixes:
    return "any value that does not begin with " + joined(operands(*this), ", ", " or ");
  case predicate_kind::not_suffixes:
    return "any value that does not end with " + joined(operands(*this), ", ", " or ");
  case predicate_kind::not_folds:
    return "any value but " + joined(operands(*this), ", ", " and ") + " in any letter case";
  case predicate_kind::not_wildcards:
    return "any value that is not of the form " + joined(operands(*this), ", ", " or ");
  }
  return "";
}

} // namespace baseplate::rules
