#include "tests/bus/logic/rules/generator.hpp"

namespace baseplate::rules {

namespace {

constexpr const char* names[] = {"a", "b", "c", "d", "a.b", "b.c", "ab", ""};
constexpr const char* texts[]
    = {"",       "a",   "b", "ab", "abc",  "aBc", "ABC",      "abcabc",   "xabcx",           "foo",
       "foobar", "bar", "é", "É",  "true", "5",   "10.0.0.1", "10.0.1.1", "::ffff:10.0.0.1", "::1",
       "0:0::1"};
constexpr const char* numbers[] = {"0",
                                   "-0",
                                   "1",
                                   "1.0",
                                   "1e0",
                                   "5",
                                   "5.00",
                                   "10",
                                   "-3",
                                   "0.1",
                                   "0.10",
                                   "2.5",
                                   "1e2",
                                   "100",
                                   "123456789012345678",
                                   "1234567890123456789",
                                   "0.1000000000000000055"};
constexpr const char* bounds[] = {"-3", "0", "0.1", "1", "2.5", "5", "10"};

std::string quoted(const std::string& x) {
  return "\"" + x + "\"";
}

std::string operation(const std::string& op, const std::string& operand) {
  return "{" + quoted(op) + ":" + operand + "}";
}

} // namespace

std::string generator::scalar() {
  switch (below(10)) {
  case 0:
    return "true";
  case 1:
    return "false";
  case 2:
    return "null";
  case 3:
  case 4:
  case 5:
    return one_of(numbers);
  default:
    return quoted(one_of(texts));
  }
}

std::string generator::value(int depth) {
  const auto kind = depth >= 4 ? 0 : nested_ ? 2 + below(8) : below(10);
  if (kind < 5) {
    auto x = scalar();
    if (x == "\"abc\"" && below(4) == 0)
      x = R"("\u0061b\u0063")";
    return x;
  }
  if (kind < 8) {
    std::string out = "[";
    const auto n = below(4);
    for (std::size_t i = 0; i < n; ++i)
      out += (i > 0 ? "," : "") + value(depth + 1);
    return out + "]";
  }
  return object(depth + 1);
}

std::string generator::object(int depth) {
  std::string out = "{";
  const auto n = below(4);
  for (std::size_t i = 0; i < n; ++i)
    out += (i > 0 ? "," : "") + quoted(names[below(nested_ ? 4 : std::size(names))])
           + (below(8) == 0 ? " : " : ":") + value(depth);
  return out + "}";
}

std::string generator::event() {
  std::string out = "{";
  const auto n = 1 + below(5);
  for (std::size_t i = 0; i < n; ++i)
    out += (i > 0 ? ", " : "") + quoted(one_of(names)) + ":" + value(0);
  return out + "}";
}

std::string generator::match() {
  const auto text = [&] { return quoted(one_of(texts)); };
  const auto some_text = [&] { return quoted(texts[1 + below(std::size(texts) - 1)]); };
  const auto list = [&](auto member) {
    std::string out = "[" + member();
    for (auto n = below(3); n > 0; --n)
      out += "," + member();
    return out + "]";
  };
  constexpr const char* wildcards[]
      = {"*", "a*", "*c", "a*c", "*b*", "*abc*", "f*b*r", "*a*b*", "", "foo"};
  constexpr const char* networks[]
      = {"10.0.0.0/8", "10.0.0.0/24", "10.0.0.0/31", "::/0", "::/64", "0.0.0.0/0"};
  const auto wildcard = [&] { return quoted(one_of(wildcards)); };
  switch (below(16)) {
  case 0:
    return operation("prefix", text());
  case 1:
    return operation("suffix", text());
  case 2:
    return operation("equals-ignore-case", text());
  case 3:
    return operation("prefix", operation("equals-ignore-case", text()));
  case 4:
    return operation("suffix", operation("equals-ignore-case", text()));
  case 5:
  case 6:
    return operation("wildcard", wildcard());
  case 7: {
    constexpr const char* ops[] = {"=", "<", "<=", ">", ">="};
    return operation("numeric", "[" + quoted(one_of(ops)) + "," + one_of(bounds) + "]");
  }
  case 8: {
    const auto low = below(std::size(bounds) - 1);
    const auto high = low + 1 + below(std::size(bounds) - low - 1);
    return operation("numeric", std::string("[") + (below(2) == 0 ? R"(">",)" : R"(">=",)")
                                    + bounds[low] + (below(2) == 0 ? R"(,"<",)" : R"(,"<=",)")
                                    + bounds[high] + "]");
  }
  case 9:
    return operation("cidr", quoted(one_of(networks)));
  case 10:
    return operation("exists", "true");
  case 11:
    return operation("exists", "false");
  case 12:
    return operation("anything-but", below(2) == 0 ? list(text) : list([&] {
                       return std::string(one_of(bounds));
                     }));
  case 13:
    return operation("anything-but", operation(below(2) == 0 ? "prefix" : "suffix",
                                               below(2) == 0 ? some_text() : list(some_text)));
  case 14:
    return operation("anything-but",
                     operation("equals-ignore-case", below(2) == 0 ? text() : list(text)));
  default:
    return operation("anything-but",
                     operation("wildcard", below(2) == 0 ? wildcard() : list(wildcard)));
  }
}

std::string generator::leaf_list() {
  std::string out = "[";
  const auto n = below(12) == 0 ? 8 : 1 + below(3);
  for (std::size_t i = 0; i < n; ++i)
    out += (i > 0 ? "," : "") + (below(2) == 0 ? scalar() : match());
  return out + "]";
}

std::string generator::fields(int depth, int count, bool may_or) {
  std::string out = "{";
  for (int i = 0; i < count; ++i) {
    out += i > 0 ? "," : "";
    if (may_or && below(5) == 0) {
      out += "\"$or\":[";
      const auto n = 2 + below(2);
      for (std::size_t k = 0; k < n; ++k)
        out += (k > 0 ? "," : "") + fields(depth + 1, 1 + static_cast<int>(below(2)), depth < 1);
      out += "]";
      continue;
    }
    out += quoted(names[below(nested_ ? 3 : std::size(names) - 1)]) + ":";
    if (depth < 3 && below(nested_ ? 2 : 3) == 0)
      out += fields(depth + 1, 1 + static_cast<int>(below(2)), may_or);
    else
      out += leaf_list();
  }
  return out + "}";
}

std::string generator::pattern() {
  return fields(0, 1 + static_cast<int>(below(4)), below(3) == 0);
}

std::string generator::pattern_of(const std::vector<naive::leaf>& event) {
  if (event.empty())
    return {};
  // Values that can be satisfied together: each is taken if it contradicts none before it.
  std::map<int, int> chosen;
  std::map<std::string, std::string> lists;
  for (auto n = 1 + below(4); n > 0; --n) {
    const auto& x = event[below(event.size())];
    bool agrees = lists.count(x.path) == 0;
    for (const auto& [array, element] : x.elements)
      agrees = agrees && (chosen.count(array) == 0 || chosen[array] == element);
    if (!agrees)
      continue;
    chosen.insert(x.elements.begin(), x.elements.end());
    std::string list = x.value->kind == naive::node::string ? quoted(x.value->text) : x.value->text;
    if (below(3) == 0)
      list += "," + match();
    if (x.value->kind == naive::node::string && below(3) == 0
        && (x.value->text.empty() || static_cast<unsigned char>(x.value->text[0]) < 0x80))
      list = operation("prefix", quoted(x.value->text.substr(0, below(2))));
    if (below(5) == 0)
      list = operation("exists", "true");
    lists[x.path] = list;
  }
  std::string out = "{";
  for (const auto& [path, list] : lists)
    out += (out.size() > 1 ? "," : "") + quoted(path) + ":[" + list + "]";
  return out + "}";
}

} // namespace baseplate::rules
