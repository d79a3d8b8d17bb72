// Building, adding, removing, memory.
#include "actors/bus/logic/rules/shared_rule_set.hpp"
#include "tests/bench/matching/data.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <malloc.h>
#include <random>
#include <thread>

namespace baseplate::rules::bench {

namespace {

double percentile(std::vector<double>& x, double part) {
  std::sort(x.begin(), x.end());
  return x[static_cast<std::size_t>(static_cast<double>(x.size() - 1) * part)];
}

void changes_of(const char* kind) {
  const auto patterns = generated_rules(kind, 100'000);
  const std::vector<std::string> tenth(patterns.begin(), patterns.begin() + 10'000);
  const std::vector<std::string> hundredth(patterns.begin(), patterns.begin() + 1'000);
  double begin = now_ns();
  built(hundredth);
  const double ms_1k = (now_ns() - begin) / 1e6;
  begin = now_ns();
  built(tenth);
  const double ms_10k = (now_ns() - begin) / 1e6;
  begin = now_ns();
  auto set = built(patterns);
  const double ms_100k = (now_ns() - begin) / 1e6;
  const std::string name = kind;
  demand_at_most(name + ": build 1,000 rules from text", ms_1k, 20, "ms");
  demand_at_most(name + ": build 10,000", ms_10k, 100, "ms");
  demand_at_most(name + ": build 100,000", ms_100k, 1'000, "ms");
  demand_at_most(name + ": memory per rule at 100,000",
                 static_cast<double>(set->memory_bytes()) / 1e5, 500, "B");
  const auto before = mallinfo2().uordblks;
  set.reset();
  std::printf("       %s: heap given back per rule %.0f B, %s\n", kind,
              static_cast<double>(before - mallinfo2().uordblks) / 1e5,
              "allocator overhead included");

  set = built(patterns);
  const auto branches = set->branches();
  std::mt19937 random(3);
  std::vector<double> added;
  std::vector<double> removed;
  for (int i = 0; i < 20'000; ++i) {
    const auto id = static_cast<rule_id>(random() % patterns.size());
    const auto& text = patterns[id];
    begin = now_ns();
    set->remove(id);
    removed.push_back((now_ns() - begin) / 1e3);
    begin = now_ns();
    set->add(id, *compile(text));
    added.push_back((now_ns() - begin) / 1e3);
  }
  std::printf(
      "       %s: add median %.1f max %.0f us, remove median %.1f max %.0f us, %zu branches\n",
      kind, percentile(added, 0.5), percentile(added, 1), percentile(removed, 0.5),
      percentile(removed, 1), branches);
  demand_at_most(name + ": add one, text to matchable, p99", percentile(added, 0.99), 50, "us");
  demand_at_most(name + ": remove one, p99", percentile(removed, 0.99), 20, "us");
}

/// The p99 of a batch of 64 events, in us of wall clock, over two seconds.
double batch_p99(shared_rule_set& rules, const event_set& events) {
  using clock = std::chrono::steady_clock;
  matcher finder;
  std::vector<rule_id> found;
  std::vector<double> batches;
  constexpr std::size_t batch = 64;
  const auto end = clock::now() + std::chrono::seconds(2);
  for (std::size_t i = 0; clock::now() < end; i = (i + batch) % (events.size() - batch)) {
    const auto begin = clock::now();
    const auto set = rules.read();
    for (std::size_t k = 0; k < batch; ++k) {
      found.clear();
      finder.match(*set, events.at(i + k), trust::trusted, found);
    }
    batches.push_back(std::chrono::duration<double, std::micro>(clock::now() - begin).count());
  }
  return percentile(batches, 0.99);
}

/// A rule is exchanged a thousand times a second while another thread matches at full speed.
void readers_beside_a_writer() {
  const auto patterns = generated_rules("squads", 10'000);
  const auto events = generated_events("commerce", 10'000);
  std::vector<compiled_pattern> compiled;
  std::vector<rule_change> all;
  for (const auto& text : patterns)
    compiled.push_back(*compile(text));
  for (const auto& x : compiled)
    all.push_back({static_cast<rule_id>(all.size()), &x});
  shared_rule_set rules(0x5EED);
  rules.change(all);
  const double alone = batch_p99(rules, events);
  std::atomic<bool> stop{false};
  std::size_t changes = 0;
  std::thread writer([&] {
    std::mt19937 random(4);
    auto next = std::chrono::steady_clock::now();
    while (!stop) {
      const auto id = static_cast<rule_id>(random() % compiled.size());
      const rule_change exchange[] = {{id, &compiled[random() % compiled.size()]}};
      rules.change(exchange);
      ++changes;
      next += std::chrono::milliseconds(1);
      std::this_thread::sleep_until(next);
    }
  });
  const double beside = batch_p99(rules, events);
  stop = true;
  writer.join();
  std::printf("       p99 of a batch of 64 at 10,000 squads rules: %.0f us alone, %.0f us beside "
              "%zu changes\n",
              alone, beside, changes);
  demand_at_least("changes made in two seconds", static_cast<double>(changes), 1'800, "");
  demand_at_most("p99 of a batch, with 1,000 changes a second / without", beside / alone, 2, "");
}

} // namespace

void run_changes() {
  readers_beside_a_writer();
  changes_of("squads");
  changes_of("mixed");
}

} // namespace baseplate::rules::bench
