// Reads a log as plainly as can be: every segment from its first byte to its last, every record's
// frame and checksum. The reference that recovery is measured against. Prints one JSON object; exit
// code 1 when a record is bad.
#include "actors/journal/logic/record_codec.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace baseplate;

struct tally {
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  std::uint64_t events = 0;
};

/// False: unreadable or damaged; the reason is on stderr.
bool read_segment(const char* path, std::string& buffer, tally& total) {
  auto fd = open(path, O_RDONLY | O_CLOEXEC);

  struct stat status {};

  if (fd < 0 || fstat(fd, &status) != 0) {
    std::fprintf(stderr, "%s: cannot be opened\n", path);
    return false;
  }
  buffer.resize(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    auto n = read(fd, buffer.data() + filled, buffer.size() - filled);
    if (n <= 0)
      break;
    filled += static_cast<std::size_t>(n);
  }
  close(fd);
  auto rest = std::string_view(buffer).substr(0, filled);
  journal::segment_header header;
  if (journal::decode_segment_header(rest, header) != journal::segment_header_fault::none) {
    std::fprintf(stderr, "%s: no segment\n", path);
    return false;
  }
  rest.remove_prefix(journal::segment_header_bytes);
  journal::record_view record;
  while (!rest.empty()) {
    if (journal::decode_record(rest, header.first_lsn, record) != journal::record_status::good) {
      std::fprintf(stderr, "%s: bad record at %zu\n", path, filled - rest.size());
      return false;
    }
    ++total.records;
    total.events += record.header.events;
    rest.remove_prefix(record.length);
  }
  total.bytes += filled;
  return true;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: read_and_check SEGMENT...\n");
    return 2;
  }
  auto begin = std::chrono::steady_clock::now();
  std::string buffer;
  tally total;
  auto good = true;
  for (int i = 1; i < argc; ++i)
    good = read_segment(argv[i], buffer, total) && good;
  auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("{\"bytes\":%llu,\"records\":%llu,\"events\":%llu,\"seconds\":%.6f}\n",
              static_cast<unsigned long long>(total.bytes),
              static_cast<unsigned long long>(total.records),
              static_cast<unsigned long long>(total.events), seconds);
  return good ? 0 : 1;
}
