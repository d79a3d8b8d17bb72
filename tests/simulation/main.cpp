// scripts/simulate: runs seeds and says which fail, and how to see a failing one again.
#include "tests/simulation/simulator.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>

using namespace baseplate::simulation;

namespace {

bool range_of(const std::string& text, std::uint64_t& first, std::uint64_t& last) {
  const auto dots = text.find("..");
  try {
    first = std::stoull(text.substr(0, dots));
    last = dots == std::string::npos ? first : std::stoull(text.substr(dots + 2));
  } catch (const std::exception&) {
    return false;
  }
  return first <= last;
}

void print(std::uint64_t seed, const verdict& x, const std::string& fault) {
  for (auto& violation : x.violations)
    std::printf("  %s\n", violation.c_str());
  std::printf("seed %llu failed; again with: scripts/simulate --seed %llu%s --verbose\n",
              static_cast<unsigned long long>(seed), static_cast<unsigned long long>(seed),
              fault == "none" ? "" : (" --plant " + fault).c_str());
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the whole node, sockets aside, under a deterministic scheduler."};
  std::string seeds = "1..100";
  std::string fault = "none";
  bool verbose = false;
  bool must_find = false;
  bool twice = false;
  unsigned failures_max = 10;
  app.add_option("--seed,--seeds", seeds, "one seed, or a range A..B")->capture_default_str();
  app.add_option("--plant", fault, "plant a known fault; the simulator must find it")
      ->capture_default_str();
  app.add_option("--failures-max", failures_max, "stop after so many failing seeds")
      ->capture_default_str();
  app.add_flag("--verbose,-v", verbose, "say what happens; once per incarnation and violation");
  app.add_flag("--must-find", must_find,
               "succeed when a seed fails, and fail when none does: for planted faults");
  app.add_flag("--twice", twice, "run each seed twice; a different run is a failure");
  CLI11_PARSE(app, argc, argv);
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  scenario x;
  x.verbose = verbose;
  if (!range_of(seeds, first, last) || !planted_fault_from(fault, x.fault)) {
    std::fprintf(stderr, "--seed takes a number or A..B; --plant takes a name of the list in "
                         "tests/simulation/simulator.hpp\n");
    return 2;
  }
  spdlog::set_level(verbose ? spdlog::level::info : spdlog::level::off);
  const auto begun = std::chrono::steady_clock::now();
  unsigned passed = 0;
  unsigned failed = 0;
  verdict sum;
  for (auto seed = first; seed <= last && failed < failures_max; ++seed) {
    x.seed = seed;
    auto result = simulate(x);
    if (twice && simulate(x).fingerprint != result.fingerprint)
      result.violations.push_back("the same seed gave another run");
    sum.events += result.events;
    sum.steps += result.steps;
    sum.node_crashes += result.node_crashes;
    sum.group_kills += result.group_kills;
    sum.zombies += result.zombies;
    sum.bus_kills += result.bus_kills;
    sum.orders += result.orders;
    sum.attempts += result.attempts;
    if (result.violations.empty()) {
      ++passed;
    } else {
      ++failed;
      print(seed, result, fault);
      if (must_find)
        break;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  std::printf(
      "%llu events, %llu orders, %llu attempts, %llu steps; %u node crashes, %u group kills, "
      "%u zombies, %u bus kills; %.1f s\n",
      static_cast<unsigned long long>(sum.events), static_cast<unsigned long long>(sum.orders),
      static_cast<unsigned long long>(sum.attempts), static_cast<unsigned long long>(sum.steps),
      sum.node_crashes, sum.group_kills, sum.zombies, sum.bus_kills, took.count());
  if (must_find) {
    std::printf("planted fault %s was %s\n", fault.c_str(), failed == 0 ? "not found" : "found");
    return failed == 0 ? 1 : 0;
  }
  std::printf("%u passed, %u failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
