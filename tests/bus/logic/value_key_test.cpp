#include "actors/bus/logic/value_key.hpp"

#include <gtest/gtest.h>

namespace baseplate::bus {
namespace {

std::string number(std::string_view text) {
  std::string key;
  append_number_key(key, text);
  return key;
}

std::string string(std::string_view text) {
  std::string key;
  append_string_key(key, text);
  return key;
}

TEST(ValueKey, IsTheSameForNumbersOfTheSameValue) {
  const std::vector<std::vector<const char*>> groups{
      {"5", "5.0", "5e0", "50e-1", "0.5E1", "5.000"},
      {"0", "-0", "0.0", "0e17", "-0.000e-3"},
      {"300", "3e2", "3.0E+2", "300.00"},
      {"-12.5", "-1.25e1", "-12.50"},
      {"0.1", "1e-1", "0.10"},
      {"9007199254740993000", "9.007199254740993e18"},
      {"1e300", "10e299"},
      {"100000000000000000000", "1e20"},
  };
  for (const auto& group : groups)
    for (const auto* text : group)
      EXPECT_EQ(number(group.front()), number(text)) << text;
}

TEST(ValueKey, DiffersForNumbersOfDifferentValue) {
  EXPECT_NE(number("5"), number("50"));
  EXPECT_NE(number("5"), number("-5"));
  EXPECT_NE(number("0.5"), number("0.05"));
  EXPECT_NE(number("5"), number("5.000000001"));
}

TEST(ValueKey, ComparesNumbersBeyondBinary64ByTheirText) {
  EXPECT_EQ(number("12345678901234567890123"), number("12345678901234567890123"));
  EXPECT_NE(number("12345678901234567890123"), number("12345678901234567890124"));
  EXPECT_NE(number("12345678901234567890123"), number("12345678901234567890123.0"));
  EXPECT_NE(number("9007199254740993"), number("9007199254740992"));
  EXPECT_EQ(number("1e999999999999999999999"), number("1e999999999999999999999"));
}

TEST(ValueKey, KeepsStringsApartFromLiteralsAndNumbers) {
  EXPECT_NE(string("true"), std::string(true_key));
  EXPECT_NE(string("t"), std::string(true_key));
  EXPECT_NE(string("5"), number("5"));
  EXPECT_NE(string("+5e1"), number("5"));
  EXPECT_NE(string(""), std::string(null_key));
}

TEST(ValueKey, ComparesIpLiteralsByAddress) {
  EXPECT_EQ(string("10.0.0.1"), string("010.000.0.01"));
  EXPECT_EQ(string("2001:db8::1"), string("2001:0DB8:0:0:0:0:0:1"));
  EXPECT_EQ(string("::ffff:10.0.0.1"), string("10.0.0.1"));
  EXPECT_NE(string("10.0.0.1"), string("10.0.0.2"));
}

TEST(ValueKey, LeavesStringsThatOnlyLookLikeAddressesAlone) {
  for (const auto* text :
       {"10.0.0", "10.0.0.256", "1.2.3.4.5", "a.b", "abc:xyz", ":", "1.2.3.", "..."}) {
    std::string address;
    EXPECT_FALSE(parse_ip_literal(text, address)) << text;
    EXPECT_EQ(string(text), std::string("s") + text);
  }
}

} // namespace
} // namespace baseplate::bus
