// Any bytes as an event: no byte outside it is read, and the modes, the explanation and the matcher
// agree.
#include "actors/bus/logic/rules/explain.hpp"
#include "actors/bus/logic/rules/matcher.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

namespace {

using namespace baseplate::rules;

constexpr const char* patterns[] = {
    R"({"a":["x","y",5,true,null]})",
    R"({"a":[{"prefix":"x"}],"b":[{"suffix":{"equals-ignore-case":"É"}}]})",
    R"({"a":{"b":[{"wildcard":"a*bcd*e"},{"cidr":"10.0.0.0/8"}],"c":[{"exists":false}]}})",
    R"({"a":{"b":[{"numeric":[">",0,"<=",1e3]}],"c":[{"numeric":["<",5]}],"d":[{"exists":true}]}})",
    R"({"a":[{"anything-but":["x"]}],"$or":[{"b":[1]},{"c":{"d":[{"anything-but":{"wildcard":"*q*"}}]}}]})",
    R"({"a.b":[{"equals-ignore-case":"abc"}],"b":[{"exists":false},"z"]})",
    R"({"c":[{"exists":false}]})",
};

void require(bool good) {
  if (!good)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::vector<compiled_pattern> compiled;
  static rule_set rules(42);
  if (compiled.empty())
    for (const char* text : patterns) {
      compiled.push_back(*compile(text));
      rules.add(static_cast<rule_id>(compiled.size() - 1), compiled.back());
    }
  // A buffer of exact size behind which something misleading stands.
  const std::unique_ptr<char[]> bytes(new char[size + event_padding]);
  std::memcpy(bytes.get(), data, size);
  std::memcpy(bytes.get() + size,
              R"(,"a":"x","b":[{"a":5}]}]}"}{"a":{"b":{"c":"d"}}}[[[[[{{{{{""""":)", event_padding);
  const std::string_view event(bytes.get(), size);
  static matcher finder;
  std::vector<rule_id> trusted;
  std::vector<rule_id> checked;
  const auto believed = finder.match(rules, event, trust::trusted, trusted);
  const auto status = finder.match(rules, event, trust::validated, checked);
  require(believed == event_status::ok || trusted.empty());
  if (status != event_status::ok) {
    require(checked.empty());
    return 0;
  }
  std::sort(trusted.begin(), trusted.end());
  std::sort(checked.begin(), checked.end());
  require(believed == event_status::ok && trusted == checked);
  auto about = explainer::of(event);
  require(about.has_value());
  for (rule_id i = 0; i < compiled.size(); ++i)
    require(about->explain(compiled[i], false).matched
            == std::binary_search(checked.begin(), checked.end(), i));
  return 0;
}
