#include "app/client/sse_parser.hpp"

namespace baseplate::app {

sse_parser::sse_parser(std::function<void(const sse_message&)> on_message)
    : on_message_(std::move(on_message)) {}

bool sse_parser::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    auto end = bytes.find_first_of("\r\n");
    if (line_.size() + message_.data.size() + std::min(end, bytes.size()) > data_bytes_max)
      return false;
    if (end == std::string_view::npos) {
      line_ += bytes;
      return true;
    }
    line_ += bytes.substr(0, end);
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    std::string_view line = line_;
    if (at_begin_ && line.starts_with("\xef\xbb\xbf"))
      line.remove_prefix(3);
    at_begin_ = false;
    take_line(line);
    line_.clear();
  }
  return true;
}

void sse_parser::take_line(std::string_view line) {
  if (line.empty()) {
    if (has_data_) {
      message_.data.pop_back();
      if (message_.event.empty())
        message_.event = "message";
      on_message_(message_);
    }
    message_.data.clear();
    message_.event.clear();
    has_data_ = false;
    return;
  }
  auto colon = line.find(':');
  auto field = line.substr(0, colon);
  std::string_view value;
  if (colon != std::string_view::npos) {
    value = line.substr(colon + 1);
    if (value.starts_with(' '))
      value.remove_prefix(1);
  }
  if (field == "data") {
    message_.data += value;
    message_.data += '\n';
    has_data_ = true;
  } else if (field == "event") {
    message_.event = value;
  } else if (field == "id" && value.find('\0') == std::string_view::npos) {
    message_.id = value;
  }
}

} // namespace baseplate::app
