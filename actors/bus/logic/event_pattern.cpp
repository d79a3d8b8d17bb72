#include "actors/bus/logic/event_pattern.hpp"

#include "actors/bus/logic/value_key.hpp"
#include "messages/json/scan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace baseplate::bus {

namespace {

constexpr std::array<std::string_view, 23> operators{"exactly",
                                                     "equals-ignore-case",
                                                     "prefix",
                                                     "suffix",
                                                     "anything-but",
                                                     "exists",
                                                     "wildcard",
                                                     "numeric",
                                                     "cidr",
                                                     "=",
                                                     "<",
                                                     "<=",
                                                     ">",
                                                     ">=",
                                                     "regex",
                                                     "not-wildcard",
                                                     "not-equals-ignore-case",
                                                     "date-after",
                                                     "date-on-or-after",
                                                     "date-before",
                                                     "date-on-or-before",
                                                     "in-date-range",
                                                     "ip-address-in-range"};

std::string pointer_with(const std::string& pointer, std::string_view name) {
  std::string result = pointer + '/';
  for (const char c : name) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

/// Reads one pattern, strictly. The first fault ends it; every function returns false from then on.
class parser {
 public:
  explicit parser(std::string_view text) : p_(text.data()), end_(p_ + text.size()) {}

  bool read() {
    space();
    if (p_ == end_)
      return fail(pattern_fault::not_json, "Filter is empty", "");
    if (*p_ != '{') {
      if (is_value_start())
        return fail(pattern_fault::not_an_object, "Filter is not an object", "");
      return unexpected("");
    }
    if (!object("", "", 1))
      return false;
    space();
    return p_ == end_ || fail(pattern_fault::not_json, "Text behind the end of the object", "");
  }

  std::map<std::string, std::vector<std::string>>& fields() { return fields_; }

  pattern_error& error() { return error_; }

 private:
  bool fail(pattern_fault code, std::string text, const std::string& pointer) {
    error_ = {code, std::move(text), pointer};
    return false;
  }

  void space() { p_ = json_text::skip_space(p_, end_); }

  bool is_value_start() const {
    return *p_ == '"' || *p_ == '[' || *p_ == '{' || *p_ == '-' || (*p_ >= '0' && *p_ <= '9')
           || literal("true") || literal("false") || literal("null");
  }

  bool literal(std::string_view word) const {
    const std::string_view rest(p_, static_cast<std::size_t>(end_ - p_));
    if (!rest.starts_with(word))
      return false;
    return rest.size() == word.size() || !is_word(rest[word.size()]);
  }

  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  /// The text at hand is no JSON: says so as the service does.
  bool unexpected(const std::string& pointer) {
    if (p_ == end_)
      return fail(pattern_fault::not_json, "Unexpected end-of-input", pointer);
    if (is_word(*p_)) {
      const char* end = p_;
      while (end != end_ && is_word(*end) && end - p_ < 64)
        ++end;
      return fail(pattern_fault::not_json,
                  "Unrecognized token '" + std::string(p_, end)
                      + "': was expecting (JSON String, Number, Array, Object or token 'null', "
                        "'true' or 'false')",
                  pointer);
    }
    return fail(pattern_fault::not_json, character() + "expected a valid value", pointer);
  }

  std::string character() const {
    const auto code = static_cast<unsigned>(static_cast<unsigned char>(*p_));
    return "Unexpected character ('" + std::string(1, *p_) + "' (code " + std::to_string(code)
           + ")): ";
  }

  bool string(std::string& out, const std::string& pointer) {
    bool escaped = false;
    const char* after = json_text::skip_string(p_, end_, escaped);
    if (after == nullptr)
      return fail(pattern_fault::not_json, "Unexpected end-of-input in a string", pointer);
    const std::string_view inside(p_ + 1, static_cast<std::size_t>(after - p_ - 2));
    for (const char c : inside)
      if (static_cast<unsigned char>(c) < 0x20)
        return fail(pattern_fault::not_json, "Control character inside a string", pointer);
    if (!json_text::unescape(inside, out))
      return fail(pattern_fault::not_json, "Unrecognized character escape", pointer);
    p_ = after;
    return true;
  }

  bool object(const std::string& path, const std::string& pointer, std::size_t depth) {
    if (depth > pattern_depth_max)
      return fail(pattern_fault::too_large,
                  "More than " + std::to_string(pattern_depth_max) + " levels", pointer);
    ++p_;
    space();
    if (p_ != end_ && *p_ == '}')
      return fail(pattern_fault::empty_object, "Empty objects are not allowed", pointer);
    for (;;) {
      std::string name;
      if (!member_name(name, pointer) || !member(path, name, pointer, depth))
        return false;
      space();
      if (p_ == end_)
        return unexpected(pointer);
      if (*p_ == '}') {
        ++p_;
        return true;
      }
      if (*p_ != ',')
        return fail(pattern_fault::not_json,
                    character() + "was expecting comma to separate Object entries", pointer);
      ++p_;
      space();
    }
  }

  bool member_name(std::string& name, const std::string& pointer) {
    if (p_ == end_)
      return unexpected(pointer);
    if (*p_ != '"')
      return fail(pattern_fault::not_json,
                  character() + "was expecting double-quote to start field name", pointer);
    if (!string(name, pointer))
      return false;
    space();
    if (p_ == end_ || *p_ != ':')
      return fail(pattern_fault::not_json, "was expecting a colon to separate field name and value",
                  pointer_with(pointer, name));
    ++p_;
    space();
    return true;
  }

  bool member(const std::string& path, const std::string& name, const std::string& pointer,
              std::size_t depth) {
    const auto here = pointer_with(pointer, name);
    if (p_ == end_)
      return unexpected(here);
    if (name == "$or")
      return fail(pattern_fault::unsupported_operator,
                  "$or is not supported: only exact values are", here);
    const auto inner = depth == 1 ? name : path + '.' + name;
    if (*p_ == '{')
      return object(inner, here, depth + 1);
    if (*p_ == '[')
      return leaf(inner, here);
    if (!is_value_start())
      return unexpected(here);
    return fail(pattern_fault::not_object_or_array, '"' + name + "\" must be an object or an array",
                here);
  }

  bool leaf(const std::string& path, const std::string& pointer) {
    ++p_;
    space();
    if (p_ != end_ && *p_ == ']')
      return fail(pattern_fault::empty_array, "Empty arrays are not allowed", pointer);
    std::vector<std::string> values;
    for (;;) {
      const auto here = pointer + '/' + std::to_string(values.size());
      std::string key;
      if (!value(key, here))
        return false;
      values.push_back(std::move(key));
      space();
      if (p_ == end_)
        return unexpected(pointer);
      if (*p_ == ']')
        break;
      if (*p_ != ',')
        return fail(pattern_fault::not_json,
                    character() + "was expecting comma to separate Array entries", here);
      ++p_;
      space();
    }
    ++p_;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    fields_[path] = std::move(values);
    return true;
  }

  bool value(std::string& key, const std::string& pointer) {
    if (p_ == end_)
      return unexpected(pointer);
    if (*p_ == '"') {
      std::string text;
      if (!string(text, pointer))
        return false;
      append_string_key(key, text);
      return true;
    }
    if (*p_ == '{')
      return match_expression(pointer);
    if (*p_ == '[')
      return fail(pattern_fault::invalid_value,
                  "Match value must be String, number, true, false, or null", pointer);
    for (const auto& [word, word_key] : literals_)
      if (literal(word)) {
        key = word_key;
        p_ += word.size();
        return true;
      }
    return number(key, pointer);
  }

  bool match_expression(const std::string& pointer) {
    ++p_;
    space();
    if (p_ != end_ && *p_ == '}')
      return fail(pattern_fault::empty_object, "Empty objects are not allowed", pointer);
    std::string name;
    if (!member_name(name, pointer))
      return false;
    const auto here = pointer_with(pointer, name);
    if (std::find(operators.begin(), operators.end(), name) == operators.end()
        && name != "ip-address-not-in-range")
      return fail(pattern_fault::unknown_operator, "Unrecognized match type " + name, here);
    return fail(pattern_fault::unsupported_operator,
                "Operator \"" + name + "\" is not supported: only exact values are", here);
  }

  bool digits() {
    const char* begin = p_;
    while (p_ != end_ && *p_ >= '0' && *p_ <= '9')
      ++p_;
    return p_ != begin;
  }

  bool number(std::string& key, const std::string& pointer) {
    const char* begin = p_;
    const auto bad = [&] {
      p_ = begin;
      return unexpected(pointer);
    };
    if (*p_ == '-')
      ++p_;
    const bool zero = p_ != end_ && *p_ == '0';
    const char* whole = p_;
    if (!digits() || (zero && p_ - whole > 1))
      return bad();
    if (p_ != end_ && *p_ == '.') {
      ++p_;
      if (!digits())
        return bad();
    }
    if (p_ != end_ && (*p_ == 'e' || *p_ == 'E')) {
      ++p_;
      if (p_ != end_ && (*p_ == '+' || *p_ == '-'))
        ++p_;
      if (!digits())
        return bad();
    }
    if (p_ != end_ && is_word(*p_))
      return bad();
    append_number_key(key, {begin, static_cast<std::size_t>(p_ - begin)});
    return true;
  }

  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> literals_{
      {{"true", true_key}, {"false", false_key}, {"null", null_key}}};

  const char* p_;
  const char* end_;
  std::map<std::string, std::vector<std::string>> fields_;
  pattern_error error_;
};

} // namespace

pattern_result<event_pattern> parse_event_pattern(std::string_view text) {
  if (text.size() > pattern_bytes_max)
    return pattern_error{pattern_fault::too_large,
                         "More than " + std::to_string(pattern_bytes_max) + " bytes", ""};
  parser reader(text);
  if (!reader.read())
    return std::move(reader.error());
  event_pattern result;
  result.fields.reserve(reader.fields().size());
  for (auto& [path, values] : reader.fields())
    result.fields.push_back({path, std::move(values)});
  return result;
}

std::string to_string(const pattern_error& error) {
  auto result = "Event pattern is not valid. Reason: " + error.text;
  if (!error.pointer.empty())
    result += " (at " + error.pointer + ')';
  return result;
}

} // namespace baseplate::bus
