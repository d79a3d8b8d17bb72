#include "messages/registry.hpp"

#include "messages/registry_entry.hpp"

namespace baseplate {

std::span<const message_type> all_message_types() {
  static const auto all = [] {
    std::vector<message_type> out;
    for (const auto& part : {detail::journal_message_types(), detail::bus_message_types(),
                             detail::shop_message_types()})
      out.insert(out.end(), part.begin(), part.end());
    return out;
  }();
  return all;
}

const message_type* find_message_type(std::string_view name) {
  for (const auto& type : all_message_types())
    if (type.name == name)
      return &type;
  if (!name.empty())
    for (const auto& type : all_message_types())
      if (type.event == name)
        return &type;
  return nullptr;
}

} // namespace baseplate
