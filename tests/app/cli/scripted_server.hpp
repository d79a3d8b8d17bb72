// An HTTP server on a thread of its own that answers what a test wrote down, to test clients
// against real sockets.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace baseplate::app {

struct scripted_request {
  /// "POST /v1/events HTTP/1.1"
  std::string line;
  std::string headers;
  std::string body;
};

class scripted_server {
 public:
  /// `answer` gives the bytes to send for a request; empty: the connection is closed without an
  /// answer. A text that ends in "\0close" is sent without it and the connection is closed.
  explicit scripted_server(std::function<std::string(const scripted_request&)> answer);
  ~scripted_server();

  std::string url() const;
  std::vector<scripted_request> requests() const;

 private:
  void serve();
  void serve_connection(int connection);

  std::function<std::string(const scripted_request&)> answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  mutable std::mutex mutex_;
  std::vector<scripted_request> requests_;
  std::thread thread_;
};

/// A whole response with Content-Length.
std::string http_answer(int status, const std::string& body, const std::string& headers = {});

/// Marks an answer after which the connection is closed.
std::string closing(std::string answer);

} // namespace baseplate::app
