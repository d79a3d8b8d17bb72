// One client: reads requests, keeps their answers in order, writes them in as few writes as
// possible. Invariants: answers leave in the order of the requests, whenever they become ready;
// after the last answer the
//             connection lingers until the client has read it; nothing grows without bound: input,
//             requests in work and output have limits, and a stream is asked for more only when the
//             socket took what it had
// Threads:    the I/O thread only
// Not here:   what requests mean (request_handler), how bytes move (socket_connection.hpp)
#pragma once

#include "actors/gateway/gateway_options.hpp"
#include "actors/gateway/http/request_reader.hpp"
#include "actors/gateway/logic/live_stream.hpp"
#include "actors/gateway/logic/route_table.hpp"
#include "messages/http.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace baseplate::gateway {

class connection;

/// Where an answer goes, and how it has to look.
struct exchange {
  std::shared_ptr<connection> to;
  std::uint64_t slot = 0;
  bool keep_alive = true;
  bool http10 = false;
  /// HEAD: the head of the answer without its body.
  bool head_only = false;
};

/// What is decided when the headers are there.
struct head_decision {
  route_match route;
  std::uint64_t body_bytes_max = 0;
  /// The request is refused before its body is read; the connection ends.
  std::optional<http_response> refusal;
};

/// What a connection needs of its server.
class connection_host {
 public:
  virtual ~connection_host() = default;

  virtual head_decision on_head(const parsed_request& request) = 0;

  /// Answers now or later by exchange.to->answer(). `request` is the connection's: take what must
  /// outlive the call.
  virtual void on_request(const exchange& to, parsed_request& request, const route_match& route)
      = 0;

  /// The bytes of an answer.
  virtual std::string render(const exchange& to, const http_response& response) = 0;

  /// A stream has given its events to the socket: the bus may send more.
  virtual void on_stream_credit(subscriber_id subscriber, std::uint32_t events) = 0;

  /// The connection is gone; `subscriber` is its stream's, or 0.
  virtual void on_closed(connection& gone, subscriber_id subscriber) = 0;

  /// Bytes of bodies being read changed by `delta`; false: there are too many of them.
  virtual bool on_buffered(std::int64_t delta) = 0;

  /// Counts bytes written to sockets.
  virtual void on_written(std::size_t bytes) = 0;

  /// Counts a request that could not be read or came too slowly.
  virtual void on_bad_request(int status) = 0;

  virtual bool draining() const = 0;

  /// A monotonic time, as exact as the sweep.
  virtual std::chrono::steady_clock::time_point coarse_now() const = 0;
};

class connection : public std::enable_shared_from_this<connection> {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  connection(connection_host& host, const gateway_options& options);
  virtual ~connection() = default;
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Accepted: does what comes before requests (TLS), then begin().
  virtual void open() = 0;

  /// Answers with `bytes` (a whole response) and ends: there are too many connections.
  void open_refused(std::string bytes);

  /// The answer of a request. `last`: the connection ends behind it. Late ones to a closed
  /// connection are dropped.
  void answer(std::uint64_t slot, std::string bytes, bool last);

  /// The request in `slot` becomes a stream that begins with `head`.
  void begin_stream(std::uint64_t slot, std::string head, std::unique_ptr<live_stream> stream);

  /// The stream got more: writes what the socket takes.
  void on_stream_changed();

  live_stream* stream() const { return stream_.get(); }

  /// Looks at the timeouts.
  void sweep(time_point now);

  /// Ends when nothing is in work; streams end at once.
  void drain();

  /// Ends now.
  void close();

  bool closed() const { return closed_; }

 protected:
  /// Begins reading requests.
  void begin();

  /// Completions of start_read and start_write.
  void on_read(const boost::system::error_code& error, std::size_t bytes);
  void on_write(const boost::system::error_code& error, std::size_t bytes);

  virtual void start_read(char* data, std::size_t size) = 0;
  virtual void start_write(std::string_view bytes) = 0;

  /// Writes what the socket takes at once; 0 is fine. An error closes.
  virtual std::size_t write_now(std::string_view bytes) = 0;

  /// Tells the client that nothing follows.
  virtual void shutdown_send() = 0;
  virtual void close_socket() = 0;

 private:
  struct slot_state {
    std::string bytes;
    bool ready = false;
    bool last = false;
  };

  void pump();
  bool parse();
  bool on_request_head();
  void on_whole_request();
  void refuse(const http_response& response);
  void account_body();
  bool flush();
  void collect();
  void finish_output();
  void arm_read();
  void linger();

  connection_host& host_;
  const gateway_options& options_;
  request_reader reader_;
  route_match route_;

  std::vector<char> in_;
  std::size_t in_used_ = 0;
  std::deque<slot_state> slots_;
  std::uint64_t first_slot_ = 0;
  std::string out_;
  std::size_t out_done_ = 0;
  std::string next_out_;

  std::unique_ptr<live_stream> stream_;
  std::uint32_t stream_credit_ = 0;

  bool opened_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool pumping_ = false;
  bool input_ended_ = false;
  bool peer_ended_ = false;
  bool last_queued_ = false;
  bool lingering_ = false;
  bool closed_ = false;
  bool continue_due_ = false;
  /// The last request may become a stream: nothing behind it is read until that is decided.
  bool stream_pending_ = false;
  bool had_request_ = false;

  std::int64_t accounted_bytes_ = 0;
  time_point active_at_;
  time_point request_began_at_;
  time_point written_at_;
  time_point linger_until_;
};

} // namespace baseplate::gateway
