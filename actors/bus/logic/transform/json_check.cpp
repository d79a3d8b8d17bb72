#include "actors/bus/logic/transform/json_characters.hpp"
#include "actors/bus/logic/transform/json_text.hpp"

namespace baseplate::transform {

namespace {

/// Takes one value after the other off a text; no recursion, so the depth costs a byte a level.
class checker {
 public:
  checker(std::string_view text, std::vector<text_span>* keys) : text_(text), keys_(keys) {}

  std::optional<json_fault> one_value() {
    skip();
    if (!value())
      return fault_;
    skip();
    if (!at_end())
      fail("expected nothing behind the value");
    return fault_;
  }

  std::optional<json_fault> strings() {
    skip();
    do {
      if (at_end() || text_[at_] != '"') {
        fail("expected a string in quotes");
        return fault_;
      }
      if (!string())
        return fault_;
      skip();
    } while (!at_end());
    return fault_;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }

  void skip() {
    while (!at_end() && json_text::is_space(text_[at_]))
      ++at_;
  }

  bool fail(std::string what) {
    if (!fault_)
      fault_ = json_fault{at_, std::move(what)};
    return false;
  }

  bool take(char c) {
    if (at_end() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }

  bool value() {
    for (;;) {
      if (at_end())
        return fail("expected a value, found the end");
      char c = text_[at_];
      if (c == '{' || c == '[') {
        if (open_.size() == json_depth_max)
          return fail("nested deeper than " + std::to_string(json_depth_max) + " levels");
        open_ += c;
        ++at_;
        skip();
        if (!take(c == '{' ? '}' : ']')) {
          if (c == '{' && !key())
            return false;
          continue;
        }
        open_.pop_back();
      } else if (!scalar(c)) {
        return false;
      }
      if (!close())
        return false;
      if (open_.empty())
        return true;
    }
  }

  /// Behind a value: closes what ends here and gets to the next value, if there is one.
  bool close() {
    while (!open_.empty()) {
      skip();
      bool object = open_.back() == '{';
      if (take(',')) {
        skip();
        return !object || key();
      }
      if (!take(object ? '}' : ']'))
        return fail(object ? "expected , or }" : "expected , or ]");
      open_.pop_back();
    }
    return true;
  }

  bool key() {
    auto begin = at_;
    if (at_end() || text_[at_] != '"')
      return fail("expected a member's name in quotes");
    if (!string())
      return false;
    if (keys_ != nullptr)
      keys_->push_back({begin, at_});
    skip();
    if (!take(':'))
      return fail("expected : behind the member's name");
    skip();
    return true;
  }

  bool scalar(char c) {
    if (c == '"')
      return string();
    if (c == '-' || is_digit(c))
      return number();
    for (std::string_view word : {"true", "false", "null"})
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return true;
      }
    return fail("expected a value");
  }

  bool string() {
    for (++at_; !at_end(); ++at_) {
      auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c < 0x20)
        return fail("a control character stands in a string without being escaped");
      if (c == '\\' && !escape())
        return false;
    }
    return fail("the string does not end");
  }

  bool escape() {
    constexpr std::string_view known = "\"\\/bfnrtu";
    auto rest = text_.substr(at_ + 1);
    if (rest.empty() || known.find(rest[0]) == std::string_view::npos)
      return fail("no such escape");
    if (rest[0] == 'u') {
      if (rest.size() < 5)
        return fail("\\u needs four hexadecimal digits");
      for (char c : rest.substr(1, 4))
        if (hex_value(c) < 0)
          return fail("\\u needs four hexadecimal digits");
      at_ += 4;
    }
    ++at_;
    return true;
  }

  bool digits() {
    if (at_end() || !is_digit(text_[at_]))
      return fail("expected a digit");
    while (!at_end() && is_digit(text_[at_]))
      ++at_;
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits())
      return false;
    if (take('.') && !digits())
      return false;
    if (take('e') || take('E')) {
      if (!take('+'))
        take('-');
      if (!digits())
        return false;
    }
    return true;
  }

  std::string_view text_;
  std::vector<text_span>* keys_;
  std::size_t at_ = 0;
  std::string open_;
  std::optional<json_fault> fault_;
};

} // namespace

std::optional<json_fault> check_json(std::string_view text, std::vector<text_span>* keys) {
  return checker{text, keys}.one_value();
}

std::optional<json_fault> check_json_strings(std::string_view text) {
  return checker{text, nullptr}.strings();
}

} // namespace baseplate::transform
