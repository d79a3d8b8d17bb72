#include "tests/simulation/simulator.hpp"

#include "tests/simulation/judge.hpp"
#include "tests/simulation/simulated_node.hpp"

#include <array>
#include <cstdio>

namespace baseplate::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::array names{"none",         "answer_before_sync", "no_fence",
                           "cursor_apart", "applied_lsn_apart",  "no_exceptions",
                           "overlap",      "early_delivery",     "no_epoch_at_bus"};

/// Virtual time after the last fault within which everything must be finished.
constexpr auto liveness_limit = 2h;

class run {
 public:
  explicit run(const scenario& x) : scenario_(x), random_(x.seed), outside_(x.seed) {}

  verdict go() {
    const auto crashes = 1 + random_() % 4;
    for (std::uint32_t i = 0; i <= crashes && verdict_.violations.empty(); ++i)
      live(i, i == crashes);
    verdict_.node_crashes = static_cast<std::uint32_t>(crashes);
    verdict_.attempts = outside_.attempts.size();
    return std::move(verdict_);
  }

 private:
  void say(const std::string& what) {
    if (scenario_.verbose)
      std::printf("%s\n", what.c_str());
  }

  /// One incarnation, from recovery to the cut of power or to the end.
  void live(std::uint32_t incarnation, bool last) {
    judge before{*disk_, groups_for_judging()};
    report(before.violations(outside_));
    simulated_node node{disk_, outside_, random_, incarnation, starts_at_, scenario_.fault};
    say("incarnation " + std::to_string(incarnation));
    const auto steps = 300 + random_() % 1300;
    for (std::uint64_t i = 0; i < steps && node.step(); ++i) {
      ++verdict_.steps;
      disturb(node);
    }
    if (last)
      finish(node);
    else
      node.cut_power();
    starts_at_ = node.now() + 1 + static_cast<unix_ms>(random_() % 60'000);
    judge after{*disk_, groups_for_judging()};
    report(after.violations(outside_));
    report(after.repeated(before, outside_, incarnation));
    if (last)
      conclude(after);
  }

  /// Clients act, and things break.
  void disturb(simulated_node& node) {
    const auto dice = random_() % 2000;
    if (dice < 60)
      node.clients().say_something();
    else if (dice < 160)
      node.clients().send_webhook();
    else if (dice < 166)
      node.kill_group(), ++verdict_.group_kills;
    else if (dice < 169)
      node.kill_target();
    else if (dice < 172 || (dice < 200 && scenario_.fault == planted_fault::no_epoch_at_bus))
      node.start_zombie(), ++verdict_.zombies;
    else if (dice == 200)
      node.kill_bus(), ++verdict_.bus_kills;
  }

  /// No more faults, no more orders: everything that was accepted must come to its end.
  void finish(simulated_node& node) {
    outside_.failing_percent = 0;
    const auto begun = node.elapsed();
    while (node.step()) {
      ++verdict_.steps;
      if (verdict_.steps % 7 == 0)
        node.clients().send_webhook();
      if (verdict_.steps % 500 == 0 && finished(node))
        return;
      if (node.elapsed() - begun > liveness_limit) {
        verdict_.violations.push_back("liveness: not everything was finished two hours after the "
                                      "last fault: "
                                      + unfinished(node));
        return;
      }
    }
    verdict_.violations.push_back("liveness: the node fell silent");
  }

  bool finished(simulated_node& node) {
    if (!outside_.webhooks.empty() || node.clients().waiting() || !node.idle())
      return false;
    judge now{*disk_, groups_for_judging()};
    return now.open_orders() == 0;
  }

  static std::string unfinished(simulated_node& node) {
    std::string out;
    for (auto& x : node.node().board->get()->subscribers)
      if (x.pending != 0)
        out += x.name + " has " + std::to_string(x.pending) + " pending at "
               + std::to_string(x.position) + "; ";
    return out.empty() ? "orders are open" : out;
  }

  void conclude(const judge& end) {
    report(end.conclusion(outside_));
    verdict_.events = end.log().events().size();
    verdict_.orders = end.orders();
    verdict_.fingerprint = end.fingerprint(outside_);
  }

  void report(std::vector<std::string> found) {
    for (auto& x : found)
      say("VIOLATION " + x);
    verdict_.violations.insert(verdict_.violations.end(), found.begin(), found.end());
  }

  std::vector<app::made_group> groups_for_judging() {
    std::mt19937_64 unused;
    return shop_groups(shop_config(unused), unused);
  }

  scenario scenario_;
  std::mt19937_64 random_;
  outside outside_;
  std::shared_ptr<platter> disk_ = std::make_shared<platter>();
  unix_ms starts_at_ = 1'790'000'000'000;
  verdict verdict_;
};

} // namespace

const char* to_string(planted_fault x) {
  return names.at(static_cast<std::size_t>(x));
}

bool planted_fault_from(const std::string& text, planted_fault& out) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (text == names[i]) {
      out = static_cast<planted_fault>(i);
      return true;
    }
  return false;
}

verdict simulate(const scenario& x) {
  return run{x}.go();
}

} // namespace baseplate::simulation
