// What one PutEvents request of ten entries costs before it reaches the log.
#include "actors/gateway/logic/put_events_request.hpp"
#include "tests/bench/sample_events.hpp"

#include <benchmark/benchmark.h>

#include <optional>

namespace {

using namespace baseplate;

void append_envelopes(benchmark::State& state) {
  auto details = bench::sample_details(1000);
  std::string out;
  std::size_t i = 0, bytes = 0;
  for (auto _ : state) {
    out.clear();
    bench::append_sample(out, details[i++ % details.size()]);
    benchmark::DoNotOptimize(out.data());
    bytes += out.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

BENCHMARK(append_envelopes);

std::string put_events_body(const std::vector<std::string>& details, std::size_t first) {
  std::string body = "{\"Entries\":[";
  for (std::size_t i = 0; i < 10; ++i) {
    body += i == 0 ? "{" : ",{";
    body += "\"Source\":\"shop.web\",\"DetailType\":\"page_event\",\"Detail\":";
    append_json_string(body, details[(first + i) % details.size()]);
    body += '}';
  }
  return body + "]}";
}

void parse_put_events_of_ten(benchmark::State& state) {
  auto details = bench::sample_details(1000);
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < 100; ++i)
    bodies.push_back(put_events_body(details, i * 10));
  gateway::ingest_settings settings;
  gateway::ingest_workspace workspace(settings.json_depth_max);
  gateway::uuid_source ids([n = std::uint64_t{1}]() mutable { return n++; });
  gateway::bus_lookup buses = [](std::string_view) { return std::optional<bus_id>{1}; };
  gateway::ingest_context context{settings, workspace, ids, buses, 1, "2026-01-31T12:00:00Z",
                                  {},       {}};
  std::size_t i = 0;
  std::string body, answer;
  for (auto _ : state) {
    body = bodies[i++ % bodies.size()];
    auto request = gateway::parse_put_events(body, context);
    answer.clear();
    gateway::append_put_events_response(answer, request.entries);
    benchmark::DoNotOptimize(answer.data());
    if (request.error || request.batch.events.size() != 10)
      state.SkipWithError("a request was refused");
  }
  state.SetItemsProcessed(state.iterations() * 10);
}

BENCHMARK(parse_put_events_of_ten);

} // namespace

BENCHMARK_MAIN();
