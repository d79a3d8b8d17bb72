#include "actors/gateway/gateway.hpp"

#include "actors/gateway/http_server.hpp"

#include <caf/actor_system.hpp>
#include <caf/atom.hpp>
#include <caf/behavior.hpp>
#include <caf/error.hpp>
#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/system_messages.hpp>
#include <spdlog/spdlog.h>

namespace baseplate::gateway {

namespace {

using drained_atom = caf::atom_constant<caf::atom("drained")>;

/// Questions go out in the gateway's name, so that the answers come to its mailbox.
class actor_bus_port final : public bus_port {
 public:
  actor_bus_port(bus_actor bus, journal_actor journal)
      : bus_(caf::actor_cast<caf::actor>(bus)), journal_(caf::actor_cast<caf::actor>(journal)) {}

  /// Once, before the I/O thread starts.
  void set_sender(const caf::actor& self) { self_ = self.address(); }

  void ask(subscribe_live question) override { send(bus_, std::move(question)); }

  void ask(get_bus_status question) override { send(bus_, question); }

  void ask(set_paused question) override { send(bus_, std::move(question)); }

  void ask(list_dead_letters question) override { send(journal_, question); }

  void give(demand credit) override { send(bus_, credit); }

  void drop(unsubscribe_live subscription) override { send(bus_, subscription); }

 private:
  template <class Message>
  void send(const caf::actor& to, Message message) {
    // An address, not a handle: the gateway's actor owns the server that owns this.
    const auto self = caf::actor_cast<caf::actor>(self_);
    if (self && to)
      caf::send_as(self, to, std::move(message));
  }

  caf::actor bus_;
  caf::actor journal_;
  caf::actor_addr self_;
};

struct gateway_state {
  static inline const char* name = "gateway";
  std::unique_ptr<http_server> server;
  std::chrono::milliseconds drain_timeout{};
  caf::error reason;
  bool draining = false;

  template <class Self>
  void end(Self* self, caf::error why) {
    server->stop();
    server.reset();
    self->quit(std::move(why));
  }
};

caf::behavior gateway_behavior(caf::stateful_actor<gateway_state>* self,
                               const std::shared_ptr<std::unique_ptr<http_server>>& server,
                               std::chrono::milliseconds drain_timeout) {
  self->state.server = std::move(*server);
  self->state.drain_timeout = drain_timeout;
  self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  self->set_down_handler([](caf::scheduled_actor*, caf::down_msg&) {});
  self->set_default_handler(
      [](caf::scheduled_actor*, caf::message_view&) -> caf::result<caf::message> {
        return caf::make_error(caf::sec::unexpected_message);
      });
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      return caf::make_error(caf::sec::runtime_error, std::string{error.what()});
    } catch (...) {
      return caf::sec::runtime_error;
    }
  });
  self->set_exit_handler([self](caf::exit_msg& message) {
    auto& state = self->state;
    if (!state.server)
      return;
    if (state.draining || message.reason == caf::exit_reason::kill) {
      state.end(self, message.reason);
      return;
    }
    state.draining = true;
    state.reason = message.reason;
    const auto to = self->address();
    state.server->drain(state.drain_timeout, [to] {
      if (const auto self = caf::actor_cast<caf::actor>(to))
        caf::anon_send(self, drained_atom::value);
    });
  });
  const auto pass = [self](auto message) {
    if (self->state.server)
      self->state.server->tell(std::move(message));
  };
  return {
      [pass](route_reply& message) { pass(std::move(message)); },
      [pass](live_subscribed& message) { pass(std::move(message)); },
      [pass](portion& message) { pass(std::move(message)); },
      [pass](bus_status& message) { pass(std::move(message)); },
      [pass](pause_set& message) { pass(std::move(message)); },
      [pass](dead_letters_listed& message) { pass(std::move(message)); },
      [self](drained_atom) {
        if (self->state.server && self->state.draining)
          self->state.end(self, self->state.reason);
      },
  };
}

} // namespace

caf::actor spawn_gateway(caf::actor_system& system, gateway_options options, gateway_ports ports) {
  const auto bus = std::make_shared<actor_bus_port>(ports.bus, ports.journal_control);
  server_ports inner;
  inner.journal = std::move(ports.journal);
  inner.bus = bus;
  inner.now = std::move(ports.now);
  inner.bus_by_name = std::move(ports.bus_by_name);
  inner.routes = std::move(ports.routes);
  inner.streams = std::move(ports.streams);
  inner.metrics_text = std::move(ports.metrics_text);
  inner.acknowledged = std::move(ports.acknowledged);
  inner.ready = std::move(ports.ready);
  inner.random = std::move(ports.random);
  const auto drain_timeout = options.drain_timeout;
  const auto host = options.host;
  const auto tls = !options.tls_certificate_file.empty();
  auto server = std::make_unique<http_server>(std::move(options), std::move(inner));
  auto* started = server.get();
  const auto port = server->port();
  auto place = std::make_shared<std::unique_ptr<http_server>>(std::move(server));
  auto self = system.spawn(gateway_behavior, place, drain_timeout);
  bus->set_sender(self);
  if (ports.on_listening)
    ports.on_listening(port);
  started->start();
  spdlog::default_logger()->info("gateway listens: url={}://{}:{}", tls ? "https" : "http", host,
                                 port);
  return self;
}

} // namespace baseplate::gateway
