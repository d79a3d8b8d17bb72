#include "app/config/object_reader.hpp"

#include <algorithm>

namespace baseplate::app {

namespace json = boost::json;

namespace {

json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

/// Edits between two words, for "did you mean"; small words only.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = above;
    }
  }
  return row.back();
}

} // namespace

std::string_view kind_name(const json::value& value) noexcept {
  switch (value.kind()) {
  case json::kind::null:
    return "null";
  case json::kind::bool_:
    return "a boolean";
  case json::kind::int64:
  case json::kind::uint64:
  case json::kind::double_:
    return "a number";
  case json::kind::string:
    return "a string";
  case json::kind::array:
    return "an array";
  case json::kind::object:
    return "an object";
  }
  return "a value";
}

object_reader::object_reader(const json::value& value, std::string pointer, fault_list& faults)
    : object_(value.if_object()), pointer_(std::move(pointer)), faults_(&faults) {
  if (!object_)
    faults_->push_back({pointer_, "must be an object, is " + std::string{kind_name(value)}});
}

const json::value* object_reader::take(std::string_view key) {
  known_.emplace(key);
  return object_ ? object_->if_contains(view(key)) : nullptr;
}

bool object_reader::text(std::string_view key, std::string& out, std::size_t size_min,
                         std::size_t size_max) {
  auto value = take(key);
  if (!value)
    return false;
  auto string = value->if_string();
  if (!string) {
    fault(key, "must be a string, is " + std::string{kind_name(*value)});
    return false;
  }
  if (string->size() < size_min || string->size() > size_max) {
    fault(key, "must have " + std::to_string(size_min) + " to " + std::to_string(size_max)
                   + " bytes, has " + std::to_string(string->size()));
    return false;
  }
  out.assign(string->data(), string->size());
  return true;
}

bool object_reader::boolean(std::string_view key, bool& out) {
  auto value = take(key);
  if (!value)
    return false;
  if (!value->is_bool()) {
    fault(key, "must be true or false, is " + std::string{kind_name(*value)});
    return false;
  }
  out = value->get_bool();
  return true;
}

bool object_reader::whole_number(std::string_view key, std::uint64_t& out, std::uint64_t min,
                                 std::uint64_t max) {
  auto value = take(key);
  if (!value)
    return false;
  auto range = std::to_string(min) + " to " + std::to_string(max);
  std::uint64_t number = 0;
  if (value->is_uint64()) {
    number = value->get_uint64();
  } else if (value->is_int64() && value->get_int64() >= 0) {
    number = static_cast<std::uint64_t>(value->get_int64());
  } else {
    fault(key, "must be a whole number, " + range
                   + (value->is_number() ? ", is " + json::serialize(*value)
                                         : ", is " + std::string{kind_name(*value)}));
    return false;
  }
  if (number < min || number > max) {
    fault(key, "must be " + range + ", is " + std::to_string(number));
    return false;
  }
  out = number;
  return true;
}

bool object_reader::milliseconds(std::string_view key, std::chrono::milliseconds& out,
                                 std::uint64_t min, std::uint64_t max) {
  std::uint64_t value = 0;
  if (!whole_number(key, value, min, max))
    return false;
  out = std::chrono::milliseconds{static_cast<std::int64_t>(value)};
  return true;
}

bool object_reader::choice(std::string_view key, std::size_t& out,
                           std::initializer_list<std::string_view> texts) {
  std::string given;
  if (!text(key, given, 0))
    return false;
  std::string all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto option = *(texts.begin() + i);
    if (given == option) {
      out = i;
      return true;
    }
    all += (all.empty() ? "" : ", ") + std::string{option};
  }
  fault(key, "must be one of " + all);
  return false;
}

std::vector<std::pair<std::string, const json::value*>>
object_reader::members(std::string_view key) {
  std::vector<std::pair<std::string, const json::value*>> result;
  auto value = take(key);
  if (!value)
    return result;
  auto object = value->if_object();
  if (!object) {
    fault(key, "must be an object of names, is " + std::string{kind_name(*value)});
    return result;
  }
  for (auto& member : *object)
    result.emplace_back(std::string{member.key().data(), member.key().size()}, &member.value());
  return result;
}

void object_reader::finish() {
  if (!object_)
    return;
  for (auto& member : *object_) {
    std::string_view key{member.key().data(), member.key().size()};
    if (known_.contains(key))
      continue;
    std::string reason = "unknown key";
    std::size_t nearest = 3;
    std::string_view guess;
    if (key.size() <= 64)
      for (auto& known : known_)
        if (auto distance = edit_distance(key, known); distance < nearest) {
          nearest = distance;
          guess = known;
        }
    if (!guess.empty())
      reason += "; did you mean \"" + std::string{guess} + "\"?";
    fault(key, std::move(reason));
  }
}

void object_reader::fault(std::string_view key, std::string reason) {
  faults_->push_back({pointer_to(key), std::move(reason)});
}

} // namespace baseplate::app
