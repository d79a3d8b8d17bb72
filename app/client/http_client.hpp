// Requests to a node over libcurl: several at once, or one streamed answer.
// Threads: one at a time; nothing here starts a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::app {

/// How a client reaches the node.
struct client_options {
  /// "http://localhost:8080", without a path.
  std::string url = "http://localhost:8080";
  /// For https: PEM file of the authorities to trust; empty: the system's.
  std::string ca_file;
  /// Until a connection must stand, in ms.
  long connect_timeout_ms = 5'000;
  /// Until an answer must be there, in ms; streams have none.
  long request_timeout_ms = 60'000;
};

struct client_response {
  /// HTTP status; 0: no answer came, `error` says why.
  int status = 0;
  std::string error;
  std::string body;
  /// The server's Retry-After in ms; 0: none.
  std::int64_t retry_after_ms = 0;
};

/// "code: message at /pointer" of the node's error body, or something readable of any other.
std::string describe_failure(const client_response& response);

/// The query of a URL: "?a=b&c=d", percent-encoded; empty values are left out.
std::string query_of(const std::vector<std::pair<std::string, std::string>>& parameters);

/// Posts bodies, up to a number at once, each on a connection that is kept.
class parallel_poster {
 public:
  /// `slots`: requests at once, 1 to 256.
  parallel_poster(client_options options, std::size_t slots);
  ~parallel_poster();
  parallel_poster(const parallel_poster&) = delete;
  parallel_poster& operator=(const parallel_poster&) = delete;

  bool has_free_slot() const;
  std::size_t in_flight() const;

  /// Starts a request. @pre has_free_slot(). `body` is kept until `done`, which poll() calls.
  void post(const std::string& path, const std::string& content_type, std::string body,
            std::function<void(client_response, std::string body)> done);

  /// Moves bytes; waits up to `wait_ms` if there is nothing to do; calls what is done.
  void poll(int wait_ms);

 private:
  struct implementation;
  std::unique_ptr<implementation> implementation_;
};

/// GETs `path` and hands the body of a 200 on as it comes; `on_data` returns false to end it. The
/// response has the body of any other status.
client_response stream_get(const client_options& options, const std::string& path,
                           const std::vector<std::string>& headers,
                           const std::function<bool(std::string_view)>& on_data);

} // namespace baseplate::app
