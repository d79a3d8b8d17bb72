#include "messages/caf/self_test.hpp"

#include "messages/caf/type_ids.hpp"
#include "messages/json/compare.hpp"
#include "messages/json/sample.hpp"
#include "messages/registry.hpp"

#include <caf/actor_system.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace baseplate {

namespace {

/// Values tried per type: enough for both states of an optional, and for empty and filled lists.
constexpr std::uint64_t seeds = 4;

using result = std::optional<std::string>;

template <class T>
result binary_round_trip(const T& in) {
  std::vector<char> buffer;
  caf::binary_serializer sink{nullptr, buffer};
  if (sink(const_cast<T&>(in)))
    return "cannot be saved in CAF's binary form";
  T out;
  caf::binary_deserializer source{nullptr, buffer};
  if (source(out))
    return "cannot be loaded from CAF's binary form";
  if (source.remaining() != 0)
    return "leaves bytes of CAF's binary form behind";
  if (!same(in, out))
    return "changes in CAF's binary form";
  return std::nullopt;
}

template <class T>
result message_round_trip(caf::actor_system& system, const T& in) {
  std::vector<char> buffer;
  caf::binary_serializer sink{system, buffer};
  // Not sink(message): that drops the error.
  if (auto error = caf::make_message(in).save(sink))
    return "cannot be sent to another node: " + system.render(error);
  caf::message out;
  caf::binary_deserializer source{system, buffer};
  if (auto error = out.load(source))
    return "cannot be received from another node: " + system.render(error);
  if (!out.match_elements<T>() || !same(in, out.get_as<T>(0)))
    return "arrives at another node as something else";
  return std::nullopt;
}

template <class T>
result test_type(caf::actor_system* system) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto in = make_sample<T>(sample_kind::arbitrary, seed);
    auto fault = binary_round_trip(in);
    if (!fault && system != nullptr)
      fault = message_round_trip(*system, in);
    if (fault)
      return std::string(type_name_of<T>()) + ": " + *fault;
  }
  return std::nullopt;
}

template <std::size_t... Is>
result test_block(caf::actor_system* system, std::index_sequence<Is...>) {
  using block = caf::id_block::baseplate;
  result fault;
  (void)((fault = test_type<typename caf::type_by_id<block::begin + Is>::type>(system)) || ...);
  return fault;
}

} // namespace

std::optional<std::string> round_trip_self_test(caf::actor_system* system) {
  using block = caf::id_block::baseplate;
  if (auto fault = test_block(system, std::make_index_sequence<block::end - block::begin>{}))
    return fault;
  for (const auto& type : all_message_types())
    for (std::uint64_t seed = 0; seed < seeds; ++seed)
      if (auto fault = type.round_trip(seed))
        return std::string(type.name) + ": " + *fault;
  return std::nullopt;
}

} // namespace baseplate
