#include "app/config/json_text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <set>

namespace baseplate::app {

namespace json = boost::json;

namespace {

constexpr std::size_t depth_max = 32;

/// Events of the parser, of which only the members' names are of interest.
struct member_watch {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  struct level {
    std::string pointer;
    bool array = false;
    std::size_t index = 0;
    std::string key;
    std::set<std::string, std::less<>> seen;
  };

  std::vector<level> levels;
  std::string key;
  std::vector<text_fault> faults;

  /// Pointer of the value that begins now.
  std::string here() const {
    if (levels.empty())
      return {};
    auto& top = levels.back();
    return child_pointer(top.pointer, top.array ? std::to_string(top.index) : top.key);
  }

  bool ended() {
    if (!levels.empty() && levels.back().array)
      ++levels.back().index;
    return true;
  }

  bool on_document_begin(json::error_code&) { return true; }

  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) {
    levels.push_back({here(), false, 0, {}, {}});
    return true;
  }

  bool on_object_end(std::size_t, json::error_code&) {
    levels.pop_back();
    return ended();
  }

  bool on_array_begin(json::error_code&) {
    levels.push_back({here(), true, 0, {}, {}});
    return true;
  }

  bool on_array_end(std::size_t, json::error_code&) {
    levels.pop_back();
    return ended();
  }

  bool on_key_part(json::string_view s, std::size_t, json::error_code&) {
    key.append(s.data(), s.size());
    return true;
  }

  bool on_key(json::string_view s, std::size_t, json::error_code&) {
    key.append(s.data(), s.size());
    auto& top = levels.back();
    top.key = std::move(key);
    key.clear();
    if (!top.seen.insert(top.key).second)
      faults.push_back({child_pointer(top.pointer, top.key), "is given twice"});
    return true;
  }

  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }

  bool on_string(json::string_view, std::size_t, json::error_code&) { return ended(); }

  bool on_number_part(json::string_view, json::error_code&) { return true; }

  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return ended(); }

  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return ended(); }

  bool on_double(double, json::string_view, json::error_code&) { return ended(); }

  bool on_bool(bool, json::error_code&) { return ended(); }

  bool on_null(json::error_code&) { return ended(); }

  bool on_comment_part(json::string_view, json::error_code&) { return true; }

  bool on_comment(json::string_view, json::error_code&) { return true; }
};

std::string place_of(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

json::parse_options options() {
  json::parse_options x;
  x.max_depth = depth_max;
  return x;
}

} // namespace

parsed_text parse_json_text(std::string_view text) {
  parsed_text result;
  json::basic_parser<member_watch> watch{options()};
  json::error_code ec;
  auto used = watch.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size())
    ec = json::error::extra_data;
  if (ec) {
    result.faults.push_back({{}, "is not JSON: " + ec.message() + " at " + place_of(text, used)});
    return result;
  }
  result.faults = std::move(watch.handler().faults);
  result.value = json::parse(json::string_view{text.data(), text.size()}, ec, {}, options());
  if (ec)
    result.faults.push_back({{}, "is not JSON: " + ec.message()});
  return result;
}

void merge_patch(json::value& target, const json::value& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object())
    target = json::object{};
  auto& object = target.get_object();
  for (auto& [key, value] : patch.get_object()) {
    if (value.is_null())
      object.erase(key);
    else
      merge_patch(object[key], value);
  }
}

} // namespace baseplate::app
