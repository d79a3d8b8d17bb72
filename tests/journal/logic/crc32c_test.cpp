#include "actors/journal/logic/crc32c.hpp"

#include <gtest/gtest.h>

#include <string>

namespace baseplate::journal {

TEST(Crc32c, MatchesThePublishedVectors) {
  // RFC 3720, appendix B.4.
  EXPECT_EQ(crc32c("123456789"), 0xE306'9283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A91'36AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8'AB43U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32c, IsTheSameByTableAndByInstruction) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(crc32c(bytes), crc32c_table(bytes)) << i;
    bytes.push_back(static_cast<char>(i * 37 + 11));
  }
}

TEST(Crc32c, GoesOnFromWhatCameBefore) {
  EXPECT_EQ(crc32c("6789", crc32c("12345")), crc32c("123456789"));
  EXPECT_EQ(crc32c_table("6789", crc32c_table("12345")), crc32c("123456789"));
}

} // namespace baseplate::journal
