// Any text as a template, with any paths, for any event: nothing crashes, what is delivered is
// valid JSON (or strings, each valid), strict mode always delivers, and the checker of JSON agrees
// with Boost.JSON. Input: template, lines "name=path" and event, apart by lines "---".
#include "actors/bus/logic/transform/target_input.hpp"
#include "messages/assert.hpp"
#include "messages/json/utf8.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::transform;

namespace {

std::string_view next_part(std::string_view& text) {
  auto end = text.find("\n---\n");
  auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 5);
  return part;
}

/// True: valid. Boost's parser alone is asked about a number that it finds too large.
bool valid_json(std::string_view text) {
  bool ours = is_utf8(text) && !check_json(text);
  boost::json::parse_options options;
  options.max_depth = json_depth_max + 1;
  boost::system::error_code error;
  boost::json::parse(text, error, {}, options);
  if (error != boost::json::error::exponent_overflow && error != boost::json::error::too_deep)
    BASEPLATE_ASSERT(ours == !error);
  return ours;
}

void try_mode(const input_spec& spec, std::string_view event, bool event_valid,
              transform_mode mode) {
  auto target = target_input::compile(spec, "T", mode);
  if (!target) {
    const auto error = target.error();
    BASEPLATE_ASSERT(!error.message.empty());
    if (spec.input_template && error.pointer == "/InputTransformer/InputTemplate")
      BASEPLATE_ASSERT(error.offset <= spec.input_template->size());
    return;
  }
  for (auto& warning : target->warnings())
    BASEPLATE_ASSERT(warning.offset <= spec.input_template->size());
  auto body = target->apply(event, {"arn", "rule \"x\"", "2026-01-01T00:00:00Z"});
  if (!body) {
    const auto error = body.error();
    BASEPLATE_ASSERT(error.template_offset <= spec.input_template->size());
    BASEPLATE_ASSERT(mode == transform_mode::service
                     || error.code == output_error::kind::too_large);
    return;
  }
  BASEPLATE_ASSERT(body->size() <= output_bytes_max);
  if (!event_valid)
    return;
  BASEPLATE_ASSERT(is_utf8(*body));
  // A value may be as deep as its event, and stand deep in the template.
  if (auto fault = check_json(*body); fault && fault->text.find("deeper") == std::string::npos)
    BASEPLATE_ASSERT(mode == transform_mode::service && !check_json_strings(*body));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  input_spec spec;
  spec.input_template = std::string(next_part(text));
  auto paths = next_part(text);
  spec.input_paths_map.emplace();
  while (!paths.empty()) {
    auto end = paths.find('\n');
    auto line = paths.substr(0, end);
    paths.remove_prefix(end == std::string_view::npos ? paths.size() : end + 1);
    auto equals = line.find('=');
    if (equals != std::string_view::npos)
      spec.input_paths_map->emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  bool event_valid = valid_json(text);
  try_mode(spec, text, event_valid, transform_mode::service);
  try_mode(spec, text, event_valid, transform_mode::strict);
  for (auto& [name, path] : *spec.input_paths_map) {
    input_spec part;
    part.input_path = path;
    if (auto target = target_input::compile(part, "T"))
      if (auto body = target->apply(text, {}); body && event_valid)
        BASEPLATE_ASSERT(!check_json(*body));
  }
  return 0;
}
