// The fixture of actor tests: a virtual world per test, and a check that every actor has ended.
//
//   class MyActor : public baseplate::test::actor_test {};
//   TEST_F(MyActor, AnswersOnceTheIntervalIsOver) { ... drain(); advance(10s); ... }
#pragma once

#include "tests/support/probe.hpp"
#include "tests/support/virtual_world.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace baseplate::test {

class actor_test : public ::testing::Test {
 protected:
  virtual_world& world() { return world_; }

  caf::actor_system& system() { return world_.system(); }

  std::size_t drain() { return world_.drain(); }

  void advance(std::chrono::nanoseconds span) { world_.advance(span); }

  /// Wall time by the virtual clock.
  unix_ms now_ms() { return world_.now_ms(); }

  wall_clock wall() { return world_.wall(); }

  /// Has the actor killed when the test ends. Returns it.
  template <class Handle>
  Handle own(Handle x) {
    return world_.own(std::move(x));
  }

  template <class Handle, class... Ts>
  void tell(const Handle& to, Ts&&... xs) {
    world_.tell(to, std::forward<Ts>(xs)...);
  }

  template <class Handle>
  void kill(const Handle& x) {
    world_.kill(x);
  }

  template <class Handle>
  static bool ended(const Handle& x) {
    return virtual_world::ended(x);
  }

  /// Ends what is owned. An actor that still runs then was leaked: by a handle that it or another
  /// keeps to it, or by a timer. Members of a fixture that hold handles count: reset them first.
  void TearDown() override {
    world_.end_owned();
    EXPECT_EQ(world_.running(), 0u) << "actors were left running at the end of the test";
  }

 private:
  virtual_world world_;
};

} // namespace baseplate::test
