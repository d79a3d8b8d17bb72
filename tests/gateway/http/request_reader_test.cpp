#include "actors/gateway/http/request_reader.hpp"

#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

/// What came of some bytes: "METHOD target body" a request, "status" a fault.
std::vector<std::string> read_all(std::string_view bytes, std::size_t piece,
                                  reader_limits limits = {}, std::uint64_t body_max = 1000) {
  std::vector<std::string> out;
  request_reader reader{limits};
  std::string buffer;
  std::size_t given = 0;
  for (;;) {
    const auto used = reader.read(buffer);
    buffer.erase(0, used);
    if (reader.status() == request_reader::state::head) {
      reader.allow_body(body_max);
      if (reader.status() == request_reader::state::head)
        continue;
    }
    if (reader.status() == request_reader::state::failed) {
      out.push_back(std::to_string(reader.fault().status));
      return out;
    }
    if (reader.status() == request_reader::state::done) {
      auto& request = reader.request();
      out.push_back(std::string{request.method()} + " " + std::string{request.target()} + " "
                    + request.body);
      reader.next();
      continue;
    }
    if (given == bytes.size())
      return out;
    const auto more = bytes.substr(given, piece);
    buffer += more;
    given += more.size();
  }
}

std::vector<std::string> read_all(std::string_view bytes) {
  return read_all(bytes, bytes.size() + 1);
}

/// Found by the fuzzer: the parser's assertion ended the process.
TEST(RequestReader, TakesALastChunkThatComesByteByByte) {
  const std::string head = "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(read_all(head + "0\r\n\r\n", 1), std::vector<std::string>{"POST /c "});
  EXPECT_EQ(read_all(head + "1\r\na\r\n0\r\n\r\n", 1), std::vector<std::string>{"POST /c a"});
  EXPECT_EQ(read_all(head + "0\r\nabc", 1), std::vector<std::string>{});
}

using texts = std::vector<std::string>;

} // namespace

TEST(RequestReader, ReadsRequestsHoweverTheyAreCut) {
  const std::string bytes = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
                            "\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                            "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n"
                            "PUT /d HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
                            "GET /e HTTP/1.0\r\n\r\n";
  const texts wanted{"GET /a ", "POST /b hello", "POST /c abc0123456789", "PUT /d ", "GET /e "};
  for (std::size_t piece = 1; piece < 40; ++piece)
    EXPECT_EQ(read_all(bytes, piece), wanted) << piece;
  EXPECT_EQ(read_all(bytes), wanted);
}

TEST(RequestReader, RefusesWhatIsNotHttpOrNotSafe) {
  const std::pair<const char*, const char*> cases[] = {
      {"\x16\x03\x01\r\n\r\n", "400"},
      {"GET\r\n\r\n", "400"},
      {"GET /\r\n\r\n", "400"},
      {"G@T / HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505"},
      {"GET / HTTP/1.2\r\nHost: h\r\n\r\n", "505"},
      {"GET / HTTP/0.9\r\nHost: h\r\n\r\n", "505"},
      {"GET / HTPT/1.1\r\nHost: h\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX y: 1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01"
       "b\r\n\r\n",
       "400"},
      {"GET / HTTP/1.1\nHost: a\n\n\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1,2\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", "501"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
       "chunked\r\n\r\n",
       "400"},
      {"POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n", "413"},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", "413"},
  };
  for (auto& [bytes, status] : cases)
    for (const std::size_t piece : {1, 7, 100000})
      EXPECT_EQ(read_all(bytes, piece), texts{status}) << bytes << " in pieces of " << piece;
}

TEST(RequestReader, HoldsTheLimitsOnHeaders) {
  reader_limits limits;
  limits.header_bytes_max = 256;
  limits.target_bytes_max = 100;
  limits.header_fields_max = 5;
  const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\n";
  const std::pair<std::string, const char*> cases[] = {
      {"GET /" + std::string(100, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", "414"},
      {"GET /" + std::string(400, 'a'), "414"},
      {begin + "X: " + std::string(300, 'a') + "\r\n\r\n", "431"},
      {begin + "X: " + std::string(300, 'a'), "431"},
      {begin + "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n\r\n", "431"},
  };
  for (auto& [bytes, status] : cases)
    for (const std::size_t piece : {1, 7, 100000})
      EXPECT_EQ(read_all(bytes, piece, limits), texts{status})
          << bytes << " in pieces of " << piece;
  const auto exact = begin + "X: " + std::string(256 - begin.size() - 7, 'a') + "\r\n\r\n";
  ASSERT_EQ(exact.size(), 256u);
  for (const std::size_t piece : {1, 7, 100000})
    EXPECT_EQ(read_all(exact, piece, limits), texts{"GET / "});
}

TEST(RequestReader, BoundsChunkExtensionsAndTrailers) {
  const std::string begin = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::size_t piece : {1000, 100000}) {
    EXPECT_EQ(read_all(begin + "1;" + std::string(20000, 'a') + "\r\n", piece), texts{"400"});
    std::string trailers;
    for (int i = 0; i < 2000; ++i)
      trailers += "T: 0123456789\r\n";
    const auto got = read_all(begin + "0\r\n" + trailers + "\r\n", piece);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_TRUE(got[0] == "400" || got[0] == "431") << got[0];
  }
}

TEST(RequestReader, RefusesAnotherVersionHoweverItIsCutAndWhateverComesBehindIt) {
  const std::string bytes = "POST / HTTP/2.1ss HTTP/1.0\r\nHost: h\r\n\r\n";
  for (std::size_t piece = 1; piece < 60; ++piece)
    EXPECT_EQ(read_all(bytes, piece), texts{"505"}) << piece;
}

TEST(RequestReader, RefusesAQuotedChunkExtensionOverTheEndOfItsLineHoweverItIsCut) {
  const std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nabc\r\n00A;x=\"y\r\n"
                            + std::string(200, 'z') + "\r\n0\r\n\r\n";
  for (std::size_t piece = 1; piece < 300; ++piece)
    EXPECT_EQ(read_all(bytes, piece), texts{"400"}) << piece;
}

TEST(RequestReader, KeepsHeadersInLowerCaseWithTheirValues) {
  request_reader reader{{}};
  reader.read(
      "GET / HTTP/1.1\r\nHost: h\r\nX-AMZ-Target:  AWSEvents.PutEvents \r\nX-Two: 1\r\nX-Two: "
      "2\r\nConnection: close\r\n\r\n");
  ASSERT_EQ(reader.status(), request_reader::state::head);
  auto& request = reader.request();
  EXPECT_EQ(request.header("x-amz-target"), "AWSEvents.PutEvents");
  EXPECT_EQ(request.header("x-two"), "1");
  EXPECT_FALSE(request.has_header("x-three"));
  EXPECT_FALSE(request.keep_alive());
  EXPECT_FALSE(request.has_body());
  int headers = 0;
  request.for_each_header([&](std::string_view, std::string_view) { ++headers; });
  EXPECT_EQ(headers, 5);
}

} // namespace baseplate::gateway
