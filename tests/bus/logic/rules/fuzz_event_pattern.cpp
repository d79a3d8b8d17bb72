// Any bytes as a pattern: compiling is an answer, never a fault; what compiles can be filed,
// matched, explained and removed, and the explanation agrees with the match.
#include "actors/bus/logic/rules/explain.hpp"
#include "actors/bus/logic/rules/matcher.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace baseplate::rules;

const std::string& sample() {
  static const std::string text
      = R"({"source":"shop","detail-type":"order","resources":[],"detail":{"state":"running","n":5,"x":-0.5e1,)"
        R"("ip":"10.0.0.1","flag":true,"none":null,"a.b":"dotted","items":[{"sku":"1","q":[1,2]},{"sku":"2","w":"é"}]}})";
  return text;
}

void require(bool good) {
  if (!good)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto pattern = compile(text);
  if (!pattern) {
    require(!pattern.error().reason.empty());
    require(pattern.error().offset <= size);
    return 0;
  }
  std::string padded = sample();
  padded.append(event_padding, '}');
  const std::string_view event(padded.data(), sample().size());
  rule_set rules(42);
  require(rules.add(1, *pattern) == add_result::added);
  static matcher finder;
  std::vector<rule_id> found;
  require(finder.match(rules, event, trust::trusted, found) == event_status::ok);
  require(found.size() <= 1);
  auto about = explainer::of(event);
  require(about.has_value());
  const auto why = about->explain(*pattern, true);
  require(why.matched == !found.empty());
  require(why.matched == why.failures.empty());
  // What it is said to want can be read again.
  for (const auto& x : why.failures)
    if (text.find('\0') == std::string_view::npos)
      require(compile("{\"f\":" + x.expected + "}").has_value());
  require(rules.remove(1));
  require(rules.branches() == 0 && rules.filed().postings() == 0);
  return 0;
}
