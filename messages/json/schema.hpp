// Described messages → JSON Schema 2020-12: what `baseplate schema TYPE` prints and the node
// publishes. A value that from_json takes strictly is valid by the schema, but for texts' `format`,
// which is said only.
#pragma once

#include "messages/chunk.hpp"
#include "messages/json/chunk_image.hpp"
#include "messages/json/decode.hpp"
#include "messages/json/raw_json.hpp"
#include "messages/json/rules.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace baseplate {

namespace detail {

/// Collects the structs that a message is made of.
struct schema_context {
  boost::json::object defs;
};

boost::json::object integer_schema(const integer_bounds& bounds);
boost::json::object text_schema(const member_rule& rule);
boost::json::object list_schema(const member_rule& rule, boost::json::object element);
boost::json::object reference_schema(std::string_view name);
/// `kind` is what the member's own type gave; adds what the rule says to readers.
boost::json::object describe_member(const member_rule& rule, boost::json::object kind);
boost::json::object object_schema(boost::json::object properties, boost::json::array required);

template <class T>
struct type_tag {};

template <described T>
boost::json::object schema_of(schema_context& ctx, const member_rule&, type_tag<T>);

inline boost::json::object schema_of(schema_context&, const member_rule&, type_tag<bool>) {
  return {{"type", "boolean"}};
}

template <std::integral T>
boost::json::object schema_of(schema_context&, const member_rule& rule, type_tag<T>) {
  return integer_schema(bounds_of<T>(rule));
}

template <described_enum T>
boost::json::object schema_of(schema_context&, const member_rule&, type_tag<T>) {
  boost::json::array names;
  for (const auto x : enum_values<T>())
    names.push_back(boost::json::string(enum_name(x)));
  return {{"enum", std::move(names)}};
}

inline boost::json::object schema_of(schema_context&, const member_rule& rule,
                                     type_tag<std::string>) {
  return text_schema(rule);
}

inline boost::json::object schema_of(schema_context&, const member_rule&, type_tag<raw_json>) {
  return {};
}

inline boost::json::object schema_of(schema_context& ctx, const member_rule& rule,
                                     type_tag<chunk_ptr>) {
  return schema_of(ctx, rule, type_tag<chunk_image>{});
}

template <class T>
boost::json::object schema_of(schema_context& ctx, const member_rule& rule,
                              type_tag<std::optional<T>>) {
  return schema_of(ctx, rule, type_tag<T>{});
}

template <class T>
boost::json::object schema_of(schema_context& ctx, const member_rule& rule,
                              type_tag<std::vector<T>>) {
  return list_schema(rule, schema_of(ctx, element_rule(rule), type_tag<T>{}));
}

template <described T>
boost::json::object members_schema(schema_context& ctx) {
  boost::json::object properties;
  boost::json::array required;
  const auto add = [&]<class M>(const member_rule& rule, type_tag<M> member) {
    properties[rule.json] = describe_member(rule, schema_of(ctx, rule, member));
    if (!may_be_absent<M>(rule))
      required.push_back(boost::json::string(rule.json));
  };
  [&]<class... Ms>(const std::tuple<Ms T::*...>&) {
    std::size_t i = 0;
    (add(
         rules_of<T>[i++], type_tag<Ms> {}),
     ...);
  }(member_pointers<T>);
  return object_schema(std::move(properties), std::move(required));
}

template <described T>
boost::json::object schema_of(schema_context& ctx, const member_rule&, type_tag<T>) {
  constexpr auto name = type_name_of<T>();
  if (!ctx.defs.contains(name)) {
    auto schema = members_schema<T>(ctx);
    ctx.defs[name] = std::move(schema);
  }
  return reference_schema(name);
}

/// The whole document.
boost::json::object finish_schema(std::string_view title, boost::json::object members,
                                  boost::json::object defs);

} // namespace detail

/// The schema of T's JSON, complete in itself: structs within are in `$defs`, by their C++ names.
template <described T>
boost::json::object json_schema() {
  detail::schema_context ctx;
  auto members = detail::members_schema<T>(ctx);
  return detail::finish_schema(type_name_of<T>(), std::move(members), std::move(ctx.defs));
}

} // namespace baseplate
