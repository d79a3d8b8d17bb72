#include "actors/outbound/logic/ip_range.hpp"

#include <gtest/gtest.h>

namespace baseplate::outbound {
namespace {

std::string kind(const char* text) {
  const auto address = ip_address::parse(text);
  EXPECT_TRUE(address) << text;
  return address ? std::string(why_not_public(*address)) : "unreadable";
}

TEST(IpRange, KnowsAddressesThatAreNotPublic) {
  const std::pair<const char*, const char*> cases[]{
      {"127.0.0.1", "loopback"},
      {"127.255.255.255", "loopback"},
      {"10.0.0.1", "private"},
      {"172.16.0.0", "private"},
      {"172.31.255.255", "private"},
      {"192.168.1.1", "private"},
      {"169.254.169.254", "link-local"},
      {"100.64.0.1", "shared (carrier NAT)"},
      {"0.0.0.0", "this network"},
      {"224.0.0.1", "multicast"},
      {"255.255.255.255", "reserved"},
      {"198.18.0.1", "benchmarking"},
      {"::1", "loopback"},
      {"::", "reserved"},
      {"fe80::1", "link-local"},
      {"fd00::1", "unique local"},
      {"fc00::1", "unique local"},
      {"ff02::1", "multicast"},
      {"::ffff:127.0.0.1", "loopback"},
      {"::ffff:10.1.2.3", "private"},
      {"64:ff9b::127.0.0.1", "loopback"},
      {"2002:7f00:1::", "loopback"},
      {"2001:db8::1", "documentation"},
      {"::127.0.0.1", "reserved"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(kind(text), expected) << text;
}

TEST(IpRange, LetsPublicAddressesThrough) {
  for (const auto* text : {"1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "11.0.0.0",
                           "100.63.255.255", "100.128.0.0", "223.255.255.255", "2606:4700::1111",
                           "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::"})
    EXPECT_EQ(kind(text), "") << text;
}

TEST(IpRange, ReadsOnlyLiterals) {
  for (const auto* text : {"", "localhost", "1.2.3", "1.2.3.4.5", "0x7f.1", "2130706433", "::g"})
    EXPECT_FALSE(ip_address::parse(text)) << text;
}

} // namespace
} // namespace baseplate::outbound
