#include "tests/app/cli/scripted_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace baseplate::app {

namespace {

const std::string close_mark{"\0close", 6};

bool wait_readable(int socket, const std::atomic<bool>& stop) {
  while (!stop) {
    pollfd wanted{socket, POLLIN, 0};
    if (::poll(&wanted, 1, 20) > 0)
      return true;
  }
  return false;
}

} // namespace

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: "
         + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

std::string closing(std::string answer) {
  return std::move(answer) + close_mark;
}

scripted_server::scripted_server(std::function<std::string(const scripted_request&)> answer)
    : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0
      || ::listen(listener_, 16) != 0
      || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no socket for the scripted server");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread{[this] { serve(); }};
}

scripted_server::~scripted_server() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

std::string scripted_server::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<scripted_request> scripted_server::requests() const {
  std::lock_guard lock{mutex_};
  return requests_;
}

void scripted_server::serve() {
  while (wait_readable(listener_, stop_)) {
    auto connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0)
      continue;
    serve_connection(connection);
    ::close(connection);
  }
}

void scripted_server::serve_connection(int connection) {
  std::string input;
  char piece[16 * 1024];
  while (wait_readable(connection, stop_)) {
    auto count = ::recv(connection, piece, sizeof piece, 0);
    if (count <= 0)
      return;
    input.append(piece, static_cast<std::size_t>(count));
    auto end = input.find("\r\n\r\n");
    if (end == std::string::npos)
      continue;
    auto length_at = input.find("Content-Length: ");
    std::size_t length = length_at < end ? std::stoul(input.substr(length_at + 16)) : 0;
    if (input.size() < end + 4 + length)
      continue;
    auto line_end = input.find("\r\n");
    scripted_request request{input.substr(0, line_end),
                             input.substr(line_end + 2, end - line_end - 2),
                             input.substr(end + 4, length)};
    input.erase(0, end + 4 + length);
    {
      std::lock_guard lock{mutex_};
      requests_.push_back(request);
    }
    auto answer = answer_(request);
    bool last = answer.empty();
    if (answer.ends_with(close_mark)) {
      answer.resize(answer.size() - close_mark.size());
      last = true;
    }
    if (::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0 || last)
      return;
  }
}

} // namespace baseplate::app
