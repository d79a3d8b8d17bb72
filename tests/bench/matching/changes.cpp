// Building, adding, removing, memory.
#include "tests/bench/matching/data.hpp"

#include <algorithm>
#include <cstdio>
#include <malloc.h>
#include <random>

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

} // namespace

void run_changes() {
  changes_of("squads");
  changes_of("mixed");
}

} // namespace baseplate::rules::bench
