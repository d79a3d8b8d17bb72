#include "app/psp_simulator/psp_simulator.hpp"

#include "app/psp_simulator/http_api.hpp"
#include "app/psp_simulator/payment_ledger.hpp"
#include "app/psp_simulator/webhook_sender.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>

namespace baseplate::psp_simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr std::size_t body_bytes_max = 64 * 1024;
constexpr std::size_t header_bytes_max = 8 * 1024;
constexpr std::chrono::seconds idle_max{60};
constexpr std::uint32_t connections_max = 1024;

std::int64_t wall_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void check(const psp_simulator_options& options) {
  auto probability = [](double value) { return value >= 0 && value <= 1; };
  auto& plan = options.plan;
  if (!probability(plan.decline) || !probability(plan.duplicate) || !probability(plan.reorder)
      || !probability(plan.drop))
    throw std::runtime_error("a probability must be 0 to 1");
  if (plan.delay_ms_min < 0 || plan.delay_ms_max < plan.delay_ms_min)
    throw std::runtime_error("the delay must be a range from 0");
  if (options.webhook_secrets.empty())
    throw std::runtime_error("a webhook secret is needed");
  if (options.retry_ms < 1 || options.retry_max_ms < options.retry_ms
      || options.webhook_timeout_ms < 1)
    throw std::runtime_error("retry pauses and timeout must be positive");
  if (options.webhooks_in_flight_max < 1 || options.webhooks_in_flight_max > 1000)
    throw std::runtime_error("webhooks in flight must be 1 to 1000");
}

} // namespace

struct psp_simulator::implementation {
  explicit implementation(psp_simulator_options given)
      : options(std::move(given)), ledger(options.data_file, options.plan), acceptor(io) {
    if (!options.webhook_url.empty())
      sender.emplace(io, options, ledger);
    boost::system::error_code error;
    auto address = asio::ip::make_address(options.address, error);
    if (error)
      throw std::runtime_error("not an IP address: " + options.address);
    tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint, error);
    if (!error)
      acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
      throw std::runtime_error("cannot listen on " + options.address + ":"
                               + std::to_string(options.port) + ": " + error.message());
  }

  api_response answer(const http::request<http::string_body>& request) {
    api_request plain{std::string(request.method_string()), std::string(request.target()),
                      std::string(request["Idempotency-Key"]), request.body()};
    auto response = handle(ledger, options.payments_max, plain, wall_now());
    if (sender && !response.owed_payment_id.empty())
      sender->owe(response.owed_payment_id);
    return response;
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    for (bool open = true; open;) {
      stream.expires_after(idle_max);
      http::request_parser<http::string_body> parser;
      parser.body_limit(body_bytes_max);
      parser.header_limit(header_bytes_max);
      co_await http::async_read(stream, buffer, parser, token);
      if (error && error != http::error::body_limit)
        break;
      api_response answered;
      if (error)
        answered = error_answer(413, "body_too_large", "the body is larger than 65536 bytes");
      else
        answered = answer(parser.get());
      open = !error && parser.get().keep_alive();
      http::response<http::string_body> response{static_cast<http::status>(answered.status), 11};
      response.set(http::field::content_type, "application/json");
      response.keep_alive(open);
      response.body() = std::move(answered.body);
      response.prepare_payload();
      error = {};
      co_await http::async_write(stream, response, token);
      if (error)
        break;
    }
    --connections;
  }

  asio::awaitable<void> accept() {
    for (;;) {
      boost::system::error_code error;
      auto socket
          = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted)
        co_return;
      if (error) {
        // Out of descriptors, most likely: a pause, so that this does not spin.
        asio::steady_timer timer(io, std::chrono::milliseconds{50});
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
        continue;
      }
      if (connections >= connections_max)
        continue;
      ++connections;
      asio::co_spawn(io, serve(std::move(socket)), asio::detached);
    }
  }

  psp_simulator_options options;
  asio::io_context io{1};
  payment_ledger ledger;
  std::optional<webhook_sender> sender;
  tcp::acceptor acceptor;
  std::uint32_t connections = 0;
};

psp_simulator::psp_simulator(psp_simulator_options options) {
  check(options);
  implementation_ = std::make_unique<implementation>(std::move(options));
}

psp_simulator::~psp_simulator() = default;

std::uint16_t psp_simulator::port() const {
  return implementation_->acceptor.local_endpoint().port();
}

void psp_simulator::run(bool until_signal) {
  auto& self = *implementation_;
  asio::signal_set signals(self.io);
  if (until_signal) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    signals.async_wait([&](boost::system::error_code error, int) {
      if (!error)
        self.io.stop();
    });
  }
  asio::co_spawn(self.io, self.accept(), asio::detached);
  // What a provider that was killed still owes.
  if (self.sender)
    for (auto& payment : self.ledger.payments())
      self.sender->owe(payment->payment_id);
  if (self.options.on_listening)
    self.options.on_listening(port());
  self.io.run();
}

void psp_simulator::stop() {
  implementation_->io.stop();
}

int run_psp_simulator(const psp_simulator_options& options) {
  try {
    psp_simulator simulator(options);
    std::printf("psp-simulator listens on http://%s:%u\n", options.address.c_str(),
                static_cast<unsigned>(simulator.port()));
    std::fflush(stdout);
    simulator.run(true);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "psp-simulator: %s\n", error.what());
    return 1;
  }
}

} // namespace baseplate::psp_simulator
