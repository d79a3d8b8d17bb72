// Any bytes as a record of the log: decoding is total, what decodes can be written again and says
// the same. Input: a byte for the kind, a byte for the number of events, then the payload. The raw
// bytes are also read as a record, a segment header and the tail of a log, where the checksum keeps
// nearly everything out.
#include "actors/journal/logic/payload_codec.hpp"
#include "actors/journal/logic/record_codec.hpp"
#include "messages/assert.hpp"

#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::journal;

namespace {

constexpr log_number segment = 7;

commit to_commit(const commit_view& view) {
  commit out;
  out.epoch = view.epoch;
  out.cursor_before = view.cursor_before;
  out.cursor = view.cursor;
  out.watermark_ms = view.watermark_ms;
  out.counters = view.counters;
  for (auto& x : view.states)
    out.states.push_back(
        {std::string{x.key}, x.value ? std::optional{std::string{*x.value}} : std::nullopt});
  for (auto& x : view.timers)
    out.timers.push_back(
        {{x.due_ms, x.event_time, std::string{x.key}, std::string{x.name}}, x.cleared});
  for (auto& x : view.fired)
    out.fired.push_back({{x.due_ms, x.event_time, std::string{x.key}, std::string{x.name}},
                         x.after_sequence,
                         x.now_ms});
  for (auto& x : view.dead_letters)
    out.dead_letters.push_back({x.sequence, std::string{x.condition}, std::string{x.reason},
                                x.attempts, x.at_ms, std::string{x.envelope}});
  return out;
}

void check_commit(std::string_view body) {
  commit_view view;
  if (!decode_commit_body(body, view))
    return;
  std::string written;
  append_commit_body(written, to_commit(view));
  commit_view again;
  BASEPLATE_ASSERT(decode_commit_body(written, again));
  std::string twice;
  append_commit_body(twice, to_commit(again));
  BASEPLATE_ASSERT(twice == written);
}

void check_acknowledge(std::string_view body) {
  acknowledge_view view;
  if (!decode_acknowledge_body(body, view))
    return;
  acknowledge x;
  x.epoch = view.epoch;
  x.seen_before = view.seen_before;
  x.seen = view.seen;
  x.counters = view.counters;
  x.exceptions = view.exceptions;
  for (auto& letter : view.dead_letters)
    x.dead_letters.push_back({letter.sequence, std::string{letter.condition},
                              std::string{letter.reason}, letter.attempts, letter.at_ms,
                              std::string{letter.envelope}});
  std::string written;
  append_acknowledge_body(written, x);
  acknowledge_view again;
  BASEPLATE_ASSERT(decode_acknowledge_body(written, again));
  BASEPLATE_ASSERT(again.seen == view.seen && again.exceptions.size() == view.exceptions.size());
}

void check_control(std::string_view body) {
  control_view view;
  if (!decode_control_body(body, view))
    return;
  BASEPLATE_ASSERT(view.bus.has_value() != view.subscriber.has_value());
  std::string written;
  if (view.bus)
    append_bus_control(written, *view.bus);
  else
    append_subscriber_control(written, *view.subscriber);
  control_view again;
  BASEPLATE_ASSERT(decode_control_body(written, again));
}

void check_tally(std::string_view body) {
  match_tally tally;
  if (!decode_tally(body, tally))
    return;
  std::string written;
  append_tally(written, tally);
  match_tally again;
  BASEPLATE_ASSERT(decode_tally(written, again));
  BASEPLATE_ASSERT(again.sequence == tally.sequence
                   && again.matched.size() == tally.matched.size());
}

void check_framed(std::uint8_t kind, std::uint8_t events, std::string_view payload) {
  record_header header;
  header.lsn = 9;
  header.first_sequence = 5;
  header.events = events;
  header.kind = static_cast<record_kind>(1 + kind % 6);
  std::string bytes;
  auto start = begin_record(bytes, header);
  bytes += payload;
  finish_record(bytes, start, segment);
  record_view record;
  BASEPLATE_ASSERT(decode_record(bytes, segment, record) == record_status::good);
  BASEPLATE_ASSERT(record.payload == payload && record.length == bytes.size());
  BASEPLATE_ASSERT(record.header.lsn == 9 && record.header.events == events);
  record_view checked;
  BASEPLATE_ASSERT(decode_checked_record(bytes, checked) == record_status::good);
  for (auto cut : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1})
    BASEPLATE_ASSERT(decode_record(std::string_view{bytes}.substr(0, cut), segment, checked)
                     != record_status::good);

  std::vector<event_ref> index;
  std::string_view body;
  if (!index_events(record, record_header_bytes, index, body))
    return;
  BASEPLATE_ASSERT(index.size() == events);
  for (auto& event : index)
    BASEPLATE_ASSERT(std::size_t{event.offset} + event.length <= bytes.size());
  check_commit(body);
  check_acknowledge(body);
  check_control(body);
  check_tally(body);
  dead_letter_view letter;
  decode_dead_letter(body, letter);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  record_view record;
  decode_record(bytes, segment, record);
  decode_checked_record(bytes, record);
  segment_header header;
  decode_segment_header(bytes, header);
  classify_tail(bytes, segment, 9);
  if (size >= 2)
    check_framed(data[0], data[1] % 8, bytes.substr(2));
  return 0;
}
