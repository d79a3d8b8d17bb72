#include "actors/bus/logic/transform/read_input_spec.hpp"

#include "messages/json/pointer.hpp"

namespace baseplate::transform {

namespace json = boost::json;

namespace {

const json::value* member(const json::object& from, std::string_view name) {
  auto value = from.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

class spec_reader {
 public:
  boost::system::result<input_spec, spec_error> read(const json::object& target) {
    text(target, "Input", "", spec_.input);
    text(target, "InputPath", "", spec_.input_path);
    if (auto transformer = member(target, "InputTransformer"))
      read_transformer(*transformer);
    if (error_)
      return *error_;
    return std::move(spec_);
  }

 private:
  void fail(std::string_view pointer, std::string_view what) {
    if (!error_)
      error_ = spec_error{std::string(what), std::string(pointer)};
  }

  void text(const json::object& from, std::string_view name, std::string_view at,
            std::optional<std::string>& out) {
    auto value = member(from, name);
    if (value == nullptr)
      return;
    if (value->is_string())
      out.emplace(value->get_string());
    else
      fail(std::string(at) + "/" + std::string(name), "must be a text");
  }

  void read_transformer(const json::value& from) {
    constexpr std::string_view at = "/InputTransformer";
    auto object = from.if_object();
    if (object == nullptr)
      return fail(at, "must be an object");
    // Without any member it still is a transformer, one that lacks its template.
    spec_.input_paths_map.emplace();
    text(*object, "InputTemplate", at, spec_.input_template);
    auto map = member(*object, "InputPathsMap");
    if (map == nullptr)
      return;
    std::string map_at{"/InputTransformer/InputPathsMap"};
    if (!map->is_object())
      return fail(map_at, "must be an object");
    for (auto& path : map->get_object()) {
      if (!path.value().is_string()) {
        append_pointer_token(map_at, path.key());
        return fail(map_at, "must be a text");
      }
      spec_.input_paths_map->emplace_back(path.key(), path.value().get_string());
    }
  }

  input_spec spec_;
  std::optional<spec_error> error_;
};

} // namespace

boost::system::result<input_spec, spec_error> read_input_spec(const json::object& target) {
  return spec_reader{}.read(target);
}

} // namespace baseplate::transform
