#include "actors/gateway/http_server.hpp"

#include "actors/gateway/logic/response_head.hpp"
#include "actors/gateway/request_handler.hpp"
#include "actors/gateway/socket_connection.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include <mutex>
#include <thread>
#include <unordered_map>

namespace baseplate::gateway {

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;
using time_point = std::chrono::steady_clock::time_point;

namespace {

/// Clients above connections_max that are told so; further ones are closed without a word.
constexpr std::size_t refused_connections_max = 64;

using tcp_acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
using coarse_timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                                asio::wait_traits<std::chrono::steady_clock>,
                                                asio::io_context::executor_type>;

asio::ssl::context make_tls(const gateway_options& options) {
  asio::ssl::context out{asio::ssl::context::tls_server};
  out.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2
                  | asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1
                  | asio::ssl::context::no_tlsv1_1 | asio::ssl::context::single_dh_use);
  out.use_certificate_chain_file(options.tls_certificate_file);
  out.use_private_key_file(options.tls_private_key_file, asio::ssl::context::pem);
  return out;
}

} // namespace

/// Lives as long as its http_server, which joins the thread first: handlers may hold `this`.
class http_server::core final : public connection_host {
 public:
  core(gateway_options options, server_ports ports)
      : options_(std::move(options)), ports_(std::move(ports)), acceptor_(io_.get_executor()),
        timer_(io_.get_executor()), handler_(options_, ports_, counters_),
        log_(spdlog::get("gateway")) {
    if (!log_)
      log_ = spdlog::default_logger();
    if (!options_.tls_certificate_file.empty())
      tls_.emplace(make_tls(options_));
    error_code error;
    const auto address = asio::ip::make_address(options_.host, error);
    if (error)
      throw std::invalid_argument("host is not an IP address: " + options_.host);
    const tcp::endpoint endpoint{address, options_.port};
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen(asio::socket_base::max_listen_connections);
    port_ = acceptor_.local_endpoint().port();
    handler_.set_now(std::chrono::steady_clock::now());
  }

  std::uint16_t port() const { return port_; }

  void start() {
    sink_ = std::make_shared<publish_sink>(*this);
    handler_.set_sink(sink_);
    accept();
    thread_ = std::thread{[this] { run(); }};
  }

  void stop() {
    if (sink_)
      sink_->detach();
    guard_.reset();
    io_.stop();
    if (thread_.joinable())
      thread_.join();
    // Nothing runs any more. What waits in the io_context holds connections: let it see that they
    // are closed.
    stopped_ = true;
    timer_.cancel();
    stop_accepting();
    auto left = std::move(connections_);
    for (auto& [key, client] : left)
      client->close();
    io_.restart();
    io_.poll();
  }

  template <class F>
  void post(F&& work) {
    asio::post(io_, std::forward<F>(work));
  }

  template <class Message>
  void tell(Message message) {
    post([this, message = std::move(message)]() mutable { handler_.tell(std::move(message)); });
  }

  void stop_accepting() {
    error_code ignored;
    acceptor_.close(ignored);
  }

  void drain(std::chrono::milliseconds deadline, std::function<void()> drained) {
    stop_accepting();
    handler_.set_draining();
    draining_ = true;
    drained_ = std::move(drained);
    drain_until_ = std::chrono::steady_clock::now() + deadline;
    log_->info("gateway drains: connections={} requests_in_flight={}", connections_.size(),
               handler_.in_flight());
    for_each_connection([](connection& client) { client.drain(); });
    check_drained();
    arm_timer();
  }

  // -- connection_host ------------------------------------------------------------------

  head_decision on_head(const parsed_request& request) override {
    return handler_.on_head(request);
  }

  void on_request(const exchange& to, parsed_request& request, const route_match& route) override {
    handler_.on_request(to, request, route);
  }

  std::string render(const exchange& to, const http_response& response) override {
    return handler_.render(to, response);
  }

  void on_stream_credit(subscriber_id subscriber, std::uint32_t events) override {
    ports_.bus->give({subscriber, 1, events});
  }

  void on_closed(connection& gone, subscriber_id subscriber) override {
    if (subscriber != 0)
      handler_.on_stream_closed(gone, subscriber);
    if (stopped_)
      return;
    connections_.erase(&gone);
    counters_.connections_open = connections_.size();
    check_drained();
  }

  bool on_buffered(std::int64_t delta) override {
    counters_.buffered_bytes += static_cast<std::uint64_t>(delta);
    return counters_.buffered_bytes <= options_.buffered_bytes_max;
  }

  void on_written(std::size_t bytes) override { counters_.written_bytes += bytes; }

  void on_bad_request(int status) override {
    log_->debug("gateway refused request: status={}", status);
  }

  bool draining() const override { return draining_; }

  time_point coarse_now() const override { return handler_.now(); }

 private:
  /// Completions from the journal's thread: one post for all of a group commit.
  class publish_sink final : public completion_sink {
   public:
    explicit publish_sink(core& owner) : owner_(&owner) {}

    void complete(std::vector<publish_completion> completions) override {
      std::lock_guard lock{mutex_};
      if (!owner_)
        return;
      owner_->post([owner = owner_, done = std::move(completions)]() mutable {
        owner->handler_.on_completions(std::move(done));
      });
    }

    void detach() {
      std::lock_guard lock{mutex_};
      owner_ = nullptr;
    }

   private:
    std::mutex mutex_;
    core* owner_;
  };

  void run() {
    for (;;) {
      try {
        io_.run();
        return;
      } catch (const std::exception& error) {
        // A bug, or memory is short: the connection that met it is lost, the server goes on.
        log_->error("gateway caught exception: what={}", error.what());
      }
    }
  }

  void accept() {
    acceptor_.async_accept(io_, [this](const error_code& error, tcp_socket socket) {
      on_accept(error, std::move(socket));
    });
  }

  void on_accept(const error_code& error, tcp_socket socket) {
    if (!acceptor_.is_open())
      return;
    if (error) {
      if (error == asio::error::operation_aborted)
        return;
      log_->warn("gateway cannot accept connection: error={}", error.message());
      accept_failed_ = true; // out of descriptors: again at the next sweep
      arm_timer();
      return;
    }
    add_connection(std::move(socket));
    accept();
  }

  void add_connection(tcp_socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    if (connections_.empty())
      handler_.set_now(std::chrono::steady_clock::now());
    const auto full = connections_.size() >= options_.connections_max;
    if (full) {
      ++counters_.connections_refused;
      if (tls_ || connections_.size() >= options_.connections_max + refused_connections_max)
        return;
    }
    ++counters_.connections_accepted;
    std::shared_ptr<connection> client;
    if (tls_)
      client = std::make_shared<tls_connection>(*this, options_, std::move(socket), *tls_);
    else
      client = std::make_shared<tcp_connection>(*this, options_, std::move(socket));
    connections_.emplace(client.get(), client);
    counters_.connections_open = connections_.size();
    arm_timer();
    if (!full) {
      client->open();
      return;
    }
    exchange to;
    to.keep_alive = false;
    auto response = error_response(503, "TooManyConnections", "Too many connections are open.");
    response.headers.emplace_back("Retry-After", "1");
    client->open_refused(handler_.render(to, response));
  }

  template <class F>
  void for_each_connection(F&& f) {
    std::vector<std::shared_ptr<connection>> clients;
    clients.reserve(connections_.size());
    for (auto& [key, client] : connections_)
      clients.push_back(client);
    for (auto& client : clients)
      f(*client);
  }

  void arm_timer() {
    if (timer_armed_ || stopped_)
      return;
    timer_armed_ = true;
    timer_.expires_after(options_.sweep_interval);
    timer_.async_wait([this](const error_code& error) {
      if (!error)
        sweep();
    });
  }

  void sweep() {
    timer_armed_ = false;
    const auto now = std::chrono::steady_clock::now();
    handler_.set_now(now);
    handler_.sweep(now);
    for_each_connection([now](connection& client) { client.sweep(now); });
    if (accept_failed_ && acceptor_.is_open()) {
      accept_failed_ = false;
      accept();
    }
    if (draining_ && drained_ && now > drain_until_) {
      log_->warn("gateway cuts off connections at the deadline: connections={}",
                 connections_.size());
      for_each_connection([](connection& client) { client.close(); });
      check_drained();
    }
    if (!connections_.empty() || handler_.in_flight() > 0 || accept_failed_ || drained_)
      arm_timer();
  }

  void check_drained() {
    if (draining_ && drained_ && connections_.empty())
      std::exchange(drained_, nullptr)();
  }

  gateway_options options_;
  server_ports ports_;
  server_counters counters_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
  std::optional<asio::ssl::context> tls_;
  tcp_acceptor acceptor_;
  coarse_timer timer_;
  request_handler handler_;
  std::shared_ptr<publish_sink> sink_;
  std::shared_ptr<spdlog::logger> log_;
  std::unordered_map<connection*, std::shared_ptr<connection>> connections_;
  std::thread thread_;
  std::function<void()> drained_;
  time_point drain_until_{};
  std::uint16_t port_ = 0;
  bool timer_armed_ = false;
  bool accept_failed_ = false;
  bool draining_ = false;
  bool stopped_ = false;
};

http_server::http_server(gateway_options options, server_ports ports)
    : core_(std::make_unique<core>(std::move(options), std::move(ports))) {}

http_server::~http_server() {
  stop();
}

std::uint16_t http_server::port() const {
  return core_->port();
}

void http_server::start() {
  core_->start();
}

void http_server::stop_accepting() {
  core_->post([core = core_.get()] { core->stop_accepting(); });
}

void http_server::drain(std::chrono::milliseconds deadline, std::function<void()> drained) {
  core_->post([core = core_.get(), deadline, drained = std::move(drained)]() mutable {
    core->drain(deadline, std::move(drained));
  });
}

void http_server::stop() {
  core_->stop();
}

void http_server::tell(route_reply message) {
  core_->tell(std::move(message));
}

void http_server::tell(live_subscribed message) {
  core_->tell(std::move(message));
}

void http_server::tell(portion message) {
  core_->tell(std::move(message));
}

void http_server::tell(bus_status message) {
  core_->tell(std::move(message));
}

void http_server::tell(pause_set message) {
  core_->tell(std::move(message));
}

void http_server::tell(dead_letters_listed message) {
  core_->tell(std::move(message));
}

} // namespace baseplate::gateway
