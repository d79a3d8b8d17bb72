// An InputTemplate, cut into literal text and placeholders: which ones it has, where each stands
// (as a value of its own, inside a string), and whether it can give valid JSON at all.
// Spec:    docs/spec/input-transformer.md, "Templates"
// Threads: no state
#pragma once

#include "actors/bus/logic/transform/json_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace baseplate::transform {

/// Bytes of a template at most, as the service has it.
inline constexpr std::size_t template_bytes_max = 8192;

/// How a template is read: by its first character that is no white space.
enum class template_form : std::uint8_t {
  /// It begins with { or [: one JSON value with placeholders in it.
  json,
  /// Anything else: strings in quotes with placeholders in them.
  text,
};

/// A literal, or a placeholder behind which the next literal follows.
struct template_part {
  /// Where it is in the template.
  text_span span;
  /// A placeholder's name without < and >; empty: a literal.
  std::string name;
  /// A placeholder: between the quotes of a string.
  bool in_string = false;
};

struct input_template {
  std::string text;
  template_form form = template_form::json;
  std::vector<template_part> parts;
  /// Why no event can ever get valid JSON out of it, as far as the template alone tells; and where.
  std::optional<json_fault> fault;
  /// Why it is not one JSON value with placeholders in it, which strict mode demands; of the form
  /// json the same as `fault`.
  std::optional<json_fault> value_fault;
  /// The placeholder that stands in an object's key, quoted or not; an index into `parts`.
  std::optional<std::size_t> placeholder_in_key;
};

/// Cuts `text` up. A placeholder is < name > with letters, digits, "_", "-" and "." as its name;
/// every other < is a literal. Cannot fail: `fault` tells what is wrong. Linear.
input_template read_template(std::string_view text);

} // namespace baseplate::transform
