#include "actors/bus/logic/rules/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace baseplate::rules {

namespace {

/// Decimals of at most so many digits always survive binary64, and are the shortest of it.
constexpr std::size_t safe_digits = 15;
/// More significant digits than any shortest decimal has.
constexpr std::size_t digits_max = 17;

constexpr std::array<double, 23> powers_of_ten
    = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
       1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// 0.digits × 10^exponent, sign apart; digits without leading or trailing zeros.
struct decimal {
  bool negative = false;
  bool too_long = false;
  std::array<char, digits_max> digits{};
  std::size_t count = 0;
  std::int64_t exponent = 0;

  bool operator==(const decimal& x) const {
    return negative == x.negative && count == x.count && exponent == x.exponent
           && std::memcmp(digits.data(), x.digits.data(), count) == 0;
  }

  void take(char c) {
    if (count == digits_max)
      too_long = true;
    else
      digits[count++] = c;
  }
};

std::int64_t read_exponent(std::string_view text) {
  const bool down = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+'))
    text.remove_prefix(1);
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c))
      break;
    if (value < 1'000'000'000)
      value = value * 10 + (c - '0');
  }
  return down ? -value : value;
}

decimal read_decimal(std::string_view text) {
  decimal result;
  std::size_t i = 0;
  if (i < text.size() && text[i] == '-') {
    result.negative = true;
    ++i;
  }
  std::size_t zeros = 0; // count only if a digit follows
  bool fraction = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      fraction = true;
      continue;
    }
    if (!is_digit(c))
      break;
    if (c == '0' && result.count == 0) {
      if (fraction)
        --result.exponent;
      continue;
    }
    if (c == '0') {
      ++zeros;
    } else {
      for (; zeros > 0 && !result.too_long; --zeros)
        result.take('0');
      zeros = 0;
      result.take(c);
    }
    if (!fraction)
      ++result.exponent;
  }
  if (i < text.size() && (text[i] | 0x20) == 'e')
    result.exponent += read_exponent(text.substr(i + 1));
  if (result.count == 0) {
    result.negative = false;
    result.exponent = 0;
  }
  return result;
}

double read_slowly(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc::result_out_of_range) {
    const auto x = read_decimal(text);
    if (x.exponent < 0)
      return 0;
    return x.negative ? -std::numeric_limits<double>::infinity()
                      : std::numeric_limits<double>::infinity();
  }
  return value == 0 ? 0 : value;
}

} // namespace

double read_double(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (negative)
    ++p;
  std::uint64_t mantissa = 0;
  std::size_t fraction = 0;
  const char* begin = p;
  for (; p != end && is_digit(*p); ++p)
    mantissa = mantissa * 10 + static_cast<unsigned>(*p - '0');
  auto count = static_cast<std::size_t>(p - begin);
  if (p != end && *p == '.') {
    begin = ++p;
    for (; p != end && is_digit(*p); ++p)
      mantissa = mantissa * 10 + static_cast<unsigned>(*p - '0');
    fraction = static_cast<std::size_t>(p - begin);
    count += fraction;
  }
  // Up to 15 digits the mantissa is exact, so one division rounds correctly.
  if (p != end || count > safe_digits || count == 0)
    return read_slowly(text);
  const double value = static_cast<double>(mantissa) / powers_of_ten[fraction];
  return negative && mantissa != 0 ? -value : value;
}

bool comparable(std::string_view text, double value) {
  std::size_t digits = 0;
  bool plain = true;
  for (const char c : text) {
    digits += is_digit(c) ? 1 : 0;
    plain = plain && (c | 0x20) != 'e';
  }
  if (plain && digits <= safe_digits)
    return true;
  if (!std::isfinite(value))
    return false;
  const auto x = read_decimal(text);
  if (x.too_long)
    return false;
  std::array<char, 40> shortest;
  const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value,
                                     std::chars_format::scientific);
  if (written.ec != std::errc{})
    return false;
  return x
         == read_decimal(
             {shortest.data(), static_cast<std::size_t>(written.ptr - shortest.data())});
}

bool is_json_number(std::string_view text) {
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return k < text.size() ? text[k] : '\0'; };
  const auto digits = [&] {
    const auto begin = i;
    while (is_digit(at(i)))
      ++i;
    return i > begin;
  };
  if (at(i) == '-')
    ++i;
  if (at(i) == '0')
    ++i;
  else if (!digits())
    return false;
  if (at(i) == '.') {
    ++i;
    if (!digits())
      return false;
  }
  if ((at(i) | 0x20) == 'e') {
    ++i;
    if (at(i) == '+' || at(i) == '-')
      ++i;
    if (!digits())
      return false;
  }
  return i == text.size();
}

} // namespace baseplate::rules
