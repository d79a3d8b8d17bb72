#include "tests/bench/matching/data.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace baseplate::rules::bench {

namespace {

int misses = 0;

std::filesystem::path generators() {
  if (const char* dir = std::getenv("BASEPLATE_SHARED"))
    return std::filesystem::path(dir) / "bench";
  std::filesystem::path here = __FILE__; // <root>/tests/bench/matching/x.cpp
  for (int i = 0; i < 5; ++i)
    here = here.parent_path();
  return here / "shared" / "bench";
}

std::vector<std::string> lines_of(const std::string& script, const std::string& arguments) {
  const auto path = generators() / script;
  if (!std::filesystem::exists(path)) {
    std::fprintf(stderr, "there is no %s; set BASEPLATE_SHARED\n", path.c_str());
    std::exit(2);
  }
  const auto command = "python3 " + path.string() + " " + arguments;
  FILE* in = popen(command.c_str(), "r");
  std::vector<std::string> out;
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t n = 0; in != nullptr && (n = getline(&line, &capacity, in)) > 0;)
    out.emplace_back(line, static_cast<std::size_t>(n - 1));
  std::free(line);
  if (in == nullptr || pclose(in) != 0) {
    std::fprintf(stderr, "%s failed\n", command.c_str());
    std::exit(2);
  }
  return out;
}

void verdict(bool good, const std::string& what, double value, const char* relation, double limit,
             const char* unit) {
  std::printf("%-6s %-62s %10.4g %-4s (%s %g)\n", good ? "ok" : "MISSED", what.c_str(), value, unit,
              relation, limit);
  misses += good ? 0 : 1;
}

} // namespace

void event_set::add(std::string_view event) {
  bytes_ += event;
  ends_.push_back(bytes_.size());
}

void event_set::close() {
  bytes_.append(event_padding, '\0');
}

event_set generated_events(const std::string& kind, std::size_t count) {
  event_set out;
  for (const auto& line : lines_of("generate_events.py", kind + " " + std::to_string(count)))
    out.add(line);
  out.close();
  return out;
}

std::vector<std::string> generated_rules(const std::string& kind, std::size_t count) {
  auto lines = lines_of("generate_rules.py", kind + " " + std::to_string(count));
  constexpr std::string_view member = "\"pattern\":";
  for (auto& line : lines) { // {"name":"rule-1","pattern":{...}}
    const auto at = line.find(member) + member.size();
    line = line.substr(at, line.size() - at - 1);
  }
  return lines;
}

std::unique_ptr<rule_set> built(const std::vector<std::string>& patterns) {
  std::vector<compiled_pattern> compiled;
  compiled.reserve(patterns.size());
  std::vector<std::pair<rule_id, const compiled_pattern*>> all;
  for (const auto& text : patterns) {
    auto pattern = compile(text);
    if (!pattern) {
      std::fprintf(stderr, "%s: %s\n", text.c_str(), pattern.error().reason.c_str());
      std::exit(2);
    }
    compiled.push_back(std::move(*pattern));
    all.emplace_back(static_cast<rule_id>(all.size()), &compiled.back());
  }
  auto set = std::make_unique<rule_set>(0x5EED);
  set->add_all(all);
  return set;
}

double now_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

double median_ns(std::size_t events, int passes, const std::function<void()>& once) {
  std::vector<double> times;
  once();
  for (int i = 0; i < passes; ++i) {
    const auto begin = now_ns();
    once();
    times.push_back((now_ns() - begin) / static_cast<double>(events));
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

measured measure(const rule_set& rules, const event_set& events, trust how, int passes) {
  matcher finder;
  std::vector<rule_id> found;
  std::size_t matches = 0;
  std::size_t candidates = 0;
  measured out;
  out.ns_per_event = median_ns(events.size(), passes, [&] {
    matches = 0;
    candidates = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      found.clear();
      if (finder.match(rules, events.at(i), how, found) != event_status::ok) {
        std::fprintf(stderr, "an event was refused: %s\n", std::string(events.at(i)).c_str());
        std::exit(2);
      }
      matches += found.size();
      candidates += finder.candidates();
    }
  });
  const auto n = static_cast<double>(events.size());
  out.matches_per_event = static_cast<double>(matches) / n;
  out.candidates_per_event = static_cast<double>(candidates) / n;
  return out;
}

void demand_at_most(const std::string& what, double value, double limit, const char* unit) {
  verdict(value <= limit, what, value, "at most", limit, unit);
}

void demand_at_least(const std::string& what, double value, double limit, const char* unit) {
  verdict(value >= limit, what, value, "at least", limit, unit);
}

int missed() {
  return misses;
}

} // namespace baseplate::rules::bench
