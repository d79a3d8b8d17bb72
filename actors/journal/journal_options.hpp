// How a journal behaves. Defaults are those of the measured design
// (docs/decisions/0004-journal.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace baseplate::journal {

struct journal_options {
  /// Bytes of a segment, 64 KiB to 1 GiB; a segment grows beyond it by one group commit at most.
  /// Larger: coarser retention, longer scan at start.
  std::uint64_t segment_bytes = 64 * 1024 * 1024;
  /// Bytes of one group commit, 64 KiB to 64 MiB; what waits beyond goes into the next one.
  std::size_t batch_bytes_max = 4 * 1024 * 1024;
  /// Bytes of one request or commit, 1 KiB to 128 MiB; above it is refused.
  std::size_t record_bytes_max = 64 * 1024 * 1024;
  /// Bytes that may wait in the mailbox, 1 MiB to 4 GiB; publishes above it are refused as
  /// overloaded. Commits that wait for space on a full disk are bounded by the same number.
  std::size_t mailbox_bytes_max = 64 * 1024 * 1024;
  /// Log bytes after which a checkpoint is made, 64 KiB to 16 GiB. Larger: longer recovery, less
  /// writing.
  std::uint64_t checkpoint_log_bytes = 256 * 1024 * 1024;
  /// Changed rows after which a checkpoint is made, 100 to 50 million. Bounds memory: about 100 B
  /// each and their bytes.
  std::size_t checkpoint_rows = 2'000'000;
  /// Memory of changed rows after which a checkpoint is made, 64 KiB to 16 GiB.
  std::size_t checkpoint_row_bytes = 512 * 1024 * 1024;
  /// Longest time without a checkpoint while there is something to keep, 100 ms to 1 h.
  std::chrono::milliseconds checkpoint_interval{30'000};
  /// How long after a full disk or a failed checkpoint the next attempt is made, 10 ms to 1 min.
  std::chrono::milliseconds retry_interval{500};
  /// Most bytes that one read_log is answered with, 64 KiB to 64 MiB, whatever it asks for.
  std::size_t read_bytes_max = 4 * 1024 * 1024;
  /// Most dead letters in one answer, 1 to 10000.
  std::size_t dead_letters_max = 1000;
};

} // namespace baseplate::journal
