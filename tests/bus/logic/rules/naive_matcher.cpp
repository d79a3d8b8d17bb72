#include "tests/bus/logic/rules/naive_matcher.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <unordered_map>

namespace baseplate::rules::naive {

namespace {

class reader {
 public:
  explicit reader(std::string_view in) : in_(in) {}

  node value() {
    space();
    node x;
    const char c = peek();
    if (c == '{') {
      x.kind = node::object;
      ++at_;
      for (space(); peek() != '}'; space()) {
        if (peek() == ',')
          ++at_;
        space();
        auto name = string();
        space();
        ++at_; // colon
        x.members.emplace_back(std::move(name), value());
      }
      ++at_;
    } else if (c == '[') {
      x.kind = node::array;
      ++at_;
      for (space(); peek() != ']'; space()) {
        if (peek() == ',')
          ++at_;
        x.elements.push_back(value());
      }
      ++at_;
    } else if (c == '"') {
      x.kind = node::string;
      x.text = string();
    } else {
      while (at_ < in_.size()
             && std::string_view(",]} \n\t\r").find(in_[at_]) == std::string_view::npos)
        x.text += in_[at_++];
      x.kind = std::isalpha(static_cast<unsigned char>(x.text.at(0))) != 0 ? node::literal
                                                                           : node::number;
    }
    return x;
  }

 private:
  char peek() const {
    if (at_ >= in_.size())
      throw std::runtime_error("cut off");
    return in_[at_];
  }

  void space() {
    while (at_ < in_.size() && std::string_view(" \n\t\r").find(in_[at_]) != std::string_view::npos)
      ++at_;
  }

  std::string string() {
    std::string out;
    for (++at_; peek() != '"'; ++at_) {
      if (peek() != '\\') {
        out += peek();
        continue;
      }
      ++at_;
      switch (peek()) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'u': { // generated texts escape ASCII only
        out += static_cast<char>(std::stoi(std::string(in_.substr(at_ + 1, 4)), nullptr, 16));
        at_ += 4;
        break;
      }
      default:
        out += peek();
      }
    }
    ++at_;
    return out;
  }

  std::string_view in_;
  std::size_t at_ = 0;
};

void collect(const node& x, const std::string& path, bool root, const std::map<int, int>& where,
             int& arrays, std::vector<leaf>& out) {
  if (x.kind == node::object) {
    for (const auto& [name, value] : x.members)
      collect(value, root ? name : path + "." + name, false, where, arrays, out);
  } else if (x.kind == node::array) {
    const int array = arrays++;
    for (std::size_t i = 0; i < x.elements.size(); ++i) {
      auto inside = where;
      const auto kind = x.elements[i].kind;
      if (kind == node::object || kind == node::array)
        inside[array] = static_cast<int>(i);
      collect(x.elements[i], path, false, inside, arrays, out);
    }
  } else {
    out.push_back({path, &x, where});
  }
}

/// Digits and exponent of a decimal in one normal form.
std::string decimal(std::string text) {
  const bool minus = text[0] == '-';
  if (minus)
    text.erase(0, 1);
  long exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != std::string::npos) {
    exponent = std::atol(text.c_str() + e + 1);
    text.erase(e);
  }
  if (const auto dot = text.find('.'); dot != std::string::npos) {
    exponent -= static_cast<long>(text.size() - dot - 1);
    text.erase(dot, 1);
  }
  while (text.size() > 1 && text.back() == '0') {
    text.pop_back();
    ++exponent;
  }
  text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
  if (text.empty())
    return "0";
  return (minus ? "-" : "") + text + "e" + std::to_string(exponent);
}

bool is_exact(const std::string& text, double& out) {
  out = std::strtod(text.c_str(), nullptr);
  if (out == 0 || out - out != 0)
    return out == 0 && decimal(text) == "0";
  for (int digits = 1; digits <= 17; ++digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof(buffer), "%.*e", digits - 1, out);
    if (std::strtod(buffer, nullptr) == out)
      return decimal(buffer) == decimal(text);
  }
  return false;
}

/// The value if the text is the shortest decimal of its binary64. Remembered: it is asked a million
/// times.
bool exact_number(const std::string& text, double& out) {
  static std::unordered_map<std::string, std::pair<bool, double>> known;
  auto found = known.find(text);
  if (found == known.end()) {
    const bool exact = is_exact(text, out);
    found = known.emplace(text, std::pair(exact, out)).first;
  }
  out = found->second.second;
  return found->second.first;
}

bool address(const std::string& text, std::string& out) {
  unsigned char bytes[16];
  int a = 0;
  int b = 0;
  int c = 0;
  int d = 0;
  int n = 0;
  if (text.find_first_not_of("0123456789.") == std::string::npos
      && std::sscanf(text.c_str(), "%3d.%3d.%3d.%3d%n", &a, &b, &c, &d, &n) == 4
      && n == static_cast<int>(text.size()) && std::max({a, b, c, d}) < 256) {
    out = {static_cast<char>(a), static_cast<char>(b), static_cast<char>(c), static_cast<char>(d)};
    return true;
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes) != 1)
    return false;
  out.assign(reinterpret_cast<char*>(bytes), 16);
  if (out.substr(0, 12) == std::string("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12))
    out = out.substr(12);
  return true;
}

bool in_network(const std::string& value, const std::string& cidr) {
  const auto slash = cidr.find('/');
  std::string a;
  std::string b;
  if (!address(value, a) || !address(cidr.substr(0, slash), b) || a.size() != b.size())
    return false;
  const int bits = std::atoi(cidr.c_str() + slash + 1);
  for (int i = 0; i < bits; ++i) {
    const auto bit = [&](const std::string& x) {
      return (static_cast<unsigned char>(x[i / 8]) >> (7 - i % 8)) & 1;
    };
    if (bit(a) != bit(b))
      return false;
  }
  return true;
}

/// '*' matches anything, '\' quotes.
bool glob(const char* p, const char* v) {
  if (*p == 0)
    return *v == 0;
  if (*p == '*')
    return glob(p + 1, v) || (*v != 0 && glob(p, v + 1));
  if (*p == '\\')
    ++p;
  return *p == *v && glob(p + 1, v + 1);
}

/// Upper case of ASCII and of the few other letters that are generated.
std::string upper(std::string text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "é") == 0 || text.compare(i, 2, "É") == 0) {
      out += "É";
      ++i;
    } else {
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
    }
  }
  return out;
}

bool begins(const std::string& x, const std::string& with) {
  return x.compare(0, with.size(), with) == 0;
}

bool ends(const std::string& x, const std::string& with) {
  return x.size() >= with.size() && x.compare(x.size() - with.size(), with.size(), with) == 0;
}

bool equal(const node& wanted, const node& value) {
  if (wanted.kind != value.kind)
    return false;
  if (wanted.kind == node::string) {
    std::string a;
    std::string b;
    if (address(wanted.text, a))
      return address(value.text, b) && a == b;
  }
  if (wanted.kind == node::number) {
    double a = 0;
    double b = 0;
    if (exact_number(wanted.text, a) && exact_number(value.text, b) && a == b)
      return true;
  }
  return wanted.text == value.text;
}

bool operation(const std::string& op, const node& operand, const node& value);

bool anything_but(const node& operand, const node& value) {
  if (operand.kind == node::object) {
    const auto& [op, what] = operand.members.at(0);
    if (what.kind != node::array)
      return !operation(op, what, value);
    return std::none_of(what.elements.begin(), what.elements.end(),
                        [&, &name = op](const node& x) { return operation(name, x, value); });
  }
  const auto same = [&](const node& x) {
    double a = 0;
    double b = 0;
    if (x.kind == node::number)
      return value.kind == node::number && exact_number(x.text, a) && exact_number(value.text, b)
             && a == b;
    return value.kind == node::string && value.text == x.text;
  };
  if (operand.kind != node::array)
    return !same(operand);
  return std::none_of(operand.elements.begin(), operand.elements.end(), same);
}

bool numeric(const node& operand, const node& value) {
  double x = 0;
  if (value.kind != node::number || !exact_number(value.text, x))
    return false;
  for (std::size_t i = 0; i + 1 < operand.elements.size(); i += 2) {
    const auto& op = operand.elements[i].text;
    const double bound = std::strtod(operand.elements[i + 1].text.c_str(), nullptr);
    const bool good = op == "="    ? x == bound
                      : op == "<"  ? x < bound
                      : op == "<=" ? x <= bound
                      : op == ">"  ? x > bound
                                   : x >= bound;
    if (!good)
      return false;
  }
  return true;
}

bool operation(const std::string& op, const node& operand, const node& value) {
  if (op == "exists")
    return operand.text == "true";
  if (op == "anything-but")
    return anything_but(operand, value);
  if (op == "numeric")
    return numeric(operand, value);
  if (value.kind != node::string)
    return false;
  const auto& text = value.text;
  if (op == "exactly")
    return text == operand.text;
  if (op == "equals-ignore-case")
    return upper(text) == upper(operand.text);
  if (op == "prefix" || op == "suffix") {
    const auto compare = op == "prefix" ? begins : ends;
    if (operand.kind == node::object)
      return compare(upper(text), upper(operand.members.at(0).second.text));
    return compare(text, operand.text);
  }
  if (op == "wildcard")
    return glob(operand.text.c_str(), text.c_str());
  return in_network(text, operand.text); // cidr
}

bool accepted(const node& list, const node& value) {
  return std::any_of(list.elements.begin(), list.elements.end(), [&](const node& x) {
    if (x.kind == node::object)
      return operation(x.members.at(0).first, x.members.at(0).second, value);
    return equal(x, value);
  });
}

bool accepts_absence(const node& list) {
  return std::any_of(list.elements.begin(), list.elements.end(), [](const node& x) {
    return x.kind == node::object && x.members.at(0).first == "exists"
           && x.members.at(0).second.text == "false";
  });
}

bool together(const std::map<int, int>& a, const std::map<int, int>& b) {
  return std::all_of(a.begin(), a.end(), [&](const auto& x) {
    const auto found = b.find(x.first);
    return found == b.end() || found->second == x.second;
  });
}

/// Fields in order of path, each with every value that does not contradict the elements chosen so
/// far.
bool search(branch::const_iterator at, branch::const_iterator end, const std::vector<leaf>& event,
            const std::map<int, int>& chosen) {
  if (at == end)
    return true;
  bool present = false;
  const auto next = std::next(at);
  for (const auto& x : event) {
    if (x.path != at->first || !together(x.elements, chosen))
      continue;
    present = true;
    if (!accepted(*at->second, *x.value))
      continue;
    auto more = chosen;
    more.insert(x.elements.begin(), x.elements.end());
    if (search(next, end, event, more))
      return true;
  }
  return !present && accepts_absence(*at->second) && search(next, end, event, chosen);
}

void multiply(const node& x, const std::string& path, bool root, std::vector<branch>& out) {
  for (const auto& [name, value] : x.members) {
    if (name == "$or") {
      std::vector<branch> all;
      for (const auto& alternative : value.elements) {
        auto some = out;
        multiply(alternative, path, root, some);
        all.insert(all.end(), some.begin(), some.end());
      }
      out = all;
      continue;
    }
    const auto inner = root ? name : path + "." + name;
    if (value.kind == node::object)
      multiply(value, inner, false, out);
    else
      for (auto& b : out)
        b[inner] = &value;
  }
}

} // namespace

node parse(std::string_view text) {
  return reader(text).value();
}

std::vector<leaf> flatten(const node& event) {
  std::vector<leaf> out;
  int arrays = 0;
  collect(event, "", true, {}, arrays, out);
  return out;
}

std::vector<branch> branches(const node& pattern) {
  std::vector<branch> out(1);
  multiply(pattern, "", true, out);
  return out;
}

bool matches(const std::vector<branch>& pattern, const std::vector<leaf>& event) {
  return std::any_of(pattern.begin(), pattern.end(),
                     [&](const branch& b) { return search(b.begin(), b.end(), event, {}); });
}

} // namespace baseplate::rules::naive
