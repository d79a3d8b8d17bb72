// The two halves of the pattern compiler and what they share. Private to compile().
// Threads: no shared state
#pragma once

#include "actors/bus/logic/rules/compiled_pattern.hpp"
#include "actors/bus/logic/rules/json_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace baseplate::rules {

/// Where the parser is, and the first fault. Parsing functions return false once there is one.
class pattern_source {
 public:
  pattern_source(std::string_view text, const pattern_limits& limits);

  token next() { return reader_.next(); }

  token current() const { return reader_.current(); }

  const std::string& text() const { return reader_.text(); }

  /// Records the fault at the current token; a syntax error of the reader takes precedence. False.
  bool fail(pattern_fault code, std::string reason);

  /// Descends for JSON Pointers.
  void enter(std::string_view name) { place_.emplace_back(name); }

  void leave() { place_.pop_back(); }

  std::string pointer() const;

  pattern_error take_error() { return std::move(error_); }

 private:
  std::string_view in_;
  json_reader reader_;
  std::vector<std::string> place_;
  pattern_error error_;
};

/// Reads `{"prefix": ...}` behind its opening brace, to its closing brace.
bool parse_match_expression(pattern_source& source, predicate& out);

/// Makes the predicate of a plain string.
predicate string_predicate(std::string text);

/// Makes the predicate of a plain number.
predicate number_predicate(const std::string& text);

} // namespace baseplate::rules
