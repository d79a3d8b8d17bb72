#include "actors/gateway/http/request_reader.hpp"

#include "messages/assert.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <memory>

namespace baseplate::gateway {

namespace beast = boost::beast;
namespace http = beast::http;
using error_code = boost::system::error_code;

namespace {

/// Reserved at once for a body; more only as bytes come, so that a claimed length costs nothing.
constexpr std::size_t body_reserve_max = 64 * 1024;

/// Nobody uses chunk extensions.
constexpr std::size_t chunk_extension_bytes_max = 256;

/// The shortest end of a chunked body: "0" and two line ends. Once Beast has seen its first three
/// bytes it asserts that the next call has all five.
constexpr std::size_t last_chunk_bytes_min = 5;

/// Kept of a body's memory for the next request.
constexpr std::size_t body_kept_max = 64 * 1024;

/// Readable bytes behind the body for simdjson.
constexpr std::size_t body_padding = 64;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// True if a body's unread bytes begin with the whole size line of a chunk that is not the last.
/// Beast wants more bytes then only if a quoted extension goes on over the line's end, which is
/// malformed; it would count the chunk against the body's limit once more with every piece that
/// comes.
bool begins_with_chunk_line(std::string_view rest) {
  if (rest.substr(0, 2) == "\r\n")
    rest.remove_prefix(2);
  const auto end = rest.find("\r\n");
  return end != std::string_view::npos
         && rest.find_first_of("123456789abcdefABCDEF") == rest.find_first_not_of('0');
}

} // namespace

std::string_view parsed_request::header(std::string_view lower_name) const {
  for (auto& field : fields_)
    if (text(field.name, field.name_size) == lower_name)
      return text(field.value, field.value_size);
  return {};
}

bool parsed_request::has_header(std::string_view lower_name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const field& x) { return text(x.name, x.name_size) == lower_name; });
}

/// Beast's grammar writing into a parsed_request.
class request_reader::parser : public http::basic_parser<true> {
 public:
  parser(parsed_request& request, const reader_limits& limits)
      : request_(request), limits_(limits) {
    // The limits are checked by the reader, which sees all bytes.
    this->header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    this->body_limit(boost::none);
  }

  bool target_too_long = false;
  bool too_many_fields = false;
  bool has_request_line = false;
  std::size_t hosts = 0;
  bool has_transfer_encoding = false;
  bool only_chunked = false;

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code& ec) override {
    has_request_line = true;
    request_.method_.assign(method.data(), method.size());
    request_.http10_ = version == 10;
    if (target.size() > limits_.target_bytes_max) {
      target_too_long = true;
      ec = http::error::header_limit;
      return;
    }
    request_.target_.assign(target.data(), target.size());
  }

  void on_response_impl(int, beast::string_view, int, error_code&) override {}

  void on_field_impl(http::field name, beast::string_view name_text, beast::string_view value,
                     error_code& ec) override {
    if (in_body_) { // trailers say nothing to us, but they have an end
      trailer_bytes_ += name_text.size() + value.size() + 4;
      if (trailer_bytes_ > limits_.header_bytes_max)
        ec = http::error::header_limit;
      return;
    }
    if (request_.fields_.size() >= limits_.header_fields_max) {
      too_many_fields = true;
      ec = http::error::header_limit;
      return;
    }
    if (name == http::field::host)
      ++hosts;
    if (name == http::field::transfer_encoding) {
      has_transfer_encoding = true;
      only_chunked = beast::iequals(value, "chunked");
    }
    auto& text = request_.header_text_;
    parsed_request::field field{};
    field.name = static_cast<std::uint32_t>(text.size());
    field.name_size = static_cast<std::uint32_t>(name_text.size());
    for (const auto c : name_text)
      text += lower(c);
    field.value = static_cast<std::uint32_t>(text.size());
    field.value_size = static_cast<std::uint32_t>(value.size());
    text.append(value.data(), value.size());
    request_.fields_.push_back(field);
  }

  void on_header_impl(error_code&) override { in_body_ = true; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    const auto size = std::min<std::uint64_t>(length.value_or(0), body_reserve_max);
    request_.body.reserve(static_cast<std::size_t>(size) + body_padding);
  }

  std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view extension, error_code& ec) override {
    if (extension.size() > chunk_extension_bytes_max)
      ec = http::error::bad_chunk_extension;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code&) override {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_finish_impl(error_code&) override {}

  parsed_request& request_;
  const reader_limits& limits_;
  bool in_body_ = false;
  std::size_t trailer_bytes_ = 0;
};

request_reader::request_reader(reader_limits limits)
    : limits_(limits), parser_(std::make_unique<std::optional<parser>>()) {
  parser_->emplace(request_, limits_);
}

request_reader::~request_reader() = default;

std::size_t request_reader::read(std::string_view bytes) {
  BASEPLATE_ASSERT(state_ == state::need_more || state_ == state::head);
  state_ = state::need_more;
  std::size_t consumed = 0;
  if (at_start_) {
    // RFC 9112 section 2.2: empty lines before a request are ignored.
    while (bytes.substr(consumed, 2) == "\r\n")
      consumed += 2;
    bytes.remove_prefix(consumed);
    if (bytes.empty() || bytes == "\r")
      return consumed;
    at_start_ = false;
  }
  auto& parser = **parser_;
  while (!parser.is_done()) {
    if (in_body_ && bytes.size() < last_chunk_bytes_min && bytes.substr(0, 3) == "0\r\n"
        && parser.has_transfer_encoding)
      return consumed;
    error_code error;
    const auto before_body = !parser.is_header_done();
    const auto size = parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
    consumed += size;
    bytes.remove_prefix(size);
    if (before_body) {
      header_bytes_ += size;
      const auto pending = parser.is_header_done() ? 0 : bytes.size();
      if (header_bytes_ + pending > limits_.header_bytes_max
          && (!error || error == http::error::need_more))
        error = http::error::header_limit;
    } else if (error == http::error::need_more
               && (bytes.size() > limits_.header_bytes_max || begins_with_chunk_line(bytes))) {
      // A chunk's extension or the trailers without an end.
      error = http::error::bad_chunk_extension;
    }
    if (error == http::error::need_more)
      return consumed;
    if (error) {
      fail(error, bytes);
      return consumed;
    }
    if (before_body && parser.is_header_done()) {
      if (check_head()) {
        in_body_ = true;
        state_ = state::head;
      }
      return consumed;
    }
    if (bytes.empty() && !parser.is_done())
      return consumed;
  }
  state_ = state::done;
  return consumed;
}

bool request_reader::check_head() {
  auto& parser = **parser_;
  if (parser.has_transfer_encoding && request_.http10_) {
    fail(400, "BadRequest", "Transfer-Encoding is not defined for HTTP/1.0.");
    return false;
  }
  if (parser.has_transfer_encoding && !parser.only_chunked) {
    fail(501, "UnsupportedTransferEncoding", "The only transfer coding that is taken is chunked.");
    return false;
  }
  if (parser.hosts > 1 || (parser.hosts == 0 && !request_.http10_)) {
    fail(400, "BadRequest", "A request needs exactly one Host header.");
    return false;
  }
  request_.keep_alive_ = parser.keep_alive();
  request_.has_body_ = !parser.is_done();
  request_.content_length_.reset();
  if (const auto length = parser.content_length())
    request_.content_length_ = *length;
  return true;
}

void request_reader::allow_body(std::uint64_t bytes_max) {
  BASEPLATE_ASSERT(state_ == state::head);
  auto& parser = **parser_;
  if (request_.content_length_ && *request_.content_length_ > bytes_max) {
    fail(413, "ContentTooLarge", "The body is larger than this endpoint takes.");
    return;
  }
  if (!parser.is_done())
    parser.body_limit(bytes_max);
  parser.eager(true);
  if (parser.is_done())
    state_ = state::done;
}

void request_reader::next() {
  BASEPLATE_ASSERT(state_ == state::done);
  request_.method_.clear();
  request_.target_.clear();
  request_.header_text_.clear();
  request_.fields_.clear();
  request_.body.clear();
  if (request_.body.capacity() > body_kept_max + body_padding)
    request_.body.shrink_to_fit();
  parser_->emplace(request_, limits_);
  state_ = state::need_more;
  at_start_ = true;
  in_body_ = false;
  header_bytes_ = 0;
}

void request_reader::fail(int status, const char* code, const char* message) {
  state_ = state::failed;
  fault_ = {status, code, message};
}

void request_reader::fail(const error_code& error, std::string_view rest) {
  auto& parser = **parser_;
  if (error == http::error::body_limit)
    return fail(413, "ContentTooLarge", "The body is larger than this endpoint takes.");
  if (error == http::error::header_limit) {
    // Beast may not have looked at the request line yet: it waits for the end of the headers.
    const auto line_bytes = parser.has_request_line ? 0 : std::min(rest.find('\r'), rest.size());
    if (parser.target_too_long || line_bytes > limits_.target_bytes_max)
      return fail(414, "UriTooLong", "The request target is too long.");
    if (parser.too_many_fields)
      return fail(431, "HeadersTooLarge", "The request has too many header fields.");
    return fail(431, "HeadersTooLarge", "The request's headers are too large.");
  }
  if (error == http::error::bad_version) {
    // Beast decides on eight bytes, whatever comes behind them; so does this.
    const auto target = rest.find(' ');
    const auto space = target == std::string_view::npos ? target : rest.find(' ', target + 1);
    const auto version = space == std::string_view::npos ? "" : rest.substr(space + 1, 8);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5])
        && version[6] == '.' && is_digit(version[7]) && version != "HTTP/1.0"
        && version != "HTTP/1.1")
      return fail(505, "VersionNotSupported", "HTTP/1.0 and HTTP/1.1 are spoken here.");
    return fail(400, "BadRequest", "The request line is malformed.");
  }
  if (error == http::error::bad_method || error == http::error::bad_target
      || error == http::error::bad_line_ending)
    return fail(400, "BadRequest", "The request line is malformed.");
  if (error == http::error::bad_content_length || error == http::error::multiple_content_length)
    return fail(400, "BadRequest", "The Content-Length header is not valid.");
  if (error == http::error::bad_transfer_encoding)
    return fail(400, "BadRequest", "The Transfer-Encoding header is not valid.");
  if (error == http::error::bad_chunk || error == http::error::bad_chunk_extension)
    return fail(400, "BadRequest", "The chunked body is malformed.");
  fail(400, "BadRequest", "A header is malformed.");
}

} // namespace baseplate::gateway
