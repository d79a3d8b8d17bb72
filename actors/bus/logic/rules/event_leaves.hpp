// All values of an event by joined path, with JSON Pointers. For explanations only.
// Threads: immutable once read
#pragma once

#include "actors/bus/logic/rules/event_scan.hpp"
#include "actors/bus/logic/rules/explain.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace baseplate::rules {

struct explainer::event_leaves {
  struct leaf {
    std::string pointer;
    std::string text;
    scalar_type type = scalar_type::string;

    scalar what() const { return {text, type}; }
  };

  /// The event with padding, for the matcher.
  std::string bytes;
  std::size_t size = 0;
  /// Some array has an object or array as its element.
  bool has_elements = false;
  std::unordered_map<std::string, std::vector<leaf>> by_path;

  event_status read(std::string_view event);

  /// Null: none.
  const std::vector<leaf>* at(const std::string& path) const {
    const auto found = by_path.find(path);
    return found == by_path.end() ? nullptr : &found->second;
  }
};

} // namespace baseplate::rules
