// The gateway as an actor: its answers come by the mailbox, its end is an exit message. The
// scheduler is CAF's own, since the I/O thread sends from outside of any test coordinator.
#include "actors/gateway/gateway.hpp"
#include "messages/caf/interfaces/reply_sink.hpp"
#include "tests/gateway/fake_ports.hpp"
#include "tests/gateway/raw_client.hpp"

#include <boost/json.hpp>
#include <caf/all.hpp>
#include <gtest/gtest.h>

namespace baseplate::gateway {

namespace {

struct settings : caf::actor_system_config {
  settings() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{2});
  }
};

/// Takes every subscription and sends one event on it; knows one subscriber.
caf::behavior one_event_bus(caf::event_based_actor* self) {
  const auto answer = [self](auto message) {
    self->send(caf::actor_cast<caf::actor>(self->current_sender()), std::move(message));
  };
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  return {
      [=](const subscribe_live& question) {
        answer(live_subscribed{question.request, live_subscriber_min + 1, 0, 1, ""});
        portion out;
        out.subscriber = live_subscriber_min + 1;
        out.epoch = 1;
        out.to = 1;
        out.events = {0};
        event_ref ref;
        ref.sequence = 1;
        ref.length = 2;
        out.chunk = std::make_shared<const chunk>("{}", std::vector<event_ref>{ref}, 1, 1);
        answer(out);
      },
      [=](const get_bus_status& question) {
        bus_status status;
        status.request = question.request;
        subscriber_status one;
        one.id = 3;
        one.name = "checkout";
        status.subscribers.push_back(one);
        answer(status);
      },
      [=](const set_paused& question) {
        answer(pause_set{question.request, ""});
      },
      [](const demand&) {},
      [](const unsubscribe_live&) {},
  };
}

caf::behavior one_letter_journal(caf::event_based_actor* self) {
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  return {[self](const list_dead_letters& question) {
    dead_letter letter;
    letter.sequence = question.subscriber;
    letter.envelope = "{}";
    self->send(caf::actor_cast<caf::actor>(self->current_sender()),
               dead_letters_listed{question.request, {letter}});
  }};
}

struct Gateway : ::testing::Test {
  settings config;
  caf::actor_system system{config};
  caf::actor bus = system.spawn(one_event_bus);
  caf::actor journal_control = system.spawn(one_letter_journal);
  server_fixture stand_ins;
  caf::actor gateway;
  std::uint16_t port = 0;

  void start() {
    gateway_ports ports;
    ports.journal = stand_ins.journal;
    ports.bus = caf::actor_cast<bus_actor>(bus);
    ports.journal_control = caf::actor_cast<journal_actor>(journal_control);
    ports.now = stand_ins.ports.now;
    ports.bus_by_name = stand_ins.ports.bus_by_name;
    ports.routes = stand_ins.ports.routes;
    ports.random = stand_ins.ports.random;
    ports.on_listening = [this](std::uint16_t bound) { port = bound; };
    gateway = spawn_gateway(system, stand_ins.options, std::move(ports));
  }

  /// Waits for the end of the gateway and gives its reason.
  caf::error end_of_gateway() {
    caf::scoped_actor self{system};
    caf::error out;
    self->monitor(gateway);
    self->receive([&](const caf::down_msg& message) { out = message.reason; },
                  caf::after(std::chrono::seconds{10}) >> [] { FAIL() << "it does not end"; });
    return out;
  }

  void TearDown() override {
    for (auto* each : {&gateway, &bus, &journal_control})
      if (*each)
        caf::anon_send_exit(*each, caf::exit_reason::kill);
    gateway = nullptr;
    bus = nullptr;
    journal_control = nullptr;
  }
};

} // namespace

TEST_F(Gateway, BridgesTheBusToTails) {
  start();
  raw_client client{port};
  client.send(get("/v1/tail?from=oldest&count=1"));
  EXPECT_NE(client.read_to_end().find("id: 1\ndata: {\"bus\":\"default\",\"sequence\":1}\n\n"),
            std::string::npos);
}

TEST_F(Gateway, AsksTheBusAndTheJournal) {
  start();
  raw_client client{port};
  EXPECT_NE(client.ask(get("/v1/subscribers")).body.find("checkout"), std::string::npos);
  EXPECT_EQ(client.ask(post("/v1/subscribers/checkout/pause", "")).body,
            R"({"subscriber":"checkout","paused":true})");
  const auto letters
      = boost::json::parse(client.ask(get("/v1/subscribers/checkout/dead-letters")).body);
  EXPECT_EQ(letters.at("dead_letters").at(0).at("sequence").to_number<int>(), 3);
}

TEST_F(Gateway, PassesRepliesToWaitingRequests) {
  http_route route;
  route.method = "POST";
  route.path = "/v1/orders";
  route.decide = [](const http_request&, unix_ms) {
    return route_decision{{{"o1", "shop", "order", "{}"}}, std::nullopt};
  };
  stand_ins.ports.routes.push_back(route);
  start();
  raw_client client{port};
  client.send(post("/v1/orders", ""));
  while (stand_ins.journal->events() == 0)
    std::this_thread::yield();
  caf::anon_send(caf::actor_cast<reply_sink_actor>(gateway), route_reply{"o1", 201, "{}"});
  EXPECT_EQ(client.read().status, 201);
}

TEST_F(Gateway, DrainsOnExitAndQuitsWithTheReason) {
  start();
  raw_client client{port};
  stand_ins.journal->hold();
  client.send(post("/v1/events", R"({"source":"s","detail-type":"t","detail":{}})"));
  ASSERT_TRUE(stand_ins.journal->wait_for(1));
  caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
  while (true) { // until it takes no more connections
    try {
      raw_client another{port};
      another.at_end();
    } catch (const std::runtime_error&) {
      break;
    }
  }
  stand_ins.journal->release(1);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_EQ(end_of_gateway(), caf::exit_reason::user_shutdown);
}

TEST_F(Gateway, EndsAtOnceWhenKilled) {
  stand_ins.options.drain_timeout = std::chrono::hours{1};
  start();
  raw_client client{port};
  stand_ins.journal->hold();
  client.send(post("/v1/events", R"({"source":"s","detail-type":"t","detail":{}})"));
  ASSERT_TRUE(stand_ins.journal->wait_for(1));
  caf::anon_send_exit(gateway, caf::exit_reason::kill);
  EXPECT_EQ(end_of_gateway(), caf::exit_reason::kill);
  EXPECT_TRUE(client.at_end());
}

TEST_F(Gateway, ASecondExitMessageEndsTheDraining) {
  stand_ins.options.drain_timeout = std::chrono::hours{1};
  start();
  raw_client client{port};
  stand_ins.journal->hold();
  client.send(post("/v1/events", R"({"source":"s","detail-type":"t","detail":{}})"));
  ASSERT_TRUE(stand_ins.journal->wait_for(1));
  caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
  EXPECT_EQ(end_of_gateway(), caf::exit_reason::user_shutdown);
}

TEST_F(Gateway, SurvivesMessagesThatItDoesNotKnow) {
  start();
  caf::anon_send(gateway, std::string{"what?"});
  caf::anon_send(gateway, route_reply{"nobody waits", 200, ""});
  EXPECT_EQ(raw_client{port}.ask(get("/livez")).status, 200);
}

TEST_F(Gateway, FailsToStartOnATakenPort) {
  start();
  server_fixture other;
  gateway_ports ports;
  ports.journal = other.journal;
  ports.now = other.ports.now;
  ports.random = other.ports.random;
  ports.bus_by_name = other.ports.bus_by_name;
  other.options.port = port;
  EXPECT_THROW(spawn_gateway(system, other.options, std::move(ports)), std::exception);
}

} // namespace baseplate::gateway
