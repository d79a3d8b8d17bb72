// Errors of the AWS JSON protocols: a type, a message, a status. Spec: docs/spec/http-api.md,
// section PutEvents.
#pragma once

#include "messages/journal.hpp"

#include <string>
#include <string_view>

namespace baseplate::gateway {

/// An exception of an AWS service, as SDKs expect it.
struct aws_error {
  int status = 400;
  /// Bare name, for `__type` and `X-Amzn-Errortype`.
  std::string type;
  std::string message;
};

/// {"__type":..,"message":..}
std::string render(const aws_error& error);

/// A publish that the journal refused, as an exception that makes SDKs retry when that can help.
/// @pre error != journal_error::none
aws_error publish_refusal(journal_error error, std::string_view reason);

/// "N validation error(s) detected: Value 'V' at 'path' failed to satisfy constraint: TEXT; Value
/// ..."
class validation_errors {
 public:
  /// `value` is shown in quotes; constraint is the text after "constraint: ".
  void add(std::string_view value, std::string_view path, std::string_view constraint);

  /// The same for an absent member.
  void add_null(std::string_view path, std::string_view constraint);

  bool empty() const { return count_ == 0; }

  /// ValidationException, 400.
  aws_error take() const;

 private:
  void add_text(std::string_view shown, std::string_view path, std::string_view constraint);

  std::size_t count_ = 0;
  std::string text_;
};

} // namespace baseplate::gateway
