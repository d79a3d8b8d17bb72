// Makes a registry entry of a described message. For the registry_*.cpp files only.
#pragma once

#include "messages/json/codec.hpp"
#include "messages/registry.hpp"
#include "messages/shop.hpp"

#include <vector>

namespace baseplate::detail {

template <class T>
concept domain_event = requires(T x) {
  { T::detail_type } -> std::convertible_to<std::string_view>;
};

template <described T>
boost::json::object example_of() {
  auto x = make_sample<T>(sample_kind::example, 1);
  if constexpr (requires { T::origin; })
    x.metadata = make_metadata(T::origin, event_type_of<T>(), event_status_of<T>());
  else if constexpr (domain_event<T> && requires { T::type; })
    x.metadata.type = T::type;
  return to_json(x).as_object();
}

template <described T>
std::optional<std::string> json_round_trip(std::uint64_t seed) {
  const auto in = make_sample<T>(sample_kind::arbitrary, seed);
  const auto value = to_json(in);
  const auto from_value = from_json<T>(value);
  if (!from_value)
    return "JSON: " + from_value.error().pointer + ": " + from_value.error().message;
  if (!same(in, *from_value))
    return "JSON: reads differently from what was written: " + render(in);
  const auto from_text = from_json_text<T>(to_json_text(in));
  if (!from_text)
    return "JSON text: " + from_text.error().pointer + ": " + from_text.error().message;
  if (!same(in, *from_text))
    return "JSON text: reads differently from what was written: " + render(in);
  return std::nullopt;
}

template <described T>
constexpr message_type entry() {
  std::string_view event;
  if constexpr (domain_event<T>)
    event = T::detail_type;
  return {type_name_of<T>(), event, &json_schema<T>, &example_of<T>, &json_round_trip<T>};
}

/// The entries of some types, in their order.
template <class... Ts>
std::vector<message_type> entries() {
  return {entry<Ts>()...};
}

std::vector<message_type> journal_message_types();
std::vector<message_type> bus_message_types();
std::vector<message_type> shop_message_types();

} // namespace baseplate::detail
