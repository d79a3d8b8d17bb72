// A small HTTP server on a thread of its own for tests: records requests, answers as it is told.
#pragma once

#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace baseplate::test {

namespace http = boost::beast::http;
namespace asio = boost::asio;

class http_server {
 public:
  using request = http::request<http::string_body>;
  using response = http::response<http::string_body>;
  /// Fills the response; false: the connection is closed without one. Runs on the server's thread.
  using answer_function = std::function<bool(const request&, response&)>;

  explicit http_server(answer_function answer)
      : answer_(std::move(answer)),
        acceptor_(context_, asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
        port_(acceptor_.local_endpoint().port()) {
    accept();
    thread_ = std::thread([this] { context_.run(); });
  }

  ~http_server() {
    context_.stop();
    thread_.join();
  }

  unsigned short port() const { return port_; }

  std::string url(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  std::vector<request> requests() {
    std::lock_guard guard(mutex_);
    return requests_;
  }

  std::size_t connections() {
    std::lock_guard guard(mutex_);
    return connections_;
  }

 private:
  struct session : std::enable_shared_from_this<session> {
    session(http_server& server, asio::ip::tcp::socket socket)
        : server(server), stream(std::move(socket)) {}

    void read() {
      in = {};
      http::async_read(stream, buffer, in, [self = shared_from_this()](auto fault, std::size_t) {
        if (!fault)
          self->answer();
      });
    }

    void answer() {
      {
        std::lock_guard guard(server.mutex_);
        server.requests_.push_back(in);
      }
      out = {};
      out.version(11);
      out.result(http::status::ok);
      out.keep_alive(true);
      if (!server.answer_(in, out))
        return stream.close();
      out.prepare_payload();
      http::async_write(stream, out, [self = shared_from_this()](auto fault, std::size_t) {
        if (!fault)
          self->read();
      });
    }

    http_server& server;
    boost::beast::tcp_stream stream;
    boost::beast::flat_buffer buffer;
    request in;
    response out;
  };

  void accept() {
    acceptor_.async_accept([this](auto fault, asio::ip::tcp::socket socket) {
      if (fault)
        return;
      {
        std::lock_guard guard(mutex_);
        ++connections_;
      }
      std::make_shared<session>(*this, std::move(socket))->read();
      accept();
    });
  }

  answer_function answer_;
  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_;
  unsigned short port_;
  std::mutex mutex_;
  std::vector<request> requests_;
  std::size_t connections_ = 0;
  std::thread thread_;
};

} // namespace baseplate::test
