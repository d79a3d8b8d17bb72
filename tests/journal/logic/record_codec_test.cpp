#include "actors/journal/logic/record_codec.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace baseplate::journal {
namespace {

constexpr log_number segment = 40;

std::string record(log_number lsn, sequence_number first, std::uint32_t events,
                   std::string_view payload, std::uint32_t unsynced = 1) {
  std::string out;
  record_header header;
  header.lsn = lsn;
  header.first_sequence = first;
  header.at_ms = 1'700'000'000'123;
  header.owner = 7;
  header.events = events;
  header.unsynced = unsynced;
  header.kind = record_kind::commit;
  auto start = begin_record(out, header);
  out.append(payload);
  finish_record(out, start, segment);
  return out;
}

TEST(SegmentHeader, RoundTrips) {
  std::string bytes;
  append_segment_header(bytes, {42, 4711, 1'700'000'000'000, true});
  ASSERT_EQ(bytes.size(), segment_header_bytes);
  segment_header header;
  ASSERT_EQ(decode_segment_header(bytes, header), segment_header_fault::none);
  EXPECT_EQ(header.first_lsn, 42U);
  EXPECT_EQ(header.first_sequence, 4711U);
  EXPECT_EQ(header.created_ms, 1'700'000'000'000);
  EXPECT_TRUE(header.follows_repair);
}

TEST(SegmentHeader, SaysWhatIsWrongWithIt) {
  std::string bytes;
  append_segment_header(bytes, {42, 4711, 0, false});
  segment_header header;
  EXPECT_EQ(decode_segment_header(std::string_view{bytes}.substr(0, 63), header),
            segment_header_fault::too_short);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] ^= 1;
    EXPECT_NE(decode_segment_header(damaged, header), segment_header_fault::none) << i;
  }
}

TEST(RecordCodec, RoundTrips) {
  auto bytes = record(41, 100, 3, "payload");
  record_view view;
  ASSERT_EQ(decode_record(bytes, segment, view), record_status::good);
  EXPECT_EQ(view.length, bytes.size());
  EXPECT_EQ(view.payload, "payload");
  EXPECT_EQ(view.header.lsn, 41U);
  EXPECT_EQ(view.header.first_sequence, 100U);
  EXPECT_EQ(view.header.at_ms, 1'700'000'000'123);
  EXPECT_EQ(view.header.owner, 7U);
  EXPECT_EQ(view.header.events, 3U);
  EXPECT_EQ(view.header.unsynced, 1U);
  EXPECT_EQ(view.header.kind, record_kind::commit);
}

TEST(RecordCodec, NoticesEveryFlippedBit) {
  auto bytes = record(41, 100, 3, "payload");
  record_view view;
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    auto damaged = bytes;
    damaged[i / 8] ^= static_cast<char>(1U << (i % 8));
    EXPECT_NE(decode_record(damaged, segment, view), record_status::good) << i;
  }
}

TEST(RecordCodec, BelongsToItsSegmentOnly) {
  auto bytes = record(41, 100, 3, "payload");
  record_view view;
  EXPECT_EQ(decode_record(bytes, segment + 1, view), record_status::bad);
}

TEST(RecordCodec, AsksForMoreWhenItIsCutOff) {
  auto bytes = record(41, 100, 3, "payload");
  record_view view;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    // A copy of that very size: reading behind it would be seen by the address sanitizer.
    std::string part(bytes.data(), size);
    part.shrink_to_fit();
    EXPECT_EQ(decode_record(part, segment, view), record_status::incomplete) << size;
  }
}

TEST(RecordCodec, IsTotalOnGarbage) {
  std::mt19937_64 random{1};
  record_view view;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 200, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random());
    if (bytes.size() > 4 && random() % 2 == 0) {
      bytes[1] = bytes[2] = bytes[3] = 0; // a plausible length
    }
    EXPECT_NE(decode_record(bytes, segment, view), record_status::good);
    auto verdict = classify_tail(bytes, segment, random() % 100);
    EXPECT_FALSE(verdict.found);
  }
}

TEST(ClassifyTail, CallsGarbageAndNothingBehindItATornTail) {
  auto torn = record(41, 100, 1, "payload");
  torn.resize(torn.size() - 3);
  EXPECT_FALSE(classify_tail(torn, segment, 41).damaged);
  EXPECT_FALSE(classify_tail(std::string(5000, '\0'), segment, 41).damaged);
  EXPECT_FALSE(classify_tail("", segment, 41).damaged);
}

TEST(ClassifyTail, CallsABadRecordInFrontOfOneThatWasWrittenAfterItsSyncDamage) {
  auto bytes = record(41, 100, 1, "first");
  bytes[60 % bytes.size()] ^= 1;
  auto offset = bytes.size();
  bytes += record(42, 101, 1, "second", 1); // 41 had been synced then
  auto verdict = classify_tail(bytes, segment, 41);
  EXPECT_TRUE(verdict.damaged);
  EXPECT_TRUE(verdict.found);
  EXPECT_EQ(verdict.next_offset, offset);
  EXPECT_EQ(verdict.next.lsn, 42U);
}

TEST(ClassifyTail, CallsHolesInABatchThatWasNeverSyncedATornTail) {
  // Pages of one write may reach the disk in any order.
  auto bytes = record(41, 100, 1, "first", 1);
  bytes[50] ^= 1;
  bytes += record(42, 101, 1, "second", 2); // nothing after 40 had been synced
  auto verdict = classify_tail(bytes, segment, 41);
  EXPECT_FALSE(verdict.damaged);
  EXPECT_TRUE(verdict.found);
}

} // namespace
} // namespace baseplate::journal
