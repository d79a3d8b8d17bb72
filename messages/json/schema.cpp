#include "messages/json/schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <limits>

namespace baseplate::detail {

namespace {

boost::json::value number(json_integer x) {
  if (x.negative)
    return static_cast<std::int64_t>(~x.magnitude + 1);
  return x.magnitude;
}

constexpr auto no_length_max = std::numeric_limits<std::uint32_t>::max();

} // namespace

boost::json::object integer_schema(const integer_bounds& bounds) {
  return {
      {"type", "integer"}, {"minimum", number(bounds.least)}, {"maximum", number(bounds.greatest)}};
}

boost::json::object text_schema(const member_rule& rule) {
  boost::json::object out{{"type", "string"}};
  if (rule.encoding == text_encoding::base64) {
    // Lengths are of the bytes; four characters stand for three of them.
    out["contentEncoding"] = "base64";
    return out;
  }
  if (rule.length_min > 0)
    out["minLength"] = rule.length_min;
  if (rule.length_max != no_length_max)
    out["maxLength"] = rule.length_max;
  if (!rule.format.empty())
    out["format"] = rule.format;
  return out;
}

boost::json::object list_schema(const member_rule& rule, boost::json::object element) {
  boost::json::object out{{"type", "array"}, {"items", std::move(element)}};
  if (rule.length_min > 0)
    out["minItems"] = rule.length_min;
  if (rule.length_max != no_length_max)
    out["maxItems"] = rule.length_max;
  return out;
}

boost::json::object reference_schema(std::string_view name) {
  return {{"$ref", "#/$defs/" + std::string(name)}};
}

boost::json::object describe_member(const member_rule& rule, boost::json::object kind) {
  if (!rule.description.empty())
    kind["description"] = rule.description;
  if (!rule.example.empty())
    kind["examples"] = boost::json::array{boost::json::string(rule.example)};
  return kind;
}

boost::json::object object_schema(boost::json::object properties, boost::json::array required) {
  boost::json::object out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty())
    out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

boost::json::object finish_schema(std::string_view title, boost::json::object members,
                                  boost::json::object defs) {
  boost::json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                          {"title", title}};
  for (auto& member : members)
    out[member.key()] = std::move(member.value());
  if (!defs.empty())
    out["$defs"] = std::move(defs);
  return out;
}

} // namespace baseplate::detail
