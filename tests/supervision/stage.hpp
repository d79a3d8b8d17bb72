// What the supervisor's tests share: children that behave as a script says, a trace of what they
// did, and the reports of the supervisor under test.
#pragma once

#include "actors/supervision/child_spec.hpp"
#include "actors/supervision/report.hpp"
#include "actors/supervision/slot.hpp"
#include "actors/supervision/supervisor.hpp"
#include "tests/support/virtual_world.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace baseplate::supervision::test {

/// Orders to a scripted child.
using boom_atom = caf::atom_constant<caf::atom("boom")>;       // throws "bug"
using done_atom = caf::atom_constant<caf::atom("done")>;       // ends normally
using halt_atom = caf::atom_constant<caf::atom("halt")>;       // ends with user_shutdown
using confirm_atom = caf::atom_constant<caf::atom("confirm")>; // confirms its start

/// How the incarnations of one child behave, and what they have done.
struct script {
  /// Confirms its start only when it gets `confirm_atom`.
  bool slow_start = false;
  /// Incarnations (from 1) whose start function throws.
  std::set<int> throws_at;
  /// Incarnations that crash instead of confirming.
  std::set<int> crashes_at;
  /// Takes the exit request but does not end.
  bool ignores_exit = false;
  /// Takes the exit request and ends so much later.
  std::optional<std::chrono::milliseconds> ends_after;
  /// Also while it stops: crashes on the exit request.
  bool crashes_on_exit = false;

  int incarnations = 0;
  int live = 0;
  int live_max = 0;
  /// "incarnation:number" of the numbers that it got.
  std::vector<std::string> got;
  /// The latest incarnation, weakly.
  caf::actor_addr latest;
};

/// One test's scripts, trace and reports.
class stage {
 public:
  explicit stage(baseplate::test::virtual_world& world) : world_(world) {}

  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  ~stage() { world_.end_owned(); }

  script& of(const std::string& id) { return scripts_[id]; }

  /// A permanent child with that id.
  child_spec spec(const std::string& id);

  /// One for one, intensity 3 in 10 s, back-off from 100 ms to 1 s, no jitter.
  supervisor_options options(restart_strategy strategy = restart_strategy::one_for_one);

  /// Starts a supervisor, lets it run, and watches its end.
  caf::actor start(supervisor_options options, std::vector<child_spec> specs);

  /// The same without running anything.
  caf::actor spawn(supervisor_options options, std::vector<child_spec> specs);

  /// To the latest incarnation, past the slot.
  template <class... Ts>
  void tell(const std::string& id, Ts&&... xs) {
    if (auto x = caf::actor_cast<caf::actor>(of(id).latest))
      world_.tell(x, std::forward<Ts>(xs)...);
  }

  /// Orders the latest incarnation and drains.
  template <class Atom>
  void order(const std::string& id, Atom what) {
    tell(id, what);
    world_.drain();
  }

  /// An orderly stop.
  void stop(const caf::actor& supervisor) {
    caf::anon_send_exit(supervisor, caf::exit_reason::user_shutdown);
  }

  /// "start a", "end a", ... since the last call.
  std::vector<std::string> take_trace() { return std::exchange(trace, {}); }

  /// "started a", "failed a", ... since the last call.
  std::vector<std::string> take_events();

  std::vector<std::string> trace;
  std::vector<supervision_report> reports;
  /// Why the supervisor of start() ended.
  std::optional<caf::error> ended;

  baseplate::test::virtual_world& world() { return world_; }

 private:
  baseplate::test::virtual_world& world_;
  std::map<std::string, script> scripts_;
};

/// A child that CAF does not schedule: collects what it gets, ends when told.
class foreign_actor : public caf::monitorable_actor {
 public:
  explicit foreign_actor(caf::actor_config& config) : caf::monitorable_actor(config) {
    register_at_system();
  }

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    got.push_back(caf::to_string(what->move_content_to_message()));
  }

  void end(caf::error reason) {
    if (cleanup(std::move(reason), nullptr))
      unregister_from_system();
  }

  void on_destroy() override {
    end(caf::exit_reason::unreachable);
    caf::monitorable_actor::on_destroy();
  }

  std::vector<std::string> got;
};

caf::actor make_foreign_actor(caf::actor_system& system);

foreign_actor& foreign_of(const caf::actor& x);

} // namespace baseplate::supervision::test
