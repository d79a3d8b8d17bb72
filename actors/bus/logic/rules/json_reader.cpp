#include "actors/bus/logic/rules/json_reader.hpp"

#include "actors/bus/logic/rules/unicode.hpp"

namespace baseplate::rules {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$'
         || static_cast<unsigned char>(c) >= 0x80;
}

} // namespace

json_reader::json_reader(std::string_view text, std::size_t depth_max)
    : in_(text), depth_max_(depth_max) {}

token json_reader::fail(std::string reason, std::size_t at) {
  error_ = std::move(reason);
  begin_ = at;
  return current_ = token::error;
}

token json_reader::unexpected(std::string_view wanted) {
  if (at_ >= in_.size()) {
    if (stack_.empty())
      return fail("Unexpected end-of-input", at_);
    return fail(std::string("Unexpected end-of-input: expected close marker for ")
                    + (in_object() ? "Object" : "Array"),
                at_);
  }
  const auto c = static_cast<unsigned char>(in_[at_]);
  std::string shown;
  if (c < 0x20 || c == 0x7F)
    shown = "(CTRL-CHAR, code " + std::to_string(c) + ")";
  else
    shown = "('" + std::string(utf8_character(in_.substr(at_))) + "' (code "
            + std::to_string(decode_utf8(in_.substr(at_)).code) + "))";
  return fail("Unexpected character " + shown + ": " + std::string(wanted), at_);
}

void json_reader::skip_space() {
  while (at_ < in_.size()
         && (in_[at_] == ' ' || in_[at_] == '\t' || in_[at_] == '\n' || in_[at_] == '\r'))
    ++at_;
}

token json_reader::next() {
  if (current_ == token::error)
    return current_;
  skip_space();
  begin_ = at_;
  if (done_) {
    if (at_ < in_.size())
      return unexpected("was expecting the end of the text");
    return current_ = token::end;
  }
  if (expect_ == expect::separator) {
    const char close_with = in_object() ? '}' : ']';
    if (at_ < in_.size() && in_[at_] == close_with)
      return close(close_with);
    if (at_ >= in_.size() || in_[at_] != ',')
      return unexpected(in_object() ? "was expecting comma to separate Object entries"
                                    : "was expecting comma to separate Array entries");
    ++at_;
    skip_space();
    begin_ = at_;
    return in_object() ? read_name() : read_value();
  }
  if (expect_ == expect::first_name) {
    if (at_ < in_.size() && in_[at_] == '}')
      return close('}');
    return read_name();
  }
  if (expect_ == expect::first_element && at_ < in_.size() && in_[at_] == ']')
    return close(']');
  return read_value();
}

token json_reader::close(char) {
  ++at_;
  const bool object = in_object();
  stack_.pop_back();
  expect_ = expect::separator;
  done_ = stack_.empty();
  return current_ = object ? token::end_object : token::end_array;
}

token json_reader::read_name() {
  if (at_ >= in_.size() || in_[at_] != '"')
    return unexpected("was expecting double-quote to start field name");
  if (!read_string())
    return current_;
  skip_space();
  if (at_ >= in_.size() || in_[at_] != ':')
    return unexpected("was expecting a colon to separate field name and value");
  ++at_;
  expect_ = expect::value;
  return current_ = token::name;
}

token json_reader::read_value() {
  if (at_ >= in_.size())
    return unexpected("");
  const char c = in_[at_];
  if (c == '{' || c == '[') {
    if (stack_.size() >= depth_max_) {
      too_deep_ = true;
      return fail("Document nesting depth exceeds the maximum allowed ("
                      + std::to_string(depth_max_) + ")",
                  at_);
    }
    ++at_;
    stack_.push_back(c);
    expect_ = c == '{' ? expect::first_name : expect::first_element;
    return current_ = c == '{' ? token::begin_object : token::begin_array;
  }
  token result = token::error;
  if (c == '"')
    result = read_string() ? token::string : token::error;
  else if (c == '-' || is_digit(c))
    result = read_number();
  else if (is_word(c))
    result = read_literal();
  else
    return unexpected("expected a valid value (JSON String, Number, Array, Object or token 'null', "
                      "'true' or 'false')");
  if (result == token::error)
    return current_;
  expect_ = expect::separator;
  done_ = stack_.empty();
  return current_ = result;
}

token json_reader::read_literal() {
  const auto begin = at_;
  while (at_ < in_.size() && is_word(in_[at_]))
    ++at_;
  text_.assign(in_.substr(begin, at_ - begin));
  if (text_ == "true")
    return token::true_value;
  if (text_ == "false")
    return token::false_value;
  if (text_ == "null")
    return token::null_value;
  return fail("Unrecognized token '" + text_
                  + "': was expecting (JSON String, Number, Array, Object or token 'null', 'true' "
                    "or 'false')",
              begin);
}

token json_reader::read_number() {
  const auto begin = at_;
  if (in_[at_] == '-')
    ++at_;
  if (at_ >= in_.size() || !is_digit(in_[at_]))
    return unexpected("expected digit (0-9) to follow minus sign, for valid numeric value");
  if (in_[at_] == '0' && at_ + 1 < in_.size() && is_digit(in_[at_ + 1]))
    return fail("Invalid numeric value: Leading zeroes not allowed", begin);
  while (at_ < in_.size() && is_digit(in_[at_]))
    ++at_;
  if (at_ < in_.size() && in_[at_] == '.') {
    ++at_;
    if (at_ >= in_.size() || !is_digit(in_[at_]))
      return unexpected("Decimal point not followed by a digit");
    while (at_ < in_.size() && is_digit(in_[at_]))
      ++at_;
  }
  if (at_ < in_.size() && (in_[at_] == 'e' || in_[at_] == 'E')) {
    ++at_;
    if (at_ < in_.size() && (in_[at_] == '+' || in_[at_] == '-'))
      ++at_;
    if (at_ >= in_.size() || !is_digit(in_[at_]))
      return unexpected("Exponent indicator not followed by a digit");
    while (at_ < in_.size() && is_digit(in_[at_]))
      ++at_;
  }
  if (at_ < in_.size() && is_word(in_[at_]))
    return unexpected("Expected space separating root-level values");
  text_.assign(in_.substr(begin, at_ - begin));
  return token::number;
}

bool json_reader::read_string() {
  text_.clear();
  ++at_;
  for (;;) {
    if (at_ >= in_.size()) {
      fail("Unexpected end-of-input in a String value", at_);
      return false;
    }
    const auto c = static_cast<unsigned char>(in_[at_]);
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c < 0x20) {
      fail("Illegal unquoted character ((CTRL-CHAR, code " + std::to_string(c)
               + ")): has to be escaped using backslash to be included in string value",
           at_);
      return false;
    }
    if (c == '\\') {
      if (!read_escape())
        return false;
      continue;
    }
    if (c < 0x80) {
      text_ += static_cast<char>(c);
      ++at_;
      continue;
    }
    const auto decoded = decode_utf8(in_.substr(at_));
    if (!decoded.valid) {
      fail("Invalid UTF-8 start byte 0x" + hex_byte(c), at_);
      return false;
    }
    text_.append(in_.substr(at_, decoded.length));
    at_ += decoded.length;
  }
}

bool json_reader::read_hex(unsigned& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < in_.size() ? in_[at_] : '"';
    unsigned digit = 0;
    if (is_digit(c))
      digit = static_cast<unsigned>(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
      digit = static_cast<unsigned>((c | 0x20) - 'a') + 10;
    else {
      unexpected("expected a hex-digit for character escape sequence");
      return false;
    }
    unit = unit * 16 + digit;
  }
  return true;
}

bool json_reader::read_escape() {
  ++at_; // the backslash
  if (at_ >= in_.size()) {
    fail("Unexpected end-of-input in character escape sequence", at_);
    return false;
  }
  const char c = in_[at_++];
  switch (c) {
  case '"':
  case '\\':
  case '/':
    text_ += c;
    return true;
  case 'b':
    text_ += '\b';
    return true;
  case 'f':
    text_ += '\f';
    return true;
  case 'n':
    text_ += '\n';
    return true;
  case 'r':
    text_ += '\r';
    return true;
  case 't':
    text_ += '\t';
    return true;
  case 'u':
    break;
  default:
    --at_;
    fail("Unrecognized character escape '" + std::string(utf8_character(in_.substr(at_)))
             + "' (code " + std::to_string(decode_utf8(in_.substr(at_)).code) + ")",
         at_);
    return false;
  }
  unsigned unit = 0;
  if (!read_hex(unit))
    return false;
  if (unit >= 0xD800 && unit < 0xDC00 && in_.substr(at_, 2) == "\\u") {
    const auto back = at_;
    at_ += 2;
    unsigned low = 0;
    if (!read_hex(low))
      return false;
    if (low >= 0xDC00 && low < 0xE000)
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    else
      at_ = back; // two lone halves; the second is read by itself
  }
  append_utf8(text_, unit);
  return true;
}

} // namespace baseplate::rules
