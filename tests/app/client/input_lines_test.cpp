#include "app/client/input_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <vector>

namespace baseplate::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class InputLines : public testing::Test {
 protected:
  ~InputLines() override { std::filesystem::remove(path_); }

  std::string file(const std::string& bytes) {
    std::ofstream{path_, std::ios::binary} << bytes;
    return path_;
  }

  static std::vector<std::string> all(input_lines& lines) {
    std::vector<std::string> out;
    while (auto line = lines.next())
      out.emplace_back(*line);
    return out;
  }

  std::string path_
      = std::filesystem::temp_directory_path() / ("baseplate-lines-" + std::to_string(::getpid()));
};

TEST_F(InputLines, GiveEveryLineOfAPlainFileWithItsNumber) {
  input_lines lines{file("a\n\nb\r\nlast")};
  EXPECT_THAT(all(lines), ElementsAre("a", "", "b", "last"));
  EXPECT_EQ(lines.line(), 4u);
  EXPECT_TRUE(lines.at_end());
  EXPECT_EQ(lines.error(), "");
  EXPECT_EQ(lines.fraction(), 1.0);
}

TEST_F(InputLines, OfAnEmptyFileThereAreNone) {
  input_lines lines{file("")};
  EXPECT_THAT(all(lines), ElementsAre());
  EXPECT_TRUE(lines.at_end());
  EXPECT_EQ(lines.error(), "");
}

TEST_F(InputLines, OfAFileWithOneByteThereIsOne) {
  input_lines lines{file("x")};
  EXPECT_THAT(all(lines), ElementsAre("x"));
}

TEST_F(InputLines, UnpackGzipAlsoOfSeveralMembers) {
  std::string large;
  for (int i = 0; i < 50'000; ++i)
    large += "line " + std::to_string(i) + "\n";
  input_lines lines{file(gzip(large) + gzip("second\n") + gzip("") + gzip("third"))};
  auto got = all(lines);
  EXPECT_EQ(lines.error(), "");
  ASSERT_EQ(got.size(), 50'002u);
  EXPECT_EQ(got[49'999], "line 49999");
  EXPECT_EQ(got[50'000], "second");
  EXPECT_EQ(got[50'001], "third");
}

TEST_F(InputLines, TellTruncatedGzipFromItsEnd) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += std::to_string(i * 7919) + "\n";
  auto packed = gzip(text);
  for (auto cut : {packed.size() - 1, packed.size() - 8, packed.size() / 2, std::size_t{10}}) {
    input_lines lines{file(packed.substr(0, cut))};
    EXPECT_LE(all(lines).size(), 1000u);
    EXPECT_THAT(lines.error(), HasSubstr("ends in the middle")) << cut;
  }
}

TEST_F(InputLines, TellDamagedGzip) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += std::to_string(i * 7919) + "\n";
  auto packed = gzip(text);
  packed[packed.size() - 5] ^= 0x55;
  input_lines lines{file(packed)};
  all(lines);
  EXPECT_THAT(lines.error(), HasSubstr("damaged"));
  EXPECT_TRUE(lines.at_end());
}

TEST_F(InputLines, RefuseALineOfMoreThan16MiB) {
  input_lines lines{file("ok\n" + std::string(input_lines::line_bytes_max + 100'000, 'x'))};
  EXPECT_THAT(all(lines), ElementsAre("ok"));
  EXPECT_THAT(lines.error(), HasSubstr("line 2 is longer than 16 MiB"));
}

TEST_F(InputLines, SayWhyAFileCannotBeOpened) {
  input_lines missing{path_ + "-none"};
  EXPECT_FALSE(missing.next());
  EXPECT_THAT(missing.error(), HasSubstr("No such file"));
  EXPECT_TRUE(missing.at_end());
  input_lines directory{std::filesystem::temp_directory_path()};
  EXPECT_FALSE(directory.next());
  EXPECT_THAT(directory.error(), HasSubstr("directory"));
}

TEST_F(InputLines, OfAPipeComeAsTheyAreWritten) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto before = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  ::close(ends[0]);
  {
    input_lines lines{"-"};
    EXPECT_TRUE(lines.would_wait());
    ASSERT_EQ(::write(ends[1], "one\ntw", 6), 6);
    EXPECT_EQ(lines.next(), "one");
    EXPECT_TRUE(lines.would_wait());
    EXPECT_LT(lines.fraction(), 0);
    ASSERT_EQ(::write(ends[1], "o\n", 2), 2);
    EXPECT_FALSE(lines.would_wait());
    EXPECT_EQ(lines.next(), "two");
    ::close(ends[1]);
    EXPECT_FALSE(lines.next());
    EXPECT_TRUE(lines.at_end());
  }
  ::dup2(before, STDIN_FILENO);
  ::close(before);
}

} // namespace
} // namespace baseplate::app
