// A client that sends exactly the bytes it is told, for tests. Blocking, with a deadline of 10 s on
// every read.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace baseplate::gateway {

struct raw_response {
  int status = 0;
  /// With the status line and the blank line.
  std::string head;
  std::string body;

  std::string header(std::string_view name) const {
    const auto at = head.find("\r\n" + std::string{name} + ": ");
    if (at == std::string::npos)
      return {};
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class raw_client {
 public:
  explicit raw_client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    timeval limit{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    int one = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("cannot connect");
  }

  ~raw_client() { close(); }

  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  int socket() const { return socket_; }

  void close() {
    if (socket_ >= 0)
      ::close(socket_);
    socket_ = -1;
  }

  void shutdown_send() { ::shutdown(socket_, SHUT_WR); }

  /// False: the peer does not take it any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0)
        return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next whole response; status 0: the connection ended before.
  raw_response read(bool has_body = true) {
    raw_response out;
    const auto end = fill_until("\r\n\r\n");
    if (end == std::string::npos)
      return out;
    out.head = buffer_.substr(0, end);
    buffer_.erase(0, end);
    out.status = std::atoi(out.head.c_str() + 9);
    const auto length = out.header("Content-Length");
    const auto size = has_body && !length.empty() ? std::stoul(length) : 0;
    while (buffer_.size() < size)
      if (!receive())
        throw std::runtime_error("the body is cut off");
    out.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
  }

  /// Everything up to and with `marker`; empty: it did not come.
  std::string read_until(std::string_view marker) {
    const auto end = fill_until(marker);
    if (end == std::string::npos)
      return {};
    auto out = buffer_.substr(0, end);
    buffer_.erase(0, end);
    return out;
  }

  /// All until the peer closes.
  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(buffer_, {});
  }

  /// True when the peer has closed and nothing is left to read.
  bool at_end() { return buffer_.empty() && !receive(); }

  raw_response ask(std::string_view request) {
    send(request);
    return read();
  }

 private:
  std::size_t fill_until(std::string_view marker) {
    for (;;) {
      const auto at = buffer_.find(marker);
      if (at != std::string::npos)
        return at + marker.size();
      if (!receive())
        return std::string::npos;
    }
  }

  bool receive() {
    char bytes[16384];
    const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0)
      return false;
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::string buffer_;
};

inline std::string get(std::string_view path, std::string_view headers = "") {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: h\r\n" + std::string{headers} + "\r\n";
}

inline std::string post(std::string_view path, std::string_view body,
                        std::string_view headers = "") {
  return "POST " + std::string{path} + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
         + std::to_string(body.size()) + "\r\n" + std::string{headers} + "\r\n" + std::string{body};
}

} // namespace baseplate::gateway
