#include "messages/caf/interfaces/bus.hpp"
#include "messages/caf/interfaces/journal.hpp"
#include "messages/caf/interfaces/reply_sink.hpp"
#include "messages/caf/interfaces/transport.hpp"
#include "messages/caf/self_test.hpp"
#include "messages/caf/type_ids.hpp"
#include "messages/registry.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

namespace baseplate {
namespace {

struct registered : caf::actor_system_config {
  registered() {
    baseplate::add_message_types(*this);
    set("scheduler.max-threads", std::size_t{1});
  }
};

TEST(SelfTest, PassesWithoutASystem) {
  const auto fault = round_trip_self_test();
  EXPECT_FALSE(fault) << *fault;
}

TEST(SelfTest, PassesInASystemThatRegisteredTheMessages) {
  registered config;
  caf::actor_system system{config};
  const auto fault = round_trip_self_test(&system);
  EXPECT_FALSE(fault) << *fault;
}

TEST(SelfTest, NamesTheFirstTypeThatASystemDoesNotKnow) {
  caf::actor_system_config config;
  config.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{config};
  const auto fault = round_trip_self_test(&system);
  ASSERT_TRUE(fault);
  EXPECT_TRUE(fault->starts_with("open_subscriber: ")) << *fault;
}

TEST(SelfTest, TakesNoNoticeableTimeAtAStart) {
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_FALSE(round_trip_self_test());
  // A debug build under a sanitizer on a busy machine; a release build needs a few milliseconds.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

template <class Block, std::size_t... Is>
std::vector<std::string_view> block_names(std::index_sequence<Is...>) {
  return {type_name_of<typename caf::type_by_id<Block::begin + Is>::type>()...};
}

TEST(TypeIds, AreOfTypesThatTheRegistryKnows) {
  using block = caf::id_block::baseplate;
  const auto names = block_names<block>(std::make_index_sequence<block::end - block::begin>{});
  EXPECT_EQ(names.size(), 42u);
  for (const auto name : names)
    EXPECT_NE(find_message_type(name), nullptr) << name;
}

template <class Handle, class Message>
constexpr bool takes = requires(caf::scoped_actor self, Handle handle, Message message) {
  self->send(handle, message);
};

TEST(Handles, TakeTheirMessagesAndNoOthers) {
  static_assert(takes<journal_actor, commit>);
  static_assert(takes<bus_actor, subscribe>);
  static_assert(takes<bus_actor, log_appended>);
  static_assert(takes<transport_actor, attempt>);
  static_assert(takes<reply_sink_actor, route_reply>);
  registered config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  // What a handle is for: an untyped actor behind it gets what was sent.
  auto probe = system.spawn([](caf::event_based_actor* actor) -> caf::behavior {
    return {[actor](const commit& x) {
      actor->send(caf::actor_cast<caf::actor>(actor->current_sender()),
                  committed{x.subscriber, x.epoch, x.cursor});
    }};
  });
  commit message;
  message.epoch = 2;
  self->send(caf::actor_cast<journal_actor>(probe), message);
  self->receive([](const committed& x) { EXPECT_EQ(x.epoch, 2u); },
                caf::after(std::chrono::seconds(10)) >> [] { FAIL() << "no answer"; });
  caf::anon_send_exit(probe, caf::exit_reason::user_shutdown);
}

} // namespace
} // namespace baseplate
