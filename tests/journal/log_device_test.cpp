// What every device promises, on each of them; then what only one has.
#include "actors/journal/faulty_log_device.hpp"
#include "actors/journal/file_log_device.hpp"
#include "actors/journal/journal_open_error.hpp"
#include "actors/journal/memory_log_device.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace baseplate::journal {
namespace {

class temporary_directory {
 public:
  temporary_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "journal-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }

  ~temporary_directory() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string read_all(const log_device& device, const segment_name& name) {
  std::string bytes(10'000, '\0');
  std::size_t read = 0;
  auto result = device.read(name, 0, bytes.data(), bytes.size(), read);
  EXPECT_TRUE(result.ok()) << result.reason;
  bytes.resize(read);
  return bytes;
}

class LogDevice : public ::testing::TestWithParam<const char*> {
 protected:
  LogDevice() {
    std::string kind = GetParam();
    if (kind == "file")
      device_ = std::make_unique<file_log_device>(directory_.path());
    else if (kind == "memory")
      device_ = std::make_unique<memory_log_device>(std::make_shared<memory_disk>());
    else
      device_ = std::make_unique<faulty_log_device>(
          std::make_unique<memory_log_device>(std::make_shared<memory_disk>()),
          std::make_shared<fault_script>());
  }

  temporary_directory directory_;
  std::unique_ptr<log_device> device_;
};

TEST_P(LogDevice, ListsSegmentsInOrder) {
  std::vector<listed_segment> segments;
  ASSERT_TRUE(device_->list(segments).ok());
  EXPECT_TRUE(segments.empty());
  for (log_number lsn : {300, 1, 20})
    ASSERT_TRUE(device_->create({lsn, lsn * 2}, "header").ok());
  ASSERT_TRUE(device_->list(segments).ok());
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].name, (segment_name{1, 2}));
  EXPECT_EQ(segments[2].name, (segment_name{300, 600}));
  EXPECT_EQ(segments[1].bytes, 6U);
}

TEST_P(LogDevice, WritesReadsAndTruncates) {
  segment_name name{1, 1};
  ASSERT_TRUE(device_->create(name, "head").ok());
  ASSERT_TRUE(device_->write(name, 4, "abc").ok());
  ASSERT_TRUE(device_->write(name, 7, "def").ok());
  ASSERT_TRUE(device_->sync(name).ok());
  EXPECT_EQ(read_all(*device_, name), "headabcdef");
  char two[2];
  std::size_t read = 0;
  ASSERT_TRUE(device_->read(name, 5, two, 2, read).ok());
  EXPECT_EQ(std::string(two, read), "bc");
  ASSERT_TRUE(device_->read(name, 10, two, 2, read).ok());
  EXPECT_EQ(read, 0U);
  ASSERT_TRUE(device_->truncate(name, 7).ok());
  EXPECT_EQ(read_all(*device_, name), "headabc");
}

TEST_P(LogDevice, RefusesToMakeASegmentTwice) {
  ASSERT_TRUE(device_->create({1, 1}, "h").ok());
  auto again = device_->create({1, 1}, "x");
  EXPECT_EQ(again.error, device_error::failed);
  EXPECT_NE(again.reason, "");
}

TEST_P(LogDevice, SaysSoWhenASegmentIsGone) {
  ASSERT_TRUE(device_->create({1, 1}, "h").ok());
  ASSERT_TRUE(device_->unlink({1, 1}).ok());
  std::vector<listed_segment> segments;
  ASSERT_TRUE(device_->list(segments).ok());
  EXPECT_TRUE(segments.empty());
  char c = 0;
  std::size_t read = 0;
  EXPECT_FALSE(device_->read({1, 1}, 0, &c, 1, read).ok());
  EXPECT_FALSE(device_->unlink({1, 1}).ok());
  EXPECT_FALSE(device_->sync({1, 1}).ok());
}

TEST_P(LogDevice, NeverOverwritesEvidence) {
  std::string first;
  std::string second;
  ASSERT_TRUE(device_->set_aside("segment", "one", first).ok());
  ASSERT_TRUE(device_->set_aside("segment", "two", second).ok());
  EXPECT_NE(first, second);
}

INSTANTIATE_TEST_SUITE_P(Each, LogDevice, ::testing::Values("file", "memory", "faulty"));

TEST(SegmentName, RoundTripsAsAFileName) {
  segment_name name{42, 4711};
  EXPECT_EQ(to_file_name(name), "00000000000000000042-00000000000000004711.log");
  segment_name read;
  EXPECT_TRUE(parse_file_name(to_file_name(name), read));
  EXPECT_EQ(read, name);
  for (const auto* text : {"", "LOCK", "00000000000000000042-00000000000000004711.lox",
                           "0000000000000000004x-00000000000000004711.log",
                           "00000000000000000000-00000000000000000001.log"})
    EXPECT_FALSE(parse_file_name(text, read)) << text;
}

TEST(FileLogDevice, RefusesASecondProcessAndNamesTheFirst) {
  temporary_directory directory;
  file_log_device first{directory.path()};
  auto child = ::fork();
  if (child == 0) {
    auto refused = 1;
    try {
      file_log_device second{directory.path()};
    } catch (const journal_open_error& error) {
      auto names_holder
          = std::string{error.what()}.find(std::to_string(::getppid())) != std::string::npos;
      refused = names_holder ? 0 : 2;
    }
    ::_exit(refused);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(FileLogDevice, MayBeOpenedAgainAfterTheFirstIsGone) {
  temporary_directory directory;
  { file_log_device first{directory.path()}; }
  file_log_device second{directory.path()};
  EXPECT_TRUE(second.create({1, 1}, "h").ok());
}

TEST(FileLogDevice, IgnoresFilesThatAreNoSegments) {
  temporary_directory directory;
  file_log_device device{directory.path()};
  std::ofstream{directory.path() / "log" / "notes.txt"} << "hello";
  std::vector<listed_segment> segments;
  ASSERT_TRUE(device.list(segments).ok());
  EXPECT_TRUE(segments.empty());
}

TEST(FileLogDevice, KeepsManySegmentsWithFewOpenFiles) {
  temporary_directory directory;
  file_log_device device{directory.path()};
  for (log_number i = 1; i <= 150; ++i) {
    ASSERT_TRUE(device.create({i, i}, std::to_string(i)).ok());
    ASSERT_TRUE(device.write({i, i}, 5, "x").ok());
  }
  for (log_number i = 1; i <= 150; ++i)
    EXPECT_TRUE(read_all(device, {i, i}).starts_with(std::to_string(i)));
}

TEST(MemoryDisk, NeverLosesWhatWasSyncedAndOftenWhatWasNot) {
  std::mt19937_64 random{11};
  auto lost = 0;
  auto changed = 0;
  for (int i = 0; i < 200; ++i) {
    auto disk = std::make_shared<memory_disk>();
    memory_log_device device{disk};
    segment_name name{1, 1};
    ASSERT_TRUE(device.create(name, "head").ok());
    ASSERT_TRUE(device.write(name, 4, "synced").ok());
    ASSERT_TRUE(device.sync(name).ok());
    ASSERT_TRUE(device.write(name, 10, "loose").ok());
    disk->crash([&](std::uint64_t n) { return random() % n; });
    auto bytes = read_all(device, name);
    ASSERT_TRUE(bytes.starts_with("headsynced"));
    lost += bytes.size() < 15 ? 1 : 0;
    changed += bytes.size() >= 15 && bytes != "headsyncedloose" ? 1 : 0;
  }
  EXPECT_GT(lost, 50);
  EXPECT_GT(changed, 10);
}

TEST(FaultyLogDevice, FailsAsToldAndThenNoMore) {
  using fault = fault_script::fault;
  auto script = std::make_shared<fault_script>();
  faulty_log_device device{std::make_unique<memory_log_device>(std::make_shared<memory_disk>()),
                           script};
  segment_name name{1, 1};
  ASSERT_TRUE(device.create(name, "").ok());
  script->set_short_bytes(2);
  script->arm(fault::short_write);
  EXPECT_EQ(device.write(name, 0, "abcdef").error, device_error::failed);
  EXPECT_EQ(read_all(device, name), "ab");
  script->arm(fault::flipped_bit);
  EXPECT_TRUE(device.write(name, 0, "abcdef").ok());
  EXPECT_NE(read_all(device, name), "abcdef");
  script->set_full(true);
  EXPECT_EQ(device.write(name, 0, "abcdef").error, device_error::full);
  EXPECT_EQ(device.create({2, 2}, "").error, device_error::full);
  script->set_full(false);
  script->arm(fault::failed_sync);
  EXPECT_EQ(device.sync(name).error, device_error::failed);
  EXPECT_TRUE(device.sync(name).ok());
  EXPECT_TRUE(device.write(name, 0, "abcdef").ok());
  EXPECT_EQ(read_all(device, name), "abcdef");
}

} // namespace
} // namespace baseplate::journal
