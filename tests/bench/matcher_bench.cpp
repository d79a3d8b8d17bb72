// What matching costs per event: by the number of patterns, none or one of which matches.
#include "actors/bus/logic/event_matcher.hpp"
#include "tests/bench/sample_events.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace baseplate;

chunk sample_chunk(std::size_t events) {
  auto details = bench::sample_details(events);
  std::string bytes;
  std::vector<event_ref> index;
  for (auto& detail : details) {
    auto before = bytes.size();
    bench::append_sample(bytes, detail);
    index.push_back({index.size() + 1, 1, 1, static_cast<std::uint32_t>(before),
                     static_cast<std::uint32_t>(bytes.size() - before)});
  }
  return {std::move(bytes), std::move(index), 1, events};
}

void match_chunk(benchmark::State& state) {
  auto events = sample_chunk(256);
  bus::event_matcher matcher;
  auto others = static_cast<std::uint32_t>(state.range(0));
  for (std::uint32_t i = 0; i < others; ++i)
    if (!matcher.add(
            i + 2, 1,
            R"({"detail":{"metadata":{"type":["AUTHORISATION"]},"data":{"merchantAccount":["nobody-)"
                + std::to_string(i) + "\"]}}}"))
      state.SkipWithError("a pattern was refused");
  if (!matcher.add(1, 1,
                   R"({"source":["service-payments"],"detail":{"metadata":{"status":["true"]}}})"))
    state.SkipWithError("a pattern was refused");
  for (auto _ : state) {
    auto matches = matcher.match(events);
    if (matches.lists.size() != 1)
      state.SkipWithError("the wrong subscribers matched");
    benchmark::DoNotOptimize(matches);
  }
  state.SetItemsProcessed(state.iterations() * 256);
}

BENCHMARK(match_chunk)->Arg(0)->Arg(9)->Arg(999)->Arg(99'999);

void match_everything(benchmark::State& state) {
  auto events = sample_chunk(256);
  bus::event_matcher matcher;
  for (std::uint32_t i = 1; i <= 5; ++i)
    if (!matcher.add(i, 1, ""))
      state.SkipWithError("a pattern was refused");
  for (auto _ : state)
    benchmark::DoNotOptimize(matcher.match(events));
  state.SetItemsProcessed(state.iterations() * 256);
}

BENCHMARK(match_everything);

} // namespace

BENCHMARK_MAIN();
