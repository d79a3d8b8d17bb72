// What matching costs: one thread, JSON bytes in, rule ids out. Usage: matching_bench [PART]...
// with parts throughput, changes, arrays, adversarial (default: all). Exits with 1 when a demand is
// missed.
#include "tests/bench/matching/data.hpp"

#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
  using namespace baseplate::rules::bench;

  struct part {
    const char* name;
    void (*run)();
  };

  constexpr part parts[] = {{"throughput", run_throughput},
                            {"changes", run_changes},
                            {"arrays", run_arrays},
                            {"adversarial", run_adversarial}};
  int ran = 0;
  for (const auto& x : parts) {
    bool wanted = argc == 1;
    for (int i = 1; i < argc; ++i)
      wanted = wanted || std::strcmp(argv[i], x.name) == 0;
    if (!wanted)
      continue;
    std::printf("\n== %s\n", x.name);
    x.run();
    std::fflush(stdout);
    ++ran;
  }
  if (ran == 0) {
    std::fprintf(stderr, "usage: matching_bench [throughput|changes|arrays|adversarial]...\n");
    return 2;
  }
  std::printf("\n%d demands missed\n", missed());
  return missed() == 0 ? 0 : 1;
}
