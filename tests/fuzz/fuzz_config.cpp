// Any text as configuration: nothing crashes, every fault has a pointer and a reason, what has none
// can be printed without its secrets, and reading it again gives the same. Input: node, squad and
// overlay, one behind the other, apart by lines "---".
#include "app/config.hpp"
#include "app/config/json_text.hpp"
#include "messages/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

using namespace baseplate;
using namespace baseplate::app;

namespace {

// The fuzzer writes into its inputs what it sees compared; so the secret follows from the input,
// and no input holds its own.
std::string secret;

config_sources sources_of(std::string_view text) {
  auto next = [&] {
    auto end = text.find("\n---\n");
    auto part = std::string{text.substr(0, end)};
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 5);
    return part;
  };
  config_sources sources;
  sources.environment = "qa";
  sources.node = config_file{"node", next()};
  sources.squads.emplace_back("shop", config_file{"squad", next()});
  if (!text.empty())
    sources.overlay = config_file{"overlay", std::string{text}};
  return sources;
}

config_checks checks() {
  config_checks x;
  x.secret = [](std::string_view, std::string_view name) -> std::optional<std::string> {
    return name.size() % 2 ? std::optional{secret} : std::nullopt;
  };
  x.pattern = [](std::string_view pattern) {
    BASEPLATE_ASSERT(boost::json::parse(pattern).is_object());
    return std::vector<option_fault>{};
  };
  return x;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  secret = "secret-" + std::to_string(std::hash<std::string_view>{}(input));
  auto sources = sources_of(input);
  auto result = parse_config(sources, checks());
  for (auto& error : result.errors) {
    BASEPLATE_ASSERT(!error.reason.empty());
    BASEPLATE_ASSERT(is_json_pointer(error.pointer));
    BASEPLATE_ASSERT(to_string(error).find(secret) == std::string::npos);
  }
  if (!result.errors.empty())
    return 0;
  auto& config = result.config;
  BASEPLATE_ASSERT(config.effective_json.find(secret) == std::string::npos);
  BASEPLATE_ASSERT(boost::json::parse(config.effective_json).is_object());
  BASEPLATE_ASSERT(config.buses.size() >= 2);
  for (auto& subscriber : config.subscribers) {
    BASEPLATE_ASSERT(subscriber.spec.target_json.find(secret) == std::string::npos);
    BASEPLATE_ASSERT(!subscriber.spec.name.empty() && subscriber.spec.name.size() <= 64);
  }
  auto again = parse_config(sources, checks());
  BASEPLATE_ASSERT(again.errors.empty() && again.config.effective_json == config.effective_json);
  return 0;
}
