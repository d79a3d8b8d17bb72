#include "tests/testnode/groups.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace baseplate::testnode {

namespace {

enum class manner { counts, crashes, dawdles };

bool flag(const group::event_view& event, const char* name) {
  bool value = false;
  return event.detail()[name].get_bool().get(value) == simdjson::SUCCESS && value;
}

class counter : public group::group_logic {
 public:
  counter(std::string name, manner how) : name_(std::move(name)), how_(how) {}

  std::string_view name() const override { return name_; }

  std::string pattern() const override { return {}; }

  std::optional<std::string> key_of(const group::event_view& event) const override {
    return std::string{event.id.substr(event.id.size() < 3 ? 0 : event.id.size() - 3)};
  }

  group::step_output step(const group::step_input& input) const override {
    if (how_ == manner::crashes && flag(*input.event, "boom"))
      throw std::runtime_error("this group crashes on events with boom");
    if (how_ == manner::dawdles && flag(*input.event, "slow"))
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    group::step_output out;
    out.effect = group::state_effect::replace;
    out.state = std::to_string(input.state ? std::stoull(*input.state) + 1 : 1);
    return out;
  }

 private:
  std::string name_;
  manner how_;
};

app::group_module module_of(std::string name, manner how) {
  return {name,
          [](const boost::json::object& options) {
            std::vector<app::option_fault> faults;
            for (auto& [key, value] : options)
              faults.push_back({"/" + std::string{key}, "this group has no options"});
            return faults;
          },
          [name, how](const boost::json::object&, const std::string&) {
            return app::group_parts{std::make_shared<counter>(name, how), {}, {}};
          }};
}

} // namespace

std::vector<app::group_module> test_groups() {
  std::vector<app::group_module> out;
  for (int i = 1; i <= 5; ++i)
    out.push_back(module_of("counter_" + std::to_string(i), manner::counts));
  out.push_back(module_of("crasher", manner::crashes));
  out.push_back(module_of("slow", manner::dawdles));
  return out;
}

} // namespace baseplate::testnode
