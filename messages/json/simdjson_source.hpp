// Lets the decoder read what simdjson parsed: from_json<order_placed_data>(event.detail["data"],
// ...). simdjson validates UTF-8 itself.
#pragma once

#include "messages/json/source.hpp"

#include <simdjson.h>

namespace baseplate {

template <>
struct json_source<simdjson::dom::element> {
  using value = simdjson::dom::element;

  static bool is_null(value x) { return x.is_null(); }

  static bool boolean(value x, bool& out) { return x.get_bool().get(out) == simdjson::SUCCESS; }

  static bool integer(value x, json_integer& out) {
    switch (x.type()) {
    case simdjson::dom::element_type::INT64:
      out = detail::make_integer(x.get_int64().value_unsafe());
      return true;
    case simdjson::dom::element_type::UINT64:
      out = {false, x.get_uint64().value_unsafe()};
      return true;
    case simdjson::dom::element_type::DOUBLE:
      return detail::whole_number(x.get_double().value_unsafe(), out);
    default:
      return false;
    }
  }

  static bool text(value x, std::string_view& out) {
    return x.get_string().get(out) == simdjson::SUCCESS;
  }

  template <class F>
  static bool members(value x, F&& f) {
    simdjson::dom::object object;
    if (x.get_object().get(object) != simdjson::SUCCESS)
      return false;
    for (const auto member : object)
      if (!f(member.key, member.value))
        break;
    return true;
  }

  template <class F>
  static bool elements(value x, F&& f) {
    simdjson::dom::array list;
    if (x.get_array().get(list) != simdjson::SUCCESS)
      return false;
    for (const auto element : list)
      if (!f(element))
        break;
    return true;
  }

  static std::string_view kind(value x) {
    switch (x.type()) {
    case simdjson::dom::element_type::ARRAY:
      return "a list";
    case simdjson::dom::element_type::OBJECT:
      return "an object";
    case simdjson::dom::element_type::STRING:
      return "a text";
    case simdjson::dom::element_type::BOOL:
      return "true or false";
    case simdjson::dom::element_type::NULL_VALUE:
      return "null";
    default:
      return "a number";
    }
  }

  static std::string serialize(value x) { return simdjson::minify(x); }
};

} // namespace baseplate
