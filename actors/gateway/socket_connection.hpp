// How a connection's bytes move: over TCP, and over TLS over TCP. The executor is the io_context's
// own, not any_executor: that and one write per answer are what makes it fast.
#pragma once

#include "actors/gateway/connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace baseplate::gateway {

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                    boost::asio::io_context::executor_type>;

/// Plain HTTP.
class tcp_connection final : public connection {
 public:
  tcp_connection(connection_host& host, const gateway_options& options, tcp_socket socket)
      : connection(host, options), socket_(std::move(socket)) {}

  void open() override { begin(); }

 private:
  std::shared_ptr<tcp_connection> self() {
    return std::static_pointer_cast<tcp_connection>(shared_from_this());
  }

  void start_read(char* data, std::size_t size) override {
    socket_.async_read_some(boost::asio::buffer(data, size),
                            [self = self()](const boost::system::error_code& error,
                                            std::size_t bytes) { self->on_read(error, bytes); });
  }

  void start_write(std::string_view bytes) override {
    socket_.async_write_some(boost::asio::buffer(bytes.data(), bytes.size()),
                             [self = self()](const boost::system::error_code& error,
                                             std::size_t count) { self->on_write(error, count); });
  }

  std::size_t write_now(std::string_view bytes) override {
    boost::system::error_code error;
    const auto count = socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error && error != boost::asio::error::would_block) {
      close();
      return 0;
    }
    return error ? 0 : count;
  }

  void shutdown_send() override {
    boost::system::error_code ignored;
    socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
  }

  void close_socket() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  tcp_socket socket_;
};

/// HTTPS.
class tls_connection final : public connection {
 public:
  tls_connection(connection_host& host, const gateway_options& options, tcp_socket socket,
                 boost::asio::ssl::context& context)
      : connection(host, options), stream_(std::move(socket), context) {}

  void open() override {
    stream_.async_handshake(boost::asio::ssl::stream_base::server,
                            [self = self()](const boost::system::error_code& error) {
                              if (self->closed())
                                return;
                              if (error)
                                self->close();
                              else
                                self->begin();
                            });
  }

 private:
  std::shared_ptr<tls_connection> self() {
    return std::static_pointer_cast<tls_connection>(shared_from_this());
  }

  void start_read(char* data, std::size_t size) override {
    stream_.async_read_some(boost::asio::buffer(data, size),
                            [self = self()](boost::system::error_code error, std::size_t bytes) {
                              // A peer that closes without close_notify has ended, too: HTTP's own
                              // framing tells what is whole.
                              if (error == boost::asio::ssl::error::stream_truncated)
                                error = boost::asio::error::eof;
                              self->on_read(error, bytes);
                            });
  }

  void start_write(std::string_view bytes) override {
    stream_.async_write_some(boost::asio::buffer(bytes.data(), bytes.size()),
                             [self = self()](const boost::system::error_code& error,
                                             std::size_t count) { self->on_write(error, count); });
  }

  std::size_t write_now(std::string_view) override { return 0; }

  void shutdown_send() override {
    stream_.async_shutdown([self = self()](const boost::system::error_code&) { self->close(); });
  }

  void close_socket() override {
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  }

  boost::asio::ssl::stream<tcp_socket> stream_;
};

} // namespace baseplate::gateway
