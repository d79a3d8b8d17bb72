#include "actors/gateway/logic/response_head.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

TEST(ResponseHead, WritesHttpDates) {
  EXPECT_EQ(http_date(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(ResponseHead, HasLengthAndTypeAndEndsWithABlankLine) {
  std::string out;
  append_response_head(out, 200, "application/json", 12, "D", {});
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: application/json\r\n"
                 "Content-Length: 12\r\n\r\n");
}

TEST(ResponseHead, TellsHowTheConnectionGoesOn) {
  std::string out;
  append_response_head(out, 503, "", 0, "D", {false, false}, {{"Retry-After", "1"}});
  EXPECT_EQ(out, "HTTP/1.1 503 Service Unavailable\r\nDate: D\r\nContent-Length: 0\r\n"
                 "Retry-After: 1\r\nConnection: close\r\n\r\n");
  out.clear();
  append_response_head(out, 204, "", 0, "D", {true, true});
  EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\nDate: D\r\nConnection: keep-alive\r\n\r\n");
}

TEST(ResponseHead, DoesNotLetValuesBreakTheLine) {
  std::string out;
  append_response_head(out, 200, "a\r\nb", 0, "D", {}, {{"X", "1\r\nY: 2"}});
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: ab\r\nContent-Length: 0\r\n"
                 "X: 1Y: 2\r\n\r\n");
}

} // namespace baseplate::gateway
