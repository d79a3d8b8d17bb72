// Runs a fuzz target over files without libFuzzer: every build checks that no input found so far
// fails again. Usage: TARGET FILE_OR_DIRECTORY...; also the empty input and, from each file, some
// deterministic mutations of it, so that a target without a corpus is exercised too. A finding ends
// the process, as in libFuzzer.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr int mutations_per_input = 200;

void run(const std::string& input) {
  // A copy of exact size: reading behind the end is then reading behind the allocation.
  std::vector<std::uint8_t> bytes{input.begin(), input.end()};
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string mutate(std::string input, std::mt19937_64& random) {
  auto changes = 1 + random() % 4;
  for (std::uint64_t i = 0; i < changes; ++i) {
    auto at = input.empty() ? 0 : random() % input.size();
    switch (random() % 5) {
    case 0:
      if (!input.empty())
        input[at] = static_cast<char>(random());
      break;
    case 1:
      input.insert(at, 1, static_cast<char>(random()));
      break;
    case 2:
      input.erase(at, 1 + random() % 8);
      break;
    case 3:
      input.insert(at, input.substr(at, 1 + random() % 16));
      break;
    default:
      input.resize(at);
    }
  }
  return input;
}

std::string read(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> inputs{""};
  for (int i = 1; i < argc; ++i) {
    fs::path path{argv[i]};
    if (fs::is_directory(path)) {
      for (auto& entry : fs::recursive_directory_iterator{path})
        if (entry.is_regular_file())
          inputs.push_back(read(entry.path()));
    } else if (fs::exists(path)) {
      inputs.push_back(read(path));
    } else {
      std::fprintf(stderr, "there is no %s\n", path.c_str());
      return 1;
    }
  }
  std::mt19937_64 random{20260131};
  std::size_t count = 0;
  for (auto& input : inputs) {
    run(input);
    ++count;
    for (int i = 0; i < mutations_per_input; ++i, ++count)
      run(mutate(input, random));
  }
  std::printf("%zu files, %zu inputs: no finding\n", inputs.size() - 1, count);
  return inputs.size() > 1 ? 0 : 1;
}
