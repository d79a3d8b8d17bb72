// Whether what came out is what a case expects: JSON by value, text by character. In recorded
// cases `<name>` and `<name:N>` stand for any text, the same wherever the name stands.
// Threads: one at a time
#pragma once

#include <boost/json/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::app::rule_tests {

class comparison {
 public:
  /// `placeholders`: whether <name> stands for any text; `words` are those without brackets.
  explicit comparison(bool placeholders, std::vector<std::string> words = {})
      : placeholders_(placeholders), words_(std::move(words)) {}

  /// The first difference as a sentence that begins with a JSON Pointer; nullopt: none. Objects are
  /// compared without regard to the order of members, numbers by their value.
  std::optional<std::string> value(const boost::json::value& expected,
                                   const boost::json::value& actual, const std::string& at = "");

  /// The same for text.
  bool text(std::string_view expected, std::string_view actual);

 private:
  struct token {
    /// Of a placeholder: its name; else the literal.
    std::string_view text;
    bool placeholder = false;
  };

  std::vector<token> tokens_of(std::string_view expected) const;
  bool match(const std::vector<token>& tokens, std::size_t at, std::string_view actual,
             std::size_t& steps);

  bool placeholders_;
  std::vector<std::string> words_;
  std::map<std::string, std::string, std::less<>> bound_;
};

/// JSON of any depth that check_json() takes; nullopt: it is none.
std::optional<boost::json::value> parse_value(std::string_view text);

} // namespace baseplate::app::rule_tests
