#include "tests/system/testnode/test_groups.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>

namespace baseplate::testnode {

namespace {

constexpr std::uint64_t keys_max = 100'000;
constexpr std::string_view own_source = "testnode.counting";

enum class temper { plain, crashing, slow };

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ull;
  for (unsigned char c : text)
    hash = (hash ^ c) * 0x100000001b3ull;
  return hash;
}

/// State: the count in decimal, padded to 32 bytes.
class counting_logic : public group::group_logic {
 public:
  counting_logic(std::string name, temper temper, std::uint64_t emits_every)
      : name_(std::move(name)), temper_(temper), emits_every_(emits_every) {}

  std::string_view name() const override { return name_; }

  std::string pattern() const override { return {}; }

  std::optional<std::string> key_of(const group::event_view& event) const override {
    if (event.source == own_source)
      return std::nullopt;
    std::string_view id = event.id;
    static_cast<void>(event.detail["meta_data"]["session_cookie_id"].get_string().get(id));
    return std::to_string(hash_of(id) % keys_max);
  }

  group::step_output step(const group::step_input& input) const override {
    auto poison = false;
    static_cast<void>(input.event->detail["poison"].get_bool().get(poison));
    if (temper_ == temper::crashing && poison)
      throw std::runtime_error("this event is poison");
    // Against the rule that a step is pure: what a slow group is.
    if (temper_ == temper::slow && input.event->sequence % 64 == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(4));
    std::uint64_t count = 0;
    if (input.state)
      std::from_chars(input.state->data(), input.state->data() + input.state->size(), count);
    ++count;
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%-32llu", static_cast<unsigned long long>(count));
    group::step_output out;
    out.effect = group::state_effect::replace;
    out.state.assign(text.data(), 32);
    if (emits_every_ > 0 && input.event->sequence % emits_every_ == 0)
      out.events.push_back(
          {std::string(own_source), "counted", "{\"count\":" + std::to_string(count) + "}", {}});
    return out;
  }

 private:
  std::string name_;
  temper temper_;
  std::uint64_t emits_every_;
};

app::group_module module_of(std::string name, temper temper, std::uint64_t emits_every) {
  app::group_module out;
  out.name = name;
  out.check = [](const boost::json::object& options) {
    std::vector<app::option_fault> faults;
    for (auto& [key, value] : options)
      faults.push_back({"/" + std::string(key), "is not an option of this group"});
    return faults;
  };
  out.make = [name, temper, emits_every](const boost::json::object&, const std::string&) {
    return app::group_parts{std::make_shared<counting_logic>(name, temper, emits_every), {}, {}};
  };
  return out;
}

} // namespace

std::vector<app::group_module> test_groups() {
  std::vector<app::group_module> out;
  for (int i = 1; i <= 5; ++i)
    out.push_back(module_of("counting" + std::to_string(i), temper::plain, i == 1 ? 100 : 0));
  out.push_back(module_of("crashing", temper::crashing, 0));
  out.push_back(module_of("slow", temper::slow, 0));
  return out;
}

} // namespace baseplate::testnode
