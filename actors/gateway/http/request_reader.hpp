// Reads HTTP/1.x requests out of bytes, however they are cut. Beast's parser does the grammar; this
// adds what a server must refuse: other transfer codings than chunked, missing or doubled Host,
// requests above the limits.
//
// Spec:       RFC 9112
// Invariants: the same bytes give the same requests and faults, whatever the pieces; after a fault
//             nothing is read; no more than the limits is kept of a request
// Threads:    one at a time
// Not here:   sockets, timeouts, what the request means
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::gateway {

/// Bounds of what is read of a request.
struct reader_limits {
  /// Request line and headers, bytes.
  std::size_t header_bytes_max = 16 * 1024;
  /// Request target, bytes.
  std::size_t target_bytes_max = 8 * 1024;
  /// Header fields.
  std::size_t header_fields_max = 100;
};

/// A request as it came. Its memory is used again for the next one.
class parsed_request {
 public:
  std::string_view method() const { return method_; }

  std::string_view target() const { return target_; }

  /// The first header of that name (lower case), or empty.
  std::string_view header(std::string_view lower_name) const;

  bool has_header(std::string_view lower_name) const;

  /// Calls f(lower_name, value) for each header.
  template <class F>
  void for_each_header(F&& f) const {
    for (auto& field : fields_)
      f(text(field.name, field.name_size), text(field.value, field.value_size));
  }

  bool http10() const { return http10_; }

  /// What the client wants; the server may still close.
  bool keep_alive() const { return keep_alive_; }

  bool has_body() const { return has_body_; }

  /// Absent: none, or chunked.
  std::optional<std::uint64_t> content_length() const { return content_length_; }

  /// The body, whole once the reader is done.
  std::string body;

 private:
  friend class request_reader;

  struct field {
    std::uint32_t name, name_size, value, value_size;
  };

  std::string_view text(std::uint32_t at, std::uint32_t size) const {
    return std::string_view{header_text_}.substr(at, size);
  }

  std::string method_;
  std::string target_;
  std::string header_text_;
  std::vector<field> fields_;
  bool http10_ = false;
  bool keep_alive_ = true;
  bool has_body_ = false;
  std::optional<std::uint64_t> content_length_;
};

/// Why a request cannot be read; the connection ends with the answer.
struct reader_fault {
  int status = 400;
  const char* code = "BadRequest";
  const char* message = "";
};

/// Reads one request after the other.
class request_reader {
 public:
  enum class state : std::uint8_t {
    /// Give more bytes: what was not consumed, and what came after it.
    need_more,
    /// The headers are there: call allow_body(), then go on.
    head,
    /// The request is whole: use it, then call next().
    done,
    /// fault() says why; nothing more is read.
    failed,
  };

  explicit request_reader(reader_limits limits);
  ~request_reader();
  request_reader(const request_reader&) = delete;
  request_reader& operator=(const request_reader&) = delete;

  /// Reads from `bytes` and says how many it consumed; the state says what to do.
  std::size_t read(std::string_view bytes);

  state status() const { return state_; }

  /// Bytes of body taken of this request; more is a fault (413). To be called once, at state::head.
  void allow_body(std::uint64_t bytes_max);

  /// Begins the next request. @pre state::done
  void next();

  /// True before the first byte of a request.
  bool at_start() const { return at_start_; }

  /// True between the headers and the end of the request.
  bool in_body() const { return in_body_; }

  parsed_request& request() { return request_; }

  const reader_fault& fault() const { return fault_; }

 private:
  class parser;

  void fail(int status, const char* code, const char* message);
  void fail(const boost::system::error_code& error, std::string_view rest);
  bool check_head();

  reader_limits limits_;
  std::unique_ptr<std::optional<parser>> parser_;
  parsed_request request_;
  reader_fault fault_;
  state state_ = state::need_more;
  bool at_start_ = true;
  bool in_body_ = false;
  std::size_t header_bytes_ = 0;
};

} // namespace baseplate::gateway
