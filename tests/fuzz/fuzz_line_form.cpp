// Any line given to `put`: what comes out is one line of valid JSON with an id, and reading that
// again changes nothing.
#include "app/client/line_form.hpp"
#include "messages/assert.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>

using namespace baseplate;
using namespace baseplate::app;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  line_options options;
  if (data[0] & 1)
    options.source = "source";
  if (data[0] & 2)
    options.detail_type = "type";
  if (data[0] & 4)
    options.bus = "bus";
  line_reader reader{options, [] { return std::string{"an-id"}; }};
  auto record = reader.read({reinterpret_cast<const char*>(data) + 1, size - 1});
  if (!record) {
    BASEPLATE_ASSERT(!record.error().reason.empty());
    return 0;
  }
  BASEPLATE_ASSERT(record->find('\n') == std::string::npos);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  BASEPLATE_ASSERT(parser.parse(*record).get(root) == simdjson::SUCCESS);
  BASEPLATE_ASSERT(root.is_object() && root["id"].error() == simdjson::SUCCESS);
  auto again = reader.read(*record);
  BASEPLATE_ASSERT(again);
  return 0;
}
