#include "actors/bus/logic/value_key.hpp"

#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace baseplate::bus {

namespace {

/// More significant digits than any shortest decimal of a binary64 has.
constexpr std::size_t digits_max = 17;

/// value = 0.digits × 10^exponent, sign apart; digits without leading or trailing zeros.
struct decimal {
  bool negative = false;
  std::array<char, digits_max> digits{};
  std::size_t count = 0;
  bool too_long = false;
  std::int64_t exponent = 0;

  bool same_as(const decimal& x) const {
    return negative == x.negative && count == x.count && exponent == x.exponent
           && std::memcmp(digits.data(), x.digits.data(), count) == 0;
  }
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

decimal read_decimal(std::string_view text) {
  decimal result;
  std::size_t i = 0;
  if (i < text.size() && text[i] == '-') {
    result.negative = true;
    ++i;
  }
  std::size_t zeros = 0; // waiting until a digit behind them shows that they count
  bool behind_point = false;
  for (; i < text.size() && (is_digit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      behind_point = true;
      continue;
    }
    if (text[i] == '0') {
      if (result.count == 0) {
        if (behind_point)
          --result.exponent;
        continue;
      }
      ++zeros;
    } else {
      for (; zeros > 0; --zeros) {
        if (result.count == digits_max)
          result.too_long = true;
        else
          result.digits[result.count++] = '0';
      }
      if (result.count == digits_max)
        result.too_long = true;
      else
        result.digits[result.count++] = text[i];
    }
    if (!behind_point)
      ++result.exponent;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    const bool down = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '-' || text[i] == '+'))
      ++i;
    std::int64_t value = 0;
    for (; i < text.size() && is_digit(text[i]); ++i)
      if (value < 1'000'000'000)
        value = value * 10 + (text[i] - '0');
    result.exponent += down ? -value : value;
  }
  if (result.count == 0) { // zero has no sign and no exponent
    result.negative = false;
    result.exponent = 0;
  }
  return result;
}

/// True if the decimal is the shortest one of its binary64.
bool comparable(const decimal& x, std::string_view text) {
  if (x.too_long)
    return false;
  if (x.count <= 15 && x.exponent > -290 && x.exponent < 300)
    return true;
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return false;
  std::array<char, 40> shortest;
  const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value,
                                     std::chars_format::scientific);
  if (written.ec != std::errc{})
    return false;
  return x.same_as(
      read_decimal({shortest.data(), static_cast<std::size_t>(written.ptr - shortest.data())}));
}

bool parse_ipv4(std::string_view text, std::string& out) {
  std::array<char, 4> bytes{};
  std::size_t i = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (i == text.size() || text[i++] != '.'))
      return false;
    const auto begin = i;
    unsigned value = 0;
    for (; i < text.size() && is_digit(text[i]); ++i) {
      value = value * 10 + static_cast<unsigned>(text[i] - '0');
      if (value > 255)
        return false;
    }
    if (i == begin)
      return false;
    bytes[static_cast<std::size_t>(part)] = static_cast<char>(value);
  }
  if (i != text.size())
    return false;
  out.append(bytes.data(), bytes.size());
  return true;
}

bool parse_ipv6(std::string_view text, std::string& out) {
  std::array<char, INET6_ADDRSTRLEN + 1> terminated{};
  if (text.size() >= terminated.size())
    return false;
  std::memcpy(terminated.data(), text.data(), text.size());
  in6_addr address{};
  if (inet_pton(AF_INET6, terminated.data(), &address) != 1)
    return false;
  const auto* bytes = reinterpret_cast<const char*>(&address);
  if (IN6_IS_ADDR_V4MAPPED(&address))
    out.append(bytes + 12, 4);
  else
    out.append(bytes, 16);
  return true;
}

} // namespace

void append_number_key(std::string& out, std::string_view text) {
  const auto value = read_decimal(text);
  if (!comparable(value, text)) {
    out += 'N';
    out += text;
    return;
  }
  out += value.negative ? '-' : '+';
  out.append(value.digits.data(), value.count);
  out += 'e';
  std::array<char, 24> exponent;
  const auto end
      = std::to_chars(exponent.data(), exponent.data() + exponent.size(), value.exponent).ptr;
  out.append(exponent.data(), end);
}

bool parse_ip_literal(std::string_view text, std::string& out) {
  bool colon = false;
  bool dot = false;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    if (c == ':')
      colon = true;
    else if (c == '.')
      dot = true;
    else if (!is_digit(c) && !(lower >= 'a' && lower <= 'f'))
      return false;
  }
  if (colon)
    return parse_ipv6(text, out);
  return dot && parse_ipv4(text, out);
}

void append_string_key(std::string& out, std::string_view text) {
  const auto begin = out.size();
  out += 'i';
  if (parse_ip_literal(text, out))
    return;
  out.resize(begin);
  out += 's';
  out += text;
}

} // namespace baseplate::bus
