#include "actors/supervision/crash_reason.hpp"
#include "actors/supervision/errors.hpp"
#include "actors/supervision/handlers.hpp"
#include "tests/support/actor_test.hpp"

#include <caf/all.hpp>

#include <stdexcept>
#include <string>

namespace baseplate::supervision {
namespace {

class CrashReason : public baseplate::test::actor_test {};

TEST_F(CrashReason, KeepsTheTextOfAnException) {
  const auto reason = crash_reason(std::make_exception_ptr(std::runtime_error("disk on fire")));
  EXPECT_EQ(reason, caf::sec::runtime_error);
  EXPECT_EQ(describe(reason, system()), "disk on fire");
}

TEST_F(CrashReason, IsNeverEmpty) {
  EXPECT_TRUE(crash_reason(std::make_exception_ptr(42)));
  EXPECT_EQ(describe(crash_reason(std::make_exception_ptr(42)), system()),
            "exception of an unknown type");
  EXPECT_EQ(describe(crash_reason(std::string{}), system()), "exception without a text");
}

TEST_F(CrashReason, CutsALongText) {
  const auto text = describe(crash_reason(std::string(100'000, 'x')), system());
  EXPECT_EQ(text.size(), crash_text_bytes_max);
}

TEST_F(CrashReason, IsWhatAMonitorSees) {
  auto child = world().spawn_fun([](caf::event_based_actor* self) -> caf::behavior {
    install_default_handlers(self);
    return {[](std::int32_t) { throw std::out_of_range("no such key"); }};
  });
  caf::error reason;
  caf::actor_cast<caf::abstract_actor*>(child)->attach_functor(
      [&](const caf::error& x) { reason = x; });
  drain();
  tell(child, std::int32_t{1});
  drain();
  EXPECT_EQ(describe(reason, system()), "no such key");
  EXPECT_EQ(exit_kind_of(reason), exit_kind::abnormal);
}

TEST_F(CrashReason, DescribesEveryKindOfReasonByName) {
  EXPECT_EQ(describe({}, system()), "normal");
  EXPECT_EQ(describe(caf::exit_reason::user_shutdown, system()), "user_shutdown");
  EXPECT_EQ(describe(caf::exit_reason::kill, system()), "kill");
  EXPECT_EQ(describe(caf::sec::request_timeout, system()), "request_timeout");
  EXPECT_EQ(describe(supervision_error::parking_full, system()), "parking_full");
  EXPECT_EQ(describe(make_error(supervision_error::intensity_exceeded, "bus: bug"), system()),
            "intensity_exceeded: bus: bug");
}

TEST_F(CrashReason, TellsNormalAndShutdownFromAbnormal) {
  EXPECT_EQ(exit_kind_of({}), exit_kind::normal);
  EXPECT_EQ(exit_kind_of(caf::error{caf::exit_reason::normal}), exit_kind::normal);
  EXPECT_EQ(exit_kind_of(caf::exit_reason::user_shutdown), exit_kind::shutdown);
  EXPECT_EQ(exit_kind_of(caf::exit_reason::kill), exit_kind::abnormal);
  EXPECT_EQ(exit_kind_of(caf::exit_reason::unreachable), exit_kind::abnormal);
  EXPECT_EQ(exit_kind_of(supervision_error::intensity_exceeded), exit_kind::abnormal);
}

TEST_F(CrashReason, SurvivesAnErrorInAnswerToASend) {
  auto callee = world().spawn_fun([](caf::event_based_actor* self) -> caf::behavior {
    install_default_handlers(self);
    return {[](std::int32_t) -> caf::result<void> { return caf::sec::invalid_argument; }};
  });
  auto caller = world().spawn_fun([callee](caf::event_based_actor* self) -> caf::behavior {
    install_default_handlers(self);
    return {[self, callee](std::int32_t x) { self->send(callee, x); }};
  });
  drain();
  tell(caller, std::int32_t{1});
  tell(caller, std::string{"nobody takes a string"});
  drain();
  EXPECT_FALSE(ended(caller));
  EXPECT_FALSE(ended(callee));
}

} // namespace
} // namespace baseplate::supervision
