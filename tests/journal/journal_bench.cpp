// What the journal costs per event and per state change, and recovery beside plainly reading and
// checking the log. Run: build/release/bin/journal_bench. Recovery's log lies in $TMPDIR and is 1
// GiB by default (JOURNAL_BENCH_MIB).
#include "actors/journal/file_log_device.hpp"
#include "actors/journal/journal_core.hpp"
#include "actors/journal/memory_log_device.hpp"
#include "actors/journal/memory_state_store.hpp"
#include "actors/journal/rocksdb_state_store.hpp"
#include "actors/journal/segment_scanner.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace baseplate::journal {
namespace {

constexpr std::size_t event_bytes = 520;

/// Takes everything and keeps nothing: what is left is the cost of the journal itself.
class null_device final : public log_device {
 public:
  device_result list(std::vector<listed_segment>& out) const override {
    out.clear();
    return {};
  }

  device_result create(const segment_name&, std::string_view) override { return {}; }

  device_result write(const segment_name&, std::uint64_t, std::string_view) override { return {}; }

  device_result sync(const segment_name&) override { return {}; }

  device_result read(const segment_name&, std::uint64_t, char*, std::size_t,
                     std::size_t& read) const override {
    read = 0;
    return {};
  }

  device_result truncate(const segment_name&, std::uint64_t) override { return {}; }

  device_result unlink(const segment_name&) override { return {}; }

  device_result set_aside(std::string_view, std::string_view, std::string&) override { return {}; }
};

event_batch batch_of(std::size_t count) {
  event_batch batch;
  batch.bytes.assign(count * event_bytes, 'x');
  batch.events.assign(count, {1, event_bytes});
  batch.ingested_at_ms = 1'700'000'000'000;
  return batch;
}

struct bench_core {
  explicit bench_core(std::unique_ptr<log_device> device,
                      std::unique_ptr<state_store> store
                      = std::make_unique<memory_state_store>(std::make_shared<memory_rows>()))
      : core(
          journal_options{}, std::move(device), std::move(store),
          [] { return unix_ms{1'700'000'000'000}; }, std::make_shared<journal_stats>()) {
    report = core.open();
  }

  void declare() {
    (void)core.stage_bus({"default", 0, 0});
    for (int i = 0; i < 5; ++i) {
      subscriber_spec spec;
      spec.name = "group" + std::to_string(i);
      (void)core.stage_subscriber(spec);
    }
    flush();
    for (subscriber_id id = 1; id <= 5; ++id)
      epochs.push_back(core.stage_open({id}).lsn);
    flush();
  }

  appended_batch flush() {
    appended_batch batch;
    (void)core.append(batch);
    (void)core.sync();
    core.apply(batch);
    return batch;
  }

  /// Twenty requests of ten events, then one commit of each group over the 200 before.
  void round(std::uint64_t keys) {
    core.reserve(140'000);
    for (int i = 0; i < 20; ++i)
      (void)core.stage_publish(batch);
    for (subscriber_id id = 1; id <= 5; ++id) {
      commit x;
      x.subscriber = id;
      x.epoch = epochs[id - 1];
      x.cursor_before = cursor;
      x.cursor = head;
      x.states.reserve(200);
      for (int i = 0; i < 200; ++i)
        x.states.push_back(
            {"customer-" + std::to_string((number += 7919) % keys), std::string(32, 's')});
      (void)core.stage_commit(x);
    }
    cursor = head;
    head += 200;
  }

  event_batch batch = batch_of(10);
  journal_core core;
  recovery_report report;
  std::vector<std::uint64_t> epochs;
  sequence_number cursor = 0;
  sequence_number head = 0;
  std::uint64_t number = 0;
};

void publish_events(benchmark::State& state) {
  bench_core x{std::make_unique<null_device>()};
  x.declare();
  for (auto _ : state) {
    x.core.reserve(120'000);
    for (int i = 0; i < 20; ++i)
      (void)x.core.stage_publish(x.batch);
    appended_batch batch;
    (void)x.core.append(batch);
    (void)x.core.sync();
    benchmark::DoNotOptimize(batch.chunk);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 200);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * 200
                          * static_cast<std::int64_t>(event_bytes));
}

void apply_states(benchmark::State& state) {
  bench_core x{std::make_unique<null_device>()};
  x.declare();
  for (auto _ : state) {
    state.PauseTiming();
    x.round(static_cast<std::uint64_t>(state.range(0)));
    appended_batch batch;
    (void)x.core.append(batch);
    (void)x.core.sync();
    state.ResumeTiming();
    x.core.apply(batch);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 1000);
}

void recovery_beside_reading(benchmark::State& state) {
  const auto* mib = std::getenv("JOURNAL_BENCH_MIB");
  auto wanted = (mib != nullptr ? std::strtoull(mib, nullptr, 10) : 1024) * 1024 * 1024;
  auto pattern = (std::filesystem::temp_directory_path() / "journal-bench-XXXXXX").string();
  std::filesystem::path path{::mkdtemp(pattern.data())};
  {
    bench_core x{std::make_unique<file_log_device>(path)};
    x.declare();
    for (std::uint64_t bytes = 0; bytes < wanted;) {
      x.round(100'000);
      bytes += x.core.staged_bytes();
      appended_batch batch;
      (void)x.core.append(batch);
      (void)x.core.sync();
    }
  }
  double reading = 0;
  double recovering = 0;
  double reading_cpu = 0;
  double recovering_cpu = 0;
  auto cpu = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  auto seconds = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  for (auto _ : state) {
    auto start = seconds();
    auto start_cpu = cpu();
    {
      file_log_device device{path};
      std::vector<listed_segment> segments;
      (void)device.list(segments);
      for (const auto& segment : segments) {
        segment_scanner scanner{device, segment.name, segment_header_bytes, segment.bytes};
        while (scanner.next() == scan_status::record)
          benchmark::DoNotOptimize(scanner.record());
      }
    }
    auto middle = seconds();
    auto middle_cpu = cpu();
    {
      bench_core x{std::make_unique<file_log_device>(path),
                   open_rocksdb_state_store(path / "state")};
      benchmark::DoNotOptimize(x.report);
    }
    recovering += seconds() - middle;
    reading += middle - start;
    recovering_cpu += cpu() - middle_cpu;
    reading_cpu += middle_cpu - start_cpu;
  }
  state.counters["read_s"] = reading / static_cast<double>(state.iterations());
  state.counters["recover_s"] = recovering / static_cast<double>(state.iterations());
  state.counters["ratio"] = recovering / reading;
  state.counters["cpu_ratio"] = recovering_cpu / reading_cpu;
  std::filesystem::remove_all(path);
}

void open_empty_store(benchmark::State& state) {
  auto resident = [] {
    std::ifstream in{"/proc/self/statm"};
    std::uint64_t total = 0;
    std::uint64_t pages = 0;
    in >> total >> pages;
    return static_cast<double>(pages) * 4 / 1024;
  };
  auto before = resident();
  for (auto _ : state) {
    auto pattern = (std::filesystem::temp_directory_path() / "journal-bench-XXXXXX").string();
    std::filesystem::path path{::mkdtemp(pattern.data())};
    {
      bench_core x{std::make_unique<file_log_device>(path),
                   open_rocksdb_state_store(path / "state")};
      state.counters["rss_grown_MiB"] = resident() - before;
    }
    std::filesystem::remove_all(path);
  }
}

BENCHMARK(publish_events);
BENCHMARK(apply_states)->Arg(20'000)->Arg(200'000)->Iterations(2000);
BENCHMARK(open_empty_store)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(recovery_beside_reading)->Iterations(3)->Unit(benchmark::kSecond)->UseRealTime();

} // namespace
} // namespace baseplate::journal

BENCHMARK_MAIN();
