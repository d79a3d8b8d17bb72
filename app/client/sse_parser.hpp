// Server-sent events out of the bytes of a response, however they are cut. Pure.
// Spec: WHATWG HTML, section 9.2.6. Limits: data_bytes_max a message.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace baseplate::app {

struct sse_message {
  /// "message" unless the stream names one.
  std::string event;
  std::string data;
  /// The last id seen, of this message or an earlier one.
  std::string id;
};

class sse_parser {
 public:
  static constexpr std::size_t data_bytes_max = 64 * 1024 * 1024;

  explicit sse_parser(std::function<void(const sse_message&)> on_message);

  /// Takes the next bytes. False: a message is larger than the limit; feed no more.
  bool feed(std::string_view bytes);

 private:
  void take_line(std::string_view line);

  std::function<void(const sse_message&)> on_message_;
  std::string line_;
  sse_message message_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool at_begin_ = true;
};

} // namespace baseplate::app
