#include "actors/bus/logic/rules/event_leaves.hpp"

#include "actors/bus/logic/rules/json_reader.hpp"
#include "messages/json/pointer.hpp"

namespace baseplate::rules {

namespace {

/// An open object or array.
struct level {
  bool is_array = false;
  bool is_root = false;
  std::string path;
  std::string pointer;
  /// Array: the next element's index. Object: the name just read.
  std::size_t index = 0;
  std::string name;
};

} // namespace

event_status explainer::event_leaves::read(std::string_view event) {
  if (event.size() > event_bytes_max)
    return event_status::too_large;
  json_reader in(event, event_depth_max);
  if (in.next() != token::begin_object)
    return event_status::malformed;
  std::vector<level> open(1);
  open.back().is_root = true;
  while (!open.empty()) {
    const auto kind = in.next();
    if (kind == token::error || kind == token::end)
      return in.too_deep() ? event_status::too_deep : event_status::malformed;
    if (kind == token::end_object || kind == token::end_array) {
      open.pop_back();
      continue;
    }
    auto& here = open.back();
    if (kind == token::name) {
      here.name = in.text();
      continue;
    }
    const auto path = here.is_array  ? here.path
                      : here.is_root ? here.name
                                     : here.path + "." + here.name;
    const auto pointer
        = child_pointer(here.pointer, here.is_array ? std::to_string(here.index++) : here.name);
    if (kind == token::begin_object || kind == token::begin_array) {
      has_elements = has_elements || here.is_array;
      open.push_back({kind == token::begin_array, false, path, pointer, 0, {}});
      continue;
    }
    leaf x{pointer, in.text(), scalar_type::string};
    if (kind == token::number)
      x.type = scalar_type::number;
    else if (kind == token::true_value)
      x.type = scalar_type::true_value;
    else if (kind == token::false_value)
      x.type = scalar_type::false_value;
    else if (kind == token::null_value)
      x.type = scalar_type::null_value;
    by_path[path].push_back(std::move(x));
  }
  if (in.next() != token::end)
    return event_status::malformed;
  bytes = event;
  size = event.size();
  bytes.append(event_padding, '\0');
  return event_status::ok;
}

} // namespace baseplate::rules
