#include "actors/supervision/supervised_child.hpp"
#include "app/registrar.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/probe.hpp"

#include <gtest/gtest.h>

namespace baseplate::app {
namespace {

class Registrar : public test::actor_test {
 protected:
  test::probe<attach_bus, declare_bus, declare_subscriber> journal{world(), "journal"};
  std::shared_ptr<directory> names = std::make_shared<directory>();

  static subscriber_spec spec(std::string name) {
    subscriber_spec out;
    out.name = std::move(name);
    out.bus = "default";
    return out;
  }

  /// Starts with one configured subscriber, "kept", on a log that knows these.
  std::vector<subscriber_spec> declared_with(std::vector<subscriber_entry> known) {
    auto subject = own(spawn_registrar(
        system(), {journal.as<journal_actor>(), names, {{"default", 0, 0}}, {spec("kept")}}));
    drain();
    EXPECT_EQ(journal.count<attach_bus>(), 1u);
    bus_attached attached;
    attached.subscribers = std::move(known);
    tell(subject, attached);
    drain();
    tell(subject, declared{journal.take_one<declare_bus>().request, 1, journal_error::none, {}});
    drain();
    std::vector<subscriber_spec> out;
    while (journal.count<declare_subscriber>() > 0) {
      const auto question = journal.take_one<declare_subscriber>();
      out.push_back(question.spec);
      tell(subject,
           declared{
               question.request, static_cast<subscriber_id>(out.size()), journal_error::none, {}});
      drain();
    }
    return out;
  }
};

TEST_F(Registrar, KeepsAPauseThatOutlivedTheRestart) {
  auto known = spec("kept");
  known.paused = true;
  const auto declared = declared_with({{1, known, 5, {}}});
  ASSERT_EQ(declared.size(), 1u);
  EXPECT_TRUE(declared[0].paused);
}

TEST_F(Registrar, LetsTheLogGoOnWithoutASubscriberThatIsNoLongerConfigured) {
  const auto declared = declared_with({{1, spec("dropped"), 5, {}}, {2, spec("kept"), 5, {}}});
  ASSERT_EQ(declared.size(), 2u);
  EXPECT_EQ(declared[0].name, "kept");
  EXPECT_EQ(declared[0].lag, lag_policy::hold);
  EXPECT_EQ(declared[1].name, "dropped");
  EXPECT_EQ(declared[1].lag, lag_policy::expire);
}

} // namespace
} // namespace baseplate::app
