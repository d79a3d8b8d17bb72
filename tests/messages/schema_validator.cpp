#include "tests/messages/schema_validator.hpp"

#include "messages/json/pointer.hpp"
#include "messages/json/source.hpp"
#include "messages/json/utf8.hpp"

#include <algorithm>
#include <set>

namespace baseplate {

namespace {

namespace json = boost::json;

class validator {
 public:
  explicit validator(const json::object& root) : root_(root) {}

  /// Null when the pointer of a $ref names nothing.
  const json::value* definition(std::string_view ref) const {
    return resolve_pointer(root_, ref.substr(1));
  }

  std::string check(const json::object& schema, const json::value& value, const std::string& at) {
    for (const auto& member : schema) {
      auto fault = keyword(schema, member.key(), member.value(), value, at);
      if (!fault.empty())
        return fault;
    }
    return {};
  }

 private:
  static bool is_type(std::string_view type, const json::value& value) {
    json_integer number;
    if (type == "integer")
      return json_source<json::value>::integer(value, number);
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array())
           || (type == "string" && value.is_string()) || (type == "boolean" && value.is_bool());
  }

  static bool at_least(const json::value& value, const json::value& bound) {
    json_integer a;
    json_integer b;
    if (!json_source<json::value>::integer(value, a)
        || !json_source<json::value>::integer(bound, b))
      return false;
    if (a.negative != b.negative)
      return b.negative;
    return a.negative ? a.magnitude <= b.magnitude : a.magnitude >= b.magnitude;
  }

  static std::size_t length(const json::value& value) {
    return value.is_array() ? value.get_array().size() : utf8_length(value.get_string());
  }

  std::string properties(const json::object& schema, const json::object& known,
                         const json::value& value, const std::string& at) {
    for (const auto& member : value.as_object()) {
      auto inner = at;
      append_pointer_token(inner, member.key());
      if (const auto* child = known.if_contains(member.key())) {
        if (auto fault = check(child->as_object(), member.value(), inner); !fault.empty())
          return fault;
      } else if (const auto* additional = schema.if_contains("additionalProperties")) {
        if (*additional == json::value(false))
          return inner + ": additional property";
      }
    }
    return {};
  }

  std::string keyword(const json::object& schema, std::string_view name, const json::value& wanted,
                      const json::value& value, const std::string& at) {
    static const std::set<std::string_view> annotations
        = {"$schema",  "title",  "$defs",           "description",
           "examples", "format", "contentEncoding", "additionalProperties"};
    if (annotations.contains(name))
      return {};
    const auto fault = [&](bool ok) { return ok ? std::string() : at + ": " + std::string(name); };
    if (name == "type")
      return fault(is_type(wanted.as_string(), value));
    if (name == "enum")
      return fault(std::ranges::find(wanted.as_array(), value) != wanted.as_array().end());
    if (name == "minimum")
      return fault(at_least(value, wanted));
    if (name == "maximum")
      return fault(at_least(wanted, value));
    if (name == "minLength" || name == "minItems")
      return fault(length(value) >= wanted.to_number<std::size_t>());
    if (name == "maxLength" || name == "maxItems")
      return fault(length(value) <= wanted.to_number<std::size_t>());
    if (name == "required")
      return fault(std::ranges::all_of(wanted.as_array(), [&](const json::value& key) {
        return value.as_object().contains(key.as_string());
      }));
    if (name == "properties")
      return properties(schema, wanted.as_object(), value, at);
    if (name == "items") {
      for (std::size_t i = 0; i < value.as_array().size(); ++i)
        if (auto inner
            = check(wanted.as_object(), value.as_array()[i], at + "/" + std::to_string(i));
            !inner.empty())
          return inner;
      return {};
    }
    if (name == "$ref") {
      const auto* target = definition(wanted.as_string());
      return target == nullptr ? at + ": $ref to nothing" : check(target->as_object(), value, at);
    }
    return at + ": the validator does not know " + std::string(name);
  }

  const json::value root_;
};

} // namespace

std::string schema_fault(const boost::json::object& schema, const boost::json::value& value) {
  try {
    return validator(schema).check(schema, value, "");
  } catch (const std::exception& e) {
    return std::string("another JSON type than the schema speaks of: ") + e.what();
  }
}

} // namespace baseplate
