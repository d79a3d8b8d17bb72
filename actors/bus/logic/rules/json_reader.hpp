// Reads JSON token by token, strictly (RFC 8259), and knows where it is. Numbers keep their text
// and repeated keys are seen, which patterns need. Errors use the words of the service's own
// parser. Invariants: never reads outside the text, never recurses; after an error every call gives
// `error` Threads:    no shared state
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

enum class token : std::uint8_t {
  begin_object,
  end_object,
  begin_array,
  end_array,
  name,
  string,
  number,
  true_value,
  false_value,
  null_value,
  /// The text is over.
  end,
  /// See json_reader::error().
  error,
};

class json_reader {
 public:
  /// `text` must outlive the reader. Objects and arrays nest at most `depth_max` deep.
  json_reader(std::string_view text, std::size_t depth_max);

  /// The next token.
  token next();

  token current() const { return current_; }

  /// Of a string or name: the characters, unescaped. Of a number or literal: the text as written.
  const std::string& text() const { return text_; }

  /// Where the current token begins (of an error: the fault), in bytes.
  std::size_t offset() const { return begin_; }

  /// The reason of an error.
  const std::string& error() const { return error_; }

  /// True if the error is the depth, not the grammar.
  bool too_deep() const { return too_deep_; }

 private:
  enum class expect : std::uint8_t { value, first_name, first_element, colon, separator, name };

  token fail(std::string reason, std::size_t at);
  token unexpected(std::string_view wanted);
  token read_value();
  token read_name();
  token read_literal();
  token read_number();
  bool read_string();
  bool read_escape();
  bool read_hex(unsigned& unit);
  token close(char bracket);
  void skip_space();

  bool in_object() const { return !stack_.empty() && stack_.back() == '{'; }

  std::string_view in_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::size_t depth_max_;
  std::vector<char> stack_;
  expect expect_ = expect::value;
  bool done_ = false;
  bool too_deep_ = false;
  token current_ = token::end;
  std::string text_;
  std::string error_;
};

} // namespace baseplate::rules
