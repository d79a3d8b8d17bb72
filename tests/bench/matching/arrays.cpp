// Events with big arrays: time must grow linearly. Shapes of perf_scenarios.json, and harder ones.
#include "tests/bench/matching/data.hpp"

#include <cstdio>

namespace baseplate::rules::bench {

namespace {

std::string repeat(std::size_t n, const std::function<std::string(std::size_t)>& element) {
  std::string out = "[";
  for (std::size_t i = 0; i < n; ++i)
    out += (i > 0 ? "," : "") + element(i);
  return out + "]";
}

std::string quoted(const std::string& x) {
  return "\"" + x + "\"";
}

std::string strings(const char* prefix, std::size_t n) {
  return repeat(n, [&](std::size_t i) { return quoted(prefix + std::to_string(i)); });
}

struct scenario {
  const char* name;
  const char* pattern;
  std::size_t size;
  std::size_t matches;
  std::function<std::string(std::size_t)> event;
};

std::vector<scenario> scenarios() {
  const auto tags
      = [](std::size_t n) { return R"({"d":{"tags":)" + strings("t", n) + R"(,"type":"G"}})"; };
  const auto partial = [](std::size_t n, bool last_whole) {
    return R"({"d":)"
           + repeat(n,
                    [=](std::size_t i) -> std::string {
                      if (last_whole && i + 1 == n)
                        return R"({"a":"1","b":"2"})";
                      return i % 2 == 0 ? R"({"a":"1"})" : R"({"b":"2"})";
                    })
           + "}";
  };
  // Elements with all of n fields but one, which moves: no element is complete.
  const auto all_but_one = [](std::size_t n, std::size_t fields) {
    return R"({"d":)"
           + repeat(n,
                    [=](std::size_t i) {
                      std::string out = "{";
                      for (std::size_t f = 0; f < fields; ++f)
                        if (f != i % fields)
                          out += (out.size() > 1 ? ",\"f" : "\"f") + std::to_string(f) + "\":1";
                      return out + "}";
                    })
           + "}";
  };
  constexpr const char* ab = R"({"d":{"a":[{"exists":true}],"b":[{"exists":true}]}})";
  return {
      {"plain array and scalar", R"({"d":{"tags":[{"exists":true}],"type":[{"exists":true}]}})",
       3000, 1, tags},
      {"plain array, prefix", R"({"d":{"tags":[{"prefix":"t"}],"type":[{"exists":true}]}})", 3000,
       1, tags},
      {"plain array, one exact", R"({"d":{"tags":["t0"],"type":[{"exists":true}]}})", 2000, 1,
       tags},
      {"plain array, none", R"({"d":{"tags":["NOTFOUND"],"type":[{"exists":true}]}})", 2000, 0,
       tags},
      {"objects with both fields", ab, 2000, 1,
       [](std::size_t n) {
         return R"({"d":)"
                + repeat(n,
                         [](std::size_t i) {
                           const auto x = quoted(std::to_string(i));
                           return "{\"a\":" + x + ",\"b\":" + x + "}";
                         })
                + "}";
       }},
      {"objects, last one whole", ab, 2000, 1, [=](std::size_t n) { return partial(n, true); }},
      {"objects, none whole", ab, 2000, 0, [=](std::size_t n) { return partial(n, false); }},
      {"nested two levels", R"({"a":{"b":{"x":[{"exists":true}],"y":[{"exists":true}]}}})", 500, 1,
       [](std::size_t n) {
         return R"({"a":)"
                + repeat(n,
                         [](std::size_t i) {
                           return "{\"b\":"
                                  + repeat(10,
                                           [=](std::size_t k) {
                                             const auto x = quoted(std::to_string(i) + "_"
                                                                   + std::to_string(k));
                                             return "{\"x\":" + x + ",\"y\":" + x + "}";
                                           })
                                  + "}";
                         })
                + "}";
       }},
      {"plain arrays deep in objects",
       R"({"a":{"b":{"tags":[{"exists":true}],"type":[{"exists":true}]}}})", 2000, 1,
       [](std::size_t n) {
         return R"({"a":)"
                + repeat(3,
                         [=](std::size_t) {
                           return "{\"b\":"
                                  + repeat(3,
                                           [=](std::size_t) {
                                             return "{\"tags\":" + strings("t", n)
                                                    + ",\"type\":\"G\"}";
                                           })
                                  + "}";
                         })
                + "}";
       }},
      {"two plain arrays and a scalar",
       R"({"tags":[{"exists":true}],"cats":[{"exists":true}],"v":["1"]})", 2000, 1,
       [](std::size_t n) {
         return "{\"tags\":" + strings("t", n) + ",\"cats\":" + strings("c", n) + ",\"v\":\"1\"}";
       }},
      {"six fields, no element complete",
       R"({"d":{"f0":[1],"f1":[1],"f2":[1],"f3":[1],"f4":[1],"f5":[1]}})", 1000, 0,
       [=](std::size_t n) { return all_but_one(n, 6); }},
      {"eight fields, no element complete",
       R"({"d":{"f0":[1],"f1":[1],"f2":[1],"f3":[1],"f4":[1],"f5":[1],"f6":[1],"f7":[1]}})", 1000,
       0, [=](std::size_t n) { return all_but_one(n, 8); }},
      {"exists:false in elements", R"({"d":{"a":[{"exists":true}],"b":[{"exists":false}]}})", 1000,
       0,
       [](std::size_t n) {
         return R"({"d":)" + repeat(n, [](std::size_t) { return R"({"a":"1","b":"2"})"; }) + "}";
       }},
      {"sibling arrays inside elements",
       R"({"d":{"p":{"a":[{"exists":true}]},"q":{"b":[{"exists":true}]}}})", 500, 1,
       [](std::size_t n) {
         return R"({"d":)"
                + repeat(
                    n,
                    [](std::size_t) { return R"({"p":[{"a":1},{"a":2}],"q":[{"b":1},{"b":2}]})"; })
                + "}";
       }},
  };
}

measured of_size(const scenario& x, const rule_set& rules, std::size_t size, std::size_t& bytes) {
  event_set events;
  const auto event = x.event(size);
  bytes = event.size();
  events.add(event);
  events.close();
  return measure(rules, events, trust::trusted, 25);
}

} // namespace

void run_arrays() {
  double worst_growth = 0;
  double worst_byte = 0;
  double wrong = 0;
  for (const auto& x : scenarios()) {
    const auto rules = built({x.pattern});
    std::size_t bytes = 0;
    std::size_t many_bytes = 0;
    const auto once = of_size(x, *rules, x.size, bytes);
    const auto tenfold = of_size(x, *rules, x.size * 10, many_bytes);
    const auto per_byte = once.ns_per_event / static_cast<double>(bytes);
    const auto per_byte_many = tenfold.ns_per_event / static_cast<double>(many_bytes);
    std::printf("%-34s %7zu B %6.2f ns/B   %8zu B %6.2f ns/B   %.0f matches\n", x.name, bytes,
                per_byte, many_bytes, per_byte_many, once.matches_per_event);
    worst_growth = std::max(worst_growth, per_byte_many / per_byte);
    worst_byte = std::max({worst_byte, per_byte, per_byte_many});
    wrong += static_cast<std::size_t>(once.matches_per_event) != x.matches
                     || static_cast<std::size_t>(tenfold.matches_per_event) != x.matches
                 ? 1
                 : 0;
  }
  demand_at_most("arrays: wrong answers", wrong, 0, "");
  demand_at_most("arrays: ns per byte, ten times the size / the size", worst_growth, 1.3, "");
  demand_at_most("arrays: ns per byte", worst_byte, 10, "ns");
}

} // namespace baseplate::rules::bench
