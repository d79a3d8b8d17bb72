// Events per second by kind and number of rules.
#include "tests/bench/matching/data.hpp"

#include <simdjson.h>

#include <cstdio>
#include <map>
#include <random>

namespace baseplate::rules::bench {

namespace {

constexpr std::size_t commerce_events = 20'000;
constexpr std::size_t lots_events = 10'000;

struct row {
  measured validated;
  measured trusted;
};

row print_row(const std::string& name, const rule_set& rules, const event_set& events,
              int passes = 5) {
  row out;
  out.validated = measure(rules, events, trust::validated, passes);
  out.trusted = measure(rules, events, trust::trusted, passes);
  std::printf("%-26s %8.0fk %8.0fk   %7.0f %7.0f ns   %9.0f matches/100k %8.1f candidates\n",
              name.c_str(), 1e6 / out.validated.ns_per_event, 1e6 / out.trusted.ns_per_event,
              out.validated.ns_per_event, out.trusted.ns_per_event,
              out.validated.matches_per_event * 1e5, out.validated.candidates_per_event);
  return out;
}

std::vector<std::string> lots_rules(const std::string& kind, std::size_t count) {
  std::mt19937 random(5);
  const auto number = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  const auto padded = [](int x, int width) {
    auto s = std::to_string(x);
    return std::string(static_cast<std::size_t>(width) - s.size(), '0') + s;
  };
  constexpr const char* kinds[] = {"exact", "prefix", "wildcard", "anything-but", "numeric"};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto k = kind == "mixed" ? std::string(kinds[i % 5]) : kind;
    const auto lot = padded(number(1, 7999), 4) + padded(number(1, 199), 3);
    if (k == "exact")
      out.push_back(R"({"properties":{"MAPBLKLOT":[")" + lot + R"("]}})");
    else if (k == "prefix")
      out.push_back(R"({"properties":{"BLKLOT":[{"prefix":")" + lot.substr(0, 3) + R"("}]}})");
    else if (k == "wildcard")
      out.push_back(R"({"properties":{"MAPBLKLOT":[{"wildcard":")" + lot.substr(0, 2) + "*"
                    + lot.substr(6) + R"("}]}})");
    else if (k == "anything-but")
      out.push_back(R"({"properties":{"BLOCK_NUM":[")" + lot.substr(0, 4)
                    + R"("],"ODD_EVEN":[{"anything-but":["O"]}]}})");
    else
      out.push_back(R"({"geometry":{"coordinates":[{"numeric":[">",37.7)"
                    + padded(number(0, 99999), 5) + R"(,"<",37.8]}]},"properties":{"BLOCK_NUM":[")"
                    + lot.substr(0, 4) + R"("]}})");
  }
  return out;
}

double dom_parse_ns(const event_set& events) {
  simdjson::dom::parser parser;
  return median_ns(events.size(), 5, [&] {
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto e = events.at(i);
      if (parser.parse(e.data(), e.size(), false).error() != simdjson::SUCCESS)
        std::abort();
    }
  });
}

double flatten_ns(const rule_set& rules, const event_set& events) {
  event_scan scan;
  return median_ns(events.size(), 5, [&] {
    for (std::size_t i = 0; i < events.size(); ++i)
      scan.read(rules.things().paths(), events.at(i), trust::trusted);
  });
}

} // namespace

void run_throughput() {
  const auto commerce = generated_events("commerce", commerce_events);
  std::printf("commerce: %zu events of %zu bytes\n", commerce.size(),
              commerce.bytes() / commerce.size());
  std::printf("%-26s %9s %9s   %7s %7s\n", "rules", "validated", "trusted", "", "");
  double slowest_kind = 1e9;
  for (const char* kind : {"exact", "prefix", "suffix", "equals-ignore-case", "wildcard",
                           "anything-but", "numeric", "exists", "cidr", "or"}) {
    const auto x
        = print_row(kind + std::string(" 10"), *built(generated_rules(kind, 10)), commerce);
    slowest_kind = std::min(slowest_kind, 1e3 / x.validated.ns_per_event);
  }
  std::map<std::string, std::map<std::size_t, row>> rows;
  for (const char* kind : {"mixed", "squads"})
    for (const std::size_t n : {10, 100, 1'000, 10'000, 100'000})
      rows[kind][n] = print_row(kind + (" " + std::to_string(n)), *built(generated_rules(kind, n)),
                                commerce, n > 10'000 ? 3 : 5);
  print_row("no path, top level", *built({R"({"nowhere":["x"]})"}), commerce);
  print_row("no path, in detail", *built({R"({"detail":{"nowhere":["x"]}})"}), commerce);

  const auto lots = generated_events("lots", lots_events);
  std::printf("lots: %zu events of %zu bytes\n", lots.size(), lots.bytes() / lots.size());
  for (const char* kind : {"exact", "prefix", "wildcard", "anything-but", "numeric", "mixed"})
    print_row("lots " + std::string(kind) + " 10", *built(lots_rules(kind, 10)), lots);
  print_row("lots mixed 1000", *built(lots_rules("mixed", 1'000)), lots);

  const auto squads10 = built(generated_rules("squads", 10));
  const auto dom = dom_parse_ns(commerce);
  const auto flatten = flatten_ns(*squads10, commerce);
  std::printf("simdjson DOM parse alone %.0f ns, flatten for 10 squads rules (trusted) %.0f ns\n",
              dom, flatten);

  auto& squads = rows["squads"];
  auto& mixed = rows["mixed"];
  const auto ratio = [](const row& a, const row& b) {
    return a.validated.ns_per_event / b.validated.ns_per_event;
  };
  const auto rate = [](const row& a) { return 1e3 / a.validated.ns_per_event; };
  demand_at_least("slowest kind, 10 rules, validated", slowest_kind, 1.4, "M/s");
  demand_at_least("squads 1,000, validated", rate(squads[1'000]), 1.2, "M/s");
  demand_at_least("squads 10,000, validated", rate(squads[10'000]), 0.8, "M/s");
  demand_at_least("squads 100,000, validated", rate(squads[100'000]) * 1e3, 240, "k/s");
  demand_at_most("time per event, squads 1,000 / 10", ratio(squads[1'000], squads[10]), 1.3, "");
  demand_at_most("time per event, squads 10,000 / 10", ratio(squads[10'000], squads[10]), 1.6, "");
  demand_at_most("time per event, squads 100,000 / 10", ratio(squads[100'000], squads[10]), 4, "");
  demand_at_most("time per event, mixed 100,000 / 10", ratio(mixed[100'000], mixed[10]), 4, "");
  demand_at_most("flatten (trusted) / simdjson DOM parse, commerce squads", flatten / dom, 1.8, "");
}

} // namespace baseplate::rules::bench
