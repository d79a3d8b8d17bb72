// An actor that stands in for another one in a test: it records the messages of the types that it
// is given, can answer them, and fails the test on any other.
//
//   probe<append, attach_bus> journal{world(), "journal"};
//   ... spawn the actor under test with journal.as<journal_actor>() ...
//   drain();
//   EXPECT_EQ(journal.take_one<append>().bus, 3u);
//   EXPECT_TRUE(journal.empty());
//
// Threads: that of the test.
#pragma once

#include "messages/caf/inspect.hpp"
#include "tests/support/virtual_world.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace baseplate::test {

/// Records messages of types Ts, in order of arrival.
template <class... Ts>
class probe {
 public:
  using record = std::variant<Ts...>;

  /// Called for each message after it was recorded; may send with `self`.
  template <class T>
  using reaction = std::function<void(caf::event_based_actor* self, const T& message)>;

  /// @param name in failure messages
  explicit probe(virtual_world& world, std::string name = "probe")
      : state_(std::make_shared<state>()) {
    state_->name = std::move(name);
    handle_ = world.own(world.system().spawn(
        [shared = state_](caf::event_based_actor* self) { return behave(self, shared); }));
  }

  /// The probe as an untyped actor.
  const caf::actor& handle() const { return handle_; }

  /// The probe as a typed handle. Not checked against Ts.
  template <class Handle>
  Handle as() const {
    return caf::actor_cast<Handle>(handle_);
  }

  /// Sends with the probe as the sender, so that answers come to it.
  template <class Handle, class... Us>
  void send(const Handle& to, Us&&... xs) const {
    caf::send_as(handle_, caf::actor_cast<caf::actor>(to), std::forward<Us>(xs)...);
  }

  /// What to do with messages of type T besides recording them. Replaces an earlier reaction.
  template <class T>
  void react(reaction<T> f) {
    std::get<reaction<T>>(state_->reactions) = std::move(f);
  }

  /// Other types do not fail the test any more; they are counted and dropped.
  void tolerate_others() { state_->tolerant = true; }

  /// Messages of other types that were dropped or have failed the test.
  std::size_t others() const { return state_->others; }

  /// All that arrived and was not taken, oldest first.
  const std::vector<record>& messages() const { return state_->messages; }

  bool empty() const { return state_->messages.empty(); }

  template <class T>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& x : state_->messages)
      n += std::holds_alternative<T>(x) ? 1 : 0;
    return n;
  }

  /// Removes and returns all messages of type T; others stay.
  template <class T>
  std::vector<T> take() {
    std::vector<T> result;
    std::vector<record> rest;
    for (auto& x : state_->messages) {
      if (auto* message = std::get_if<T>(&x))
        result.push_back(std::move(*message));
      else
        rest.push_back(std::move(x));
    }
    state_->messages = std::move(rest);
    return result;
  }

  /// Removes and returns the only message of type T. Fails the test if there is none or more; then
  /// returns the first or a default one.
  template <class T>
  T take_one() {
    auto all = take<T>();
    if (all.size() != 1)
      ADD_FAILURE() << state_->name << " has " << all.size() << " messages of that type, not 1";
    return all.empty() ? T{} : std::move(all.front());
  }

  void clear() { state_->messages.clear(); }

 private:
  struct state {
    std::string name;
    std::vector<record> messages;
    std::tuple<reaction<Ts>...> reactions;
    bool tolerant = false;
    std::size_t others = 0;
  };

  static caf::behavior behave(caf::event_based_actor* self, std::shared_ptr<state> shared) {
    self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
    self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) {});
    self->set_default_handler(
        [shared](caf::scheduled_actor*, caf::message_view& x) -> caf::result<caf::message> {
          ++shared->others;
          if (!shared->tolerant)
            ADD_FAILURE() << shared->name << " got an unexpected message: "
                          << caf::to_string(x.move_content_to_message());
          return caf::sec::unexpected_message;
        });
    return {[self, shared](const Ts& x) {
      shared->messages.emplace_back(x);
      if (auto& f = std::get<reaction<Ts>>(shared->reactions))
        f(self, x);
    }...};
  }

  std::shared_ptr<state> state_;
  caf::actor handle_;
};

} // namespace baseplate::test
