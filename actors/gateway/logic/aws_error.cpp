#include "actors/gateway/logic/aws_error.hpp"

#include "messages/event.hpp"

#include <algorithm>

namespace baseplate::gateway {

namespace {

/// A message does not echo more than this of a request.
constexpr std::size_t text_bytes_max = 64 * 1024;

} // namespace

std::string render(const aws_error& error) {
  std::string out = "{\"__type\":";
  append_json_string(out, error.type);
  out += ",\"message\":";
  append_json_string(out, error.message);
  out += '}';
  return out;
}

aws_error publish_refusal(journal_error error, std::string_view reason) {
  std::string text{reason};
  switch (error) {
  case journal_error::overloaded:
    return {400, "ThrottlingException",
            "Rate exceeded: the log is behind; nothing of this request was published. " + text};
  case journal_error::storage_full:
    return {500, "InternalFailure",
            "The disk of the log is full; nothing of this request was published. " + text};
  case journal_error::stopping:
    return {503, "ServiceUnavailableException",
            "The node is stopping; nothing of this request was published. " + text};
  case journal_error::storage_failed:
    return {500, "InternalFailure",
            "The log cannot be written; nothing of this request was acknowledged. " + text};
  default:
    return {500, "InternalFailure",
            std::string{"The log refused the request: "} + to_string(error) + ". " + text};
  }
}

void validation_errors::add_text(std::string_view shown, std::string_view path,
                                 std::string_view constraint) {
  if (++count_ > 1)
    text_ += "; ";
  if (text_.size() > text_bytes_max)
    return;
  text_ += "Value ";
  text_ += shown;
  text_ += " at '";
  text_ += path;
  text_ += "' failed to satisfy constraint: ";
  text_ += constraint;
}

void validation_errors::add(std::string_view value, std::string_view path,
                            std::string_view constraint) {
  std::string shown = "'";
  auto size = std::min(value.size(), text_bytes_max);
  while (size < value.size() && size > 0 && (value[size] & 0xC0) == 0x80)
    --size; // not in the middle of a character
  shown += value.substr(0, size);
  shown += '\'';
  add_text(shown, path, constraint);
}

void validation_errors::add_null(std::string_view path, std::string_view constraint) {
  add_text("null", path, constraint);
}

aws_error validation_errors::take() const {
  return {400, "ValidationException",
          std::to_string(count_) + (count_ == 1 ? " validation error" : " validation errors")
              + " detected: " + text_};
}

} // namespace baseplate::gateway
