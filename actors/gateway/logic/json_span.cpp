#include "actors/gateway/logic/json_span.hpp"

namespace baseplate::gateway {

namespace {

bool is_space(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

} // namespace

void json_walker::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_]))
    ++at_;
}

void json_walker::skip_string() {
  ++at_; // the opening quote
  while (at_ < text_.size()) {
    const auto hit = text_.find_first_of("\"\\", at_);
    if (hit == std::string_view::npos) {
      at_ = text_.size();
      return;
    }
    if (text_[hit] == '"') {
      at_ = hit + 1;
      return;
    }
    at_ = hit + 2;
  }
  at_ = text_.size();
}

std::string_view json_walker::value() {
  skip_space();
  const auto begin = at_;
  if (at_ >= text_.size())
    return {};
  const auto first = text_[at_];
  if (first == '"') {
    skip_string();
  } else if (first == '{' || first == '[') {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const auto c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      ++at_;
      if (c == '{' || c == '[')
        ++depth;
      else if ((c == '}' || c == ']') && --depth == 0)
        break;
    }
  } else {
    while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != ',' && text_[at_] != '}'
           && text_[at_] != ']')
      ++at_;
  }
  return text_.substr(begin, at_ - begin);
}

bool json_walker::take(char c) {
  skip_space();
  if (at_ >= text_.size() || text_[at_] != c)
    return false;
  ++at_;
  return true;
}

std::string_view trim_json(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

} // namespace baseplate::gateway
