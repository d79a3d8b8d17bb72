// An actor system under CAF's test coordinator: one thread, virtual time, and on demand an order
// of execution drawn from a seed. The same calls and the same seed give the same run.
// Invariants: nothing runs but inside drain(), step() and advance(); time moves only in advance()
//             and step_or_fire(); the destructor ends: actors that were handed to own() are killed.
// Threads:    one. Detached and blocking actors would get real threads: do not spawn them here.
#pragma once

#include "messages/identity.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace baseplate::test {

/// Wall time at the start of every virtual world: 2023-11-14T22:13:20Z.
inline constexpr unix_ms virtual_epoch_ms = 1'700'000'000'000;

/// Messages that one drain() may run before it is taken for an endless loop.
inline constexpr std::size_t events_per_drain_max = 5'000'000;

/// The configuration of a test's actor system: test scheduler, the project's messages.
struct virtual_config : caf::actor_system_config {
  virtual_config();
};

class virtual_world {
 public:
  virtual_world();

  virtual_world(const virtual_world&) = delete;
  virtual_world& operator=(const virtual_world&) = delete;

  /// Kills what is owned, drops all timers, runs what is left.
  ~virtual_world();

  caf::actor_system& system() { return system_; }

  caf::scheduler::test_coordinator& scheduler() { return scheduler_; }

  /// From now on the next actor to run is drawn from `seed` instead of first come, first served.
  /// Messages between two actors keep their order.
  void shuffle(std::uint64_t seed);

  /// The generator behind shuffle(), for a test's other choices. @pre shuffle() was called.
  std::mt19937_64& random() { return *random_; }

  // -- running --------------------------------------------------------------------

  /// Lets one actor handle one message, each in its turn. False: there is nothing to do.
  bool step();

  /// Runs until no actor has a message. Time stands still.
  /// @throws std::runtime_error after events_per_drain_max messages
  std::size_t drain();

  /// Drains, then moves the clock on by `span`, from timer to timer, and drains at each: a timer
  /// that is set again within `span` fires as often as it would in real time.
  void advance(std::chrono::nanoseconds span);

  /// One message, or if there is none, jumps to the next timer. False: nothing will ever happen.
  bool step_or_fire();

  // -- time -----------------------------------------------------------------------

  /// Since the start of this world.
  std::chrono::milliseconds elapsed();

  /// Wall time by the virtual clock.
  unix_ms now_ms() { return virtual_epoch_ms + elapsed().count(); }

  /// The same for an actor's options. Valid as long as this world.
  wall_clock wall() {
    return [this] { return now_ms(); };
  }

  // -- actors ---------------------------------------------------------------------

  /// Has the actor killed by the destructor. Returns it.
  template <class Handle>
  Handle own(Handle x) {
    owned_.push_back(caf::actor_cast<caf::strong_actor_ptr>(x));
    return x;
  }

  /// Spawns an owned actor.
  template <class Class, class... Ts>
  auto spawn(Ts&&... xs) {
    return own(system_.spawn<Class>(std::forward<Ts>(xs)...));
  }

  template <class F, class... Ts>
  auto spawn_fun(F f, Ts&&... xs) {
    return own(system_.spawn(std::move(f), std::forward<Ts>(xs)...));
  }

  /// Sends without a sender.
  template <class Handle, class... Ts>
  void tell(const Handle& to, Ts&&... xs) {
    caf::anon_send(caf::actor_cast<caf::actor>(to), std::forward<Ts>(xs)...);
  }

  /// Kills at once, ahead of the backlog: what a crash does, without its reason.
  template <class Handle>
  void kill(const Handle& x) {
    kill_now(caf::actor_cast<caf::strong_actor_ptr>(x));
  }

  /// Kills what is owned and lets it end. Timers are dropped.
  void end_owned();

  /// Actors that have not ended, hidden ones aside.
  std::size_t running() { return system_.registry().running(); }

  /// True once the actor has ended.
  template <class Handle>
  static bool ended(const Handle& x) {
    return caf::actor_cast<caf::abstract_actor*>(x)->getf(caf::abstract_actor::is_terminated_flag);
  }

 private:
  static void kill_now(const caf::strong_actor_ptr& x);

  virtual_config config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  caf::actor_clock::time_point start_;
  std::optional<std::mt19937_64> random_;
  std::vector<caf::strong_actor_ptr> owned_;
};

} // namespace baseplate::test
