// Rules and events that mean ill. Demands are twice what the prototype took (or as the design
// says).
#include "tests/bench/matching/data.hpp"

#include <cstdio>
#include <random>

namespace baseplate::rules::bench {

namespace {

std::string field(const std::string& operation) {
  return R"({"v":[)" + operation + "]}";
}

std::string event_with(const std::string& value) {
  return R"({"v":")" + value + "\"}";
}

using pattern_of = std::function<std::string(std::size_t)>;

/// The event so often in a row that the clock's own cost does not count.
measured one_event(const std::vector<std::string>& patterns, const std::string& event, int passes,
                   int copies) {
  const auto rules = built(patterns);
  event_set events;
  for (int i = 0; i < copies; ++i)
    events.add(event);
  events.close();
  return measure(*rules, events, trust::trusted, passes);
}

void row(const std::string& name, std::size_t count, const pattern_of& pattern,
         const std::string& event, double us_max) {
  std::vector<std::string> patterns;
  for (std::size_t i = 0; i < count; ++i)
    patterns.push_back(pattern(i));
  const auto x = one_event(patterns, event, 15, us_max > 100 ? 1 : event.size() > 1'000 ? 20 : 200);
  demand_at_most(name + " [" + std::to_string(static_cast<long>(x.matches_per_event)) + " match]",
                 x.ns_per_event / 1e3, us_max, "us");
}

std::string letters(std::size_t i, std::size_t n) {
  std::string out;
  std::mt19937 random(static_cast<unsigned>(i));
  for (std::size_t k = 0; k < n; ++k)
    out += static_cast<char>('a' + random() % 26);
  return out;
}

void wildcards() {
  const auto infix
      = [](std::size_t i) { return field(R"({"wildcard":"*)" + letters(i, 6) + R"(*"})"); };
  row("1,000 wildcards *xxxxxx*, value 60 B", 1'000, infix, event_with(letters(99, 60)), 0.8);
  row("1,000 wildcards *xxxxxx*, value 4 KB", 1'000, infix, event_with(letters(99, 4'096)), 28);
  row(
      "10,000 wildcards sharing prefix", 10'000,
      [](std::size_t i) { return field(R"({"wildcard":"arn:aws:*)" + letters(i, 6) + R"(*"})"); },
      event_with("arn:aws:" + letters(99, 50)), 1.8);
  row(
      "10,000 wildcards sharing prefix and suffix", 10'000,
      [](std::size_t i) {
        return field(R"({"wildcard":"arn:aws:*)" + letters(i, 6) + R"(*/end"})");
      },
      event_with("arn:aws:" + letters(99, 50) + "/end"), 1.8);
  row(
      "30 wildcards *aa*aa*aa*aa*b, value of 4,000 a", 30,
      [](std::size_t i) {
        return field(R"({"wildcard":"*aa*aa*aa*aa*b)" + std::to_string(i) + "\"}");
      },
      event_with(std::string(4'000, 'a')), 0.8);
  row(
      "30 wildcards *aa*aa*aa*aa*b*, value of 4,000 a", 30,
      [](std::size_t i) {
        return field(R"({"wildcard":"*aa*aa*aa*aa*b)" + std::to_string(i) + R"(*"})");
      },
      event_with(std::string(4'000, 'a')), 120); // no gram to find them by: 30 scans of 4 KB
}

void affixes_and_networks() {
  row(
      "100,000 prefixes of 48 lengths, value 60 B", 100'000,
      [](std::size_t i) { return field(R"({"prefix":")" + letters(i, 1 + i % 48) + "\"}"); },
      event_with("#" + letters(7, 59)), 0.6);
  row(
      "100,000 cidr of 24 lengths", 100'000,
      [](std::size_t i) {
        return field(R"({"cidr":"11.)" + std::to_string(i % 256) + "."
                     + std::to_string(i / 256 % 256) + ".0/" + std::to_string(8 + i % 24) + "\"}");
      },
      event_with("10.1.2.3"), 1.2);
}

void lists_of_one_path() {
  row(
      "100,000 anything-but on one path, all but one match", 100'000,
      [](std::size_t i) { return field(R"({"anything-but":"v)" + std::to_string(i) + "\"}"); },
      event_with("v77"), 2'000);
  row(
      "100,000 overlapping ranges, all match", 100'000,
      [](std::size_t i) {
        return field(R"({"numeric":[">",)" + std::to_string(i % 1000) + ",\"<\","
                     + std::to_string(200'000 + i) + "]}");
      },
      R"({"v":150000})", 2'000);
  row(
      "100,000 overlapping ranges, none matches", 100'000,
      [](std::size_t i) {
        return field(R"({"numeric":[">",)" + std::to_string(i % 1000) + ",\"<\","
                     + std::to_string(200'000 + i) + "]}");
      },
      R"({"v":-5})", 0.2);
  row(
      "100,000 rules of exists:false, 1,000 paths, 20 present", 100'000,
      [](std::size_t i) {
        return R"({"f)" + std::to_string(i % 1'000) + R"(":[{"exists":false}]})";
      },
      [] {
        std::string e = R"({"x":1)";
        for (int i = 0; i < 20; ++i)
          e += ",\"f" + std::to_string(i) + "\":1";
        return e + "}";
      }(),
      180);
}

void fields_and_paths() {
  // Each rule its own subset of 20 paths.
  const auto subset = [](std::size_t i) {
    std::mt19937 random(static_cast<unsigned>(i));
    std::string out;
    for (int p = 0; p < 20; ++p)
      if (random() % 2 == 0)
        out += (out.empty() ? "{\"p" : ",\"p") + std::to_string(p) + R"(":["v"])";
    return (out.empty() ? std::string(R"({"p0":["v"])") : out) + "}";
  };
  std::string some = "{";
  std::string all = "{";
  for (int p = 0; p < 20; ++p) {
    some += (p > 0 ? ",\"p" : "\"p") + std::to_string(p) + (p < 10 ? R"(":"v")" : R"(":"w")");
    all += (p > 0 ? ",\"p" : "\"p") + std::to_string(p) + R"(":"v")";
  }
  row("20,000 subsets of 20 paths, half of the paths hold", 20'000, subset, some + "}", 14);
  row("20,000 subsets of 20 paths, all match", 20'000, subset, all + "}", 1'720);

  std::mt19937 random(1);
  std::vector<std::string> six;
  for (int i = 0; i < 100'000; ++i) {
    std::string p = "{";
    for (int f = 0; f < 6; ++f)
      p += (f > 0 ? ",\"f" : "\"f") + std::to_string(f) + R"(":["v)" + std::to_string(random() % 10)
           + "\"]";
    six.push_back(p + "}");
  }
  event_set events;
  for (int i = 0; i < 4'000; ++i) {
    std::string e = "{";
    for (int f = 0; f < 6; ++f)
      e += (f > 0 ? ",\"f" : "\"f") + std::to_string(f) + R"(":"v)" + std::to_string(random() % 10)
           + "\"";
    events.add(e + "}");
  }
  events.close();
  const auto x = measure(*built(six), events, trust::trusted, 3);
  std::printf("       six fields x 10 values, 100,000 rules: %.0f ns per event, %.2f matches\n",
              x.ns_per_event, x.matches_per_event);
  demand_at_most("six fields x 10 values, 100,000 rules: candidates per event",
                 x.candidates_per_event, 16, "");
}

void strange_events() {
  const auto per_byte = [](const char* name, const std::string& event, double ns) {
    const auto x = one_event({R"({"a":{"b":["x"]},"k5":["y"]})"}, event, 15, 1);
    demand_at_most(name, x.ns_per_event / static_cast<double>(event.size()), ns, "ns/B");
  };
  std::string deep;
  for (int i = 0; i < 900; ++i)
    deep += "{\"a\":";
  per_byte("900 levels", deep + "1" + std::string(900, '}'), 1.4);
  std::string keys = "{\"x\":1";
  std::string same = "{\"x\":1";
  for (int i = 0; i < 20'000; ++i) {
    keys += ",\"key" + std::to_string(i) + "\":1";
    same += ",\"k5\":1";
  }
  per_byte("20,000 keys", keys + "}", 1.2);
  per_byte("one key 20,000 times", same + "}", 6.2);
}

void bombs() {
  const auto refused = [](const char* name, const std::string& pattern) {
    const auto begin = now_ns();
    const bool bad = !compile(pattern).has_value();
    demand_at_most(name + std::string(bad ? " refused" : " NOT REFUSED"),
                   bad ? (now_ns() - begin) / 1e6 : 1e9, 20, "ms");
  };
  std::string product = "{\"a\":[1]";
  for (int i = 0; i < 20; ++i)
    product += ",\"b" + std::to_string(i) + R"(":{"$or":[{"x":[1]},{"y":[1]}]})";
  refused("$or 2^20", product + "}");
  std::string nested;
  for (int i = 0; i < 60; ++i)
    nested += R"({"$or":[{"x":[1]},)";
  refused("$or nested 60 deep, cut off", nested);
  refused("objects 10,000 deep", [] {
    std::string out;
    for (int i = 0; i < 10'000; ++i)
      out += "{\"a\":";
    return out;
  }());
  refused("pattern of 1 MB", "{\"a\":[\"" + std::string(1'000'000, 'x') + "\"]}");
}

} // namespace

void run_adversarial() {
  wildcards();
  affixes_and_networks();
  lists_of_one_path();
  fields_and_paths();
  strange_events();
  bombs();
}

} // namespace baseplate::rules::bench
