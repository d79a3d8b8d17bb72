// What a record costs to encode and to read back, disk aside.
#include "actors/journal/logic/payload_codec.hpp"
#include "actors/journal/logic/record_codec.hpp"
#include "tests/bench/sample_events.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace baseplate;

void append_record(std::string& out, const event_batch& batch, log_number lsn,
                   std::vector<event_ref>& index) {
  journal::record_header header;
  header.lsn = lsn;
  header.first_sequence = lsn * 10;
  header.at_ms = 1;
  header.owner = 1;
  header.events = static_cast<std::uint32_t>(batch.events.size());
  header.kind = journal::record_kind::events;
  auto start = journal::begin_record(out, header);
  journal::append_events(out, batch, header.first_sequence, index);
  journal::finish_record(out, start, 1);
}

/// A group commit of 20 requests with 10 events each: encoding and checksums.
void encode_group_commit(benchmark::State& state) {
  auto details = bench::sample_details(1000);
  std::vector<event_batch> batches;
  for (std::size_t i = 0; i < 20; ++i)
    batches.push_back(bench::sample_batch(details, i * 10, 10));
  std::string out;
  std::vector<event_ref> index;
  std::size_t bytes = 0;
  for (auto _ : state) {
    out.clear();
    index.clear();
    log_number lsn = 1;
    for (auto& batch : batches)
      append_record(out, batch, lsn++, index);
    bytes += out.size();
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * 200);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK(encode_group_commit);

/// What recovery and readback do with such bytes: frame, checksum, index.
void decode_records(benchmark::State& state) {
  auto details = bench::sample_details(1000);
  std::string bytes;
  std::vector<event_ref> index;
  for (log_number lsn = 1; lsn <= 100; ++lsn)
    append_record(bytes, bench::sample_batch(details, lsn * 10, 10), lsn, index);
  for (auto _ : state) {
    std::string_view rest = bytes;
    index.clear();
    journal::record_view record;
    std::string_view body;
    while (!rest.empty()) {
      if (journal::decode_record(rest, 1, record) != journal::record_status::good
          || !journal::index_events(record, bytes.size() - rest.size(), index, body)) {
        state.SkipWithError("a record is bad");
        break;
      }
      rest.remove_prefix(record.length);
    }
    benchmark::DoNotOptimize(index.data());
  }
  state.SetItemsProcessed(state.iterations() * 1000);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

BENCHMARK(decode_records);

} // namespace

BENCHMARK_MAIN();
